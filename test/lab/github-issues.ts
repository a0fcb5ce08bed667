/** GitHub's API on loopback, the part of it that keeps the issues of one repository. Source: docs.github.com/rest/issues. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

export interface Issue {
  readonly number: number;
  readonly title: string;
  readonly body: string;
  state: string;
  readonly comments: string[];
}

export class IssuesApi {
  readonly issues: Issue[] = [];
  /** `refuses`: to each question, as to a token that may not; `silent`: it takes what comes and never answers. */
  mood: 'answers' | 'refuses' | 'silent' = 'answers';
  readonly #server: Server;

  private constructor() {
    this.#server = createServer(async (request, response) => {
      const sent = JSON.parse((await text(request)) || '{}') as Partial<Issue>;
      if (this.mood === 'silent') return;
      const [status, body] = this.#answer(request.method ?? '', request.url ?? '', sent);
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end(JSON.stringify(body));
    });
  }

  static async start(): Promise<IssuesApi> {
    const api = new IssuesApi();
    await new Promise<void>((resolve) => api.#server.listen(0, '127.0.0.1', resolve));
    return api;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  close(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  /** @param url of the repository acme/stack */
  #answer(method: string, url: string, sent: Partial<Issue>): [status: number, body: unknown] {
    const [found, number, rest] = /^\/repos\/acme\/stack\/issues(?:\/(\d+))?(\/comments)?(?:\?|$)/.exec(url) ?? [];
    if (found === undefined) return [404, { message: 'Not Found' }];
    if (this.mood === 'refuses') return [403, { message: 'Resource not accessible by integration' }];
    if (method === 'GET') return [200, this.issues.filter(({ state }) => state === 'open')];
    const issue = this.issues.find((one) => one.number === Number(number));
    if (issue === undefined) {
      const { title = '', body = '' } = sent;
      this.issues.push({ number: this.issues.length + 1, title, body, state: 'open', comments: [] });
      return [201, {}];
    }
    if (rest !== undefined) issue.comments.push(sent.body ?? '');
    else issue.state = sent.state ?? issue.state;
    return [200, {}];
  }
}
