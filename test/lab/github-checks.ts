/**
 * What GitHub's API says of branches, their rules, and checks of a commit, in pages as it does. Source: docs.github.com/rest,
 * `branches`, `git/refs`, `repos/rules`, `commits/compare`, `checks/runs` and `commits/statuses`.
 */
import { createHash } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface CheckRun {
  id: number;
  name: string;
  status: string;
  conclusion: string | null;
  app: { id: number };
  html_url: string;
}

export interface Status {
  id: number;
  context: string;
  state: string;
  target_url: string | null;
  creator: { login: string; type: string };
}

type Compared = 'behind' | 'identical' | 'ahead' | 'diverged';

export class GitHubChecks {
  /** Branch → what it is to the commit: `behind` and `identical` hold it. */
  branches = new Map<string, Compared>();
  /** Tag → the same. A bare name means the tag where a branch has that name, too, as in gitrevisions(7). */
  tags = new Map<string, Compared>();
  protection: unknown = {
    enabled: false,
    required_status_checks: { enforcement_level: 'off', contexts: [], checks: [] },
  };
  rules: unknown[] = [];
  runs: CheckRun[] = [];
  statuses: Status[] = [];
  apps = new Map<string, number>();
  /** Path's begin → HTTP status that is answered instead. */
  refuses = new Map<string, number>();
  /** Before each answer to the question for check runs: time goes on. */
  tick: () => void = () => undefined;
  asked: string[] = [];
  #server!: Server;

  static async start(): Promise<GitHubChecks> {
    const api = new GitHubChecks();
    api.#server = createServer((request, response) => {
      const url = new URL(request.url ?? '', 'http://localhost');
      const path = decodeURIComponent(url.pathname.replace('/repos/acme/stack', '').replace(/^\//, ''));
      api.asked.push(path);
      const refused = [...api.refuses].find(([begin]) => path.startsWith(begin));
      const body = refused === undefined ? api.#answer(path) : null;
      if (body === undefined || body === null) {
        response.writeHead(refused?.[1] ?? 404, { 'content-type': 'application/json' });
        response.end(
          JSON.stringify({ message: refused?.[1] === 403 ? 'Resource not accessible by integration' : 'Not Found' }),
        );
        return;
      }
      const [list, wrap] = listIn(body);
      const page = Number(url.searchParams.get('page') ?? 1);
      const size = Number(url.searchParams.get('per_page') ?? 30);
      const next = list !== null && page * size < list.length;
      url.searchParams.set('page', String(page + 1));
      response.writeHead(200, {
        'content-type': 'application/json',
        ...(next ? { link: `<${api.url}${url.pathname}${url.search}>; rel="next"` } : {}),
      });
      response.end(JSON.stringify(list === null ? body : wrap(list.slice((page - 1) * size, page * size))));
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

  #answer(path: string): unknown {
    if (path === '') return { default_branch: 'main' };
    if (path === 'branches') return [...this.branches.keys()].map((name) => ({ name, commit: { sha: headOf(name) } }));
    const [, base] = /^compare\/(.+)\.\.\.[0-9a-f]{40}$/.exec(path) ?? [];
    if (base !== undefined) {
      const [, status] = [...this.branches].find(([name]) => base === headOf(name)) ?? [];
      const compared = status ?? this.tags.get(base) ?? this.branches.get(base);
      return compared === undefined ? null : { status: compared };
    }
    const [, ref] = /^git\/ref\/heads\/(.+)$/.exec(path) ?? [];
    if (ref !== undefined)
      return this.branches.has(ref) ? { ref: `refs/heads/${ref}`, object: { type: 'commit', sha: headOf(ref) } } : null;
    if (path.startsWith('branches/')) return { name: path, protected: true, protection: this.protection };
    if (path.startsWith('rules/branches/')) return this.rules;
    if (path.endsWith('/check-runs')) {
      this.tick();
      return { total_count: this.runs.length, check_runs: this.runs };
    }
    if (path.endsWith('/statuses')) return this.statuses;
    const [, slug = ''] = /^apps\/(.+)$/.exec(path) ?? [];
    return this.apps.has(slug) ? { id: this.apps.get(slug), slug } : null;
  }
}

/** The newest commit of a branch. */
export function headOf(branch: string): string {
  return createHash('sha1').update(branch).digest('hex');
}

function listIn(body: unknown): [unknown[] | null, (page: unknown[]) => unknown] {
  if (Array.isArray(body)) return [body, (page) => page];
  const { check_runs: runs } = body as { check_runs?: unknown[] };
  return [runs ?? null, (page) => ({ ...(body as object), check_runs: page })];
}
