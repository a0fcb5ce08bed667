/** GitHub's API on loopback, as far as it tells of runs that wait for an approval. Source: docs.github.com/rest, `actions`. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

interface Waiting {
  /** Of its job that planned. */
  readonly log: string;
  readonly created?: string;
}

export class GitHubWaiting {
  /** By the ID of the run. */
  readonly runs = new Map<number, Waiting>();
  readonly cancelled: number[] = [];
  /** Whether the token may end runs; `false`: it may not even see them. */
  may: 'end' | 'see' | false = 'end';
  #server!: Server;

  static async start(): Promise<GitHubWaiting> {
    const api = new GitHubWaiting();
    api.#server = createServer((request, response) => {
      const [path = ''] = (request.url ?? '').replace('/repos/acme/stack/actions/', '').split('?');
      const id = Number(/(\d+)/.exec(path)?.[1]);
      const [status, body] = api.#answer(request.method ?? '', path, id);
      const text = typeof body === 'string';
      response.writeHead(status, { 'content-type': text ? 'text/plain' : 'application/json' });
      response.end(text ? body : JSON.stringify(body));
    });
    await new Promise<void>((done) => api.#server.listen(0, '127.0.0.1', done));
    return api;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  close(): void {
    this.#server.close();
  }

  clear(): void {
    this.runs.clear();
    this.cancelled.length = 0;
    this.may = 'end';
  }

  #answer(method: string, path: string, id: number): [number, unknown] {
    const refused: [number, unknown] = [403, { message: 'Resource not accessible by integration' }];
    if (this.may === false) return refused;
    if (path === 'runs') {
      const workflow_runs = [...this.runs].map(([one, { created = '2026-01-01T00:00:00Z' }]) => {
        return { id: one, created_at: created, html_url: `https://github.com/acme/stack/actions/runs/${one}` };
      });
      return [200, { total_count: workflow_runs.length, workflow_runs }];
    }
    const jobs = [
      { id, conclusion: 'success' },
      { id: 0, conclusion: null },
    ];
    if (path.endsWith('/jobs')) return [200, { total_count: 2, jobs }];
    if (path.endsWith('/logs')) return [200, this.runs.get(id)?.log ?? ''];
    if (method !== 'POST' || !path.endsWith('/cancel')) return [404, { message: 'Not Found' }];
    if (this.may !== 'end') return refused;
    this.cancelled.push(id);
    return [202, {}];
  }
}
