/**
 * GitHub's API on loopback, the part of it that reads and writes files, branches and pull requests, before a real Git
 * repository. Source: docs.github.com/rest, `git`, `branches`, `contents` and `pulls`.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

export interface Pull {
  readonly number: number;
  title: string;
  body: string;
  readonly head: string;
  readonly base: string;
  state: 'open' | 'closed';
}

interface Answer {
  readonly status: number;
  readonly body?: unknown;
}

/** Called with each request; what it returns is the answer. */
type Interfere = (method: string, path: string) => Answer | null | Promise<Answer | null>;

const AS = ['-c', 'user.name=octocat', '-c', 'user.email=octocat@example.com'];

export class GitHubApi {
  readonly pulls: Pull[] = [];
  /** Names of branches that are protected. */
  readonly protects = new Set<string>();
  /** `METHOD path` of each request. */
  readonly asked: string[] = [];
  interfere: Interfere = () => null;
  readonly #folder = mkdtempSync(join(tmpdir(), 'runbook-github-'));
  #server!: Server;

  static async start(): Promise<GitHubApi> {
    const api = new GitHubApi();
    api.clear();
    api.#server = createServer(async (request, response) => {
      const body = await text(request);
      const url = new URL(request.url ?? '', 'http://localhost');
      const path = decodeURIComponent(url.pathname.replace('/repos/acme/stack/', ''));
      api.asked.push(`${request.method} ${path}`);
      const sent = JSON.parse(body || '{}') as Record<string, unknown>;
      const { status, body: answer } =
        (await api.interfere(request.method ?? '', path)) ??
        api.#answer(`${request.method} ${path}`, sent, url.searchParams);
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end(answer === undefined ? '' : JSON.stringify(answer));
    });
    await new Promise<void>((resolve) => api.#server.listen(0, '127.0.0.1', resolve));
    return api;
  }

  /** An empty repository again, at the same address. */
  clear(): void {
    for (const name of readdirSync(this.#folder)) rmSync(join(this.#folder, name), { recursive: true });
    this.git(['init', '-q', '--bare', '-b', 'main', '.']);
    this.pulls.length = 0;
    this.asked.length = 0;
    this.protects.clear();
    this.interfere = () => null;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  close(): void {
    this.#server.close();
    rmSync(this.#folder, { recursive: true });
  }

  /** A commit of one file onto a branch, as somebody pushes it. */
  commit(path: string, content: string | Buffer, branch = 'main'): void {
    const on = this.#sha(`refs/heads/${branch}`);
    const blob = this.git(['hash-object', '-w', '--stdin'], content);
    const tree = this.#tree(on, [{ path, mode: '100644', sha: blob }]);
    const commit = this.git([...AS, 'commit-tree', tree, ...(on === null ? [] : ['-p', on]), '-m', 'x']);
    this.git(['update-ref', `refs/heads/${branch}`, commit]);
  }

  /** Content of a file in a branch; `null`: there is none. */
  file(path: string, branch = 'main'): string | null {
    const found = this.#run(['show', `refs/heads/${branch}:${path}`]);
    return found.status === 0 ? found.stdout.toString('utf8') : null;
  }

  branches(): string[] {
    return this.git(['for-each-ref', '--format=%(refname:lstrip=2)', 'refs/heads']).split('\n');
  }

  log(branch = 'main'): string {
    return this.git(['log', '-p', '--format=%B', `refs/heads/${branch}`]);
  }

  /** As the button does it. */
  merge(number: number): void {
    const { head, base } = this.pulls.find((pull) => pull.number === number)!;
    const [a, b] = [`refs/heads/${base}`, `refs/heads/${head}`];
    const tree = this.git(['merge-tree', '--write-tree', a, b]);
    const commit = this.git([...AS, 'commit-tree', tree, '-p', a, '-p', b, '-m', 'merge']);
    this.git(['update-ref', a, commit]);
  }

  git(args: readonly string[], input?: string | Buffer): string {
    const { status, stdout, stderr } = this.#run(args, input);
    if (status !== 0) throw new Error(`git ${args.join(' ')} ended with ${status}: ${stderr}`);
    return stdout.toString('utf8').trim();
  }

  #run(args: readonly string[], input?: string | Buffer) {
    return spawnSync('git', args, {
      cwd: this.#folder,
      env: { PATH: process.env.PATH, HOME: this.#folder, GIT_CONFIG_NOSYSTEM: '1' },
      ...(input === undefined ? {} : { input }),
    });
  }

  #sha(name: string): string | null {
    const { status, stdout } = this.#run(['rev-parse', '-q', '--verify', name]);
    return status === 0 ? stdout.toString('utf8').trim() : null;
  }

  #tree(base: string | null, entries: readonly { path: string; mode: string; sha: string }[]): string {
    const index = ['-c', 'core.bare=true'];
    this.git(base === null ? [...index, 'read-tree', '--empty'] : [...index, 'read-tree', base]);
    const lines = entries.map(({ path, mode, sha }) => `${mode} ${sha}\t${path}\n`).join('');
    this.git([...index, 'update-index', '--add', '--index-info'], lines);
    return this.git([...index, 'write-tree']);
  }

  #shown({ head, ...pull }: Pull) {
    const { status } = this.#run(['merge-tree', '--write-tree', `refs/heads/${pull.base}`, `refs/heads/${head}`]);
    const html_url = `https://github.com/acme/stack/pull/${pull.number}`;
    return { ...pull, html_url, mergeable: status === 0 };
  }

  #answer(asked: string, sent: Record<string, unknown>, query: URLSearchParams): Answer {
    const none = { status: 404, body: { message: 'Not Found' } };
    const ok = (body: unknown, status = 200): Answer => ({ status, body });
    const invalid = (message: string): Answer => ({ status: 422, body: { message } });
    const [, kind = '', rest = ''] = /^(\w+ \w+(?:\/(?:blobs|trees|commits|refs?))?)(?:\/(.*))?$/.exec(asked) ?? [];
    const pull = this.pulls.find(({ number }) => number === Number(rest));
    switch (kind) {
      case 'GET branches': {
        const sha = this.#sha(`refs/heads/${rest}`);
        if (sha === null) return none;
        const parents = this.git(['show', '-s', '--format=%P', sha]).split(' ').filter(Boolean);
        const tree = { sha: this.#sha(`${sha}^{tree}`) };
        const commit = { sha, commit: { tree }, parents: parents.map((one) => ({ sha: one })) };
        return ok({ name: rest, protected: this.protects.has(rest), commit });
      }
      case 'GET contents': {
        const ref = query.get('ref') ?? 'main';
        const sha = this.#sha(`refs/heads/${ref}:${rest}`) ?? this.#sha(`${ref}:${rest}`);
        return sha === null ? none : ok({ type: 'file', path: rest, sha });
      }
      case 'GET git/blobs': {
        const { status, stdout } = this.#run(['cat-file', 'blob', rest]);
        return status === 0 ? ok({ sha: rest, encoding: 'base64', content: stdout.toString('base64') }) : none;
      }
      case 'POST git/blobs':
        return ok(
          { sha: this.git(['hash-object', '-w', '--stdin'], Buffer.from(String(sent.content), 'base64')) },
          201,
        );
      case 'POST git/trees':
        return ok({ sha: this.#tree(String(sent.base_tree), sent.tree as never) }, 201);
      case 'POST git/commits': {
        const parents = (sent.parents as string[]).flatMap((one) => ['-p', one]);
        const sha = this.git([...AS, 'commit-tree', String(sent.tree), ...parents, '-m', String(sent.message)]);
        return ok({ sha }, 201);
      }
      case 'GET git/ref': {
        const sha = this.#sha(`refs/${rest}`);
        return sha === null ? none : ok({ ref: `refs/${rest}`, object: { sha } });
      }
      case 'POST git/refs': {
        if (this.#sha(String(sent.ref)) !== null) return invalid('Reference already exists');
        this.git(['update-ref', String(sent.ref), String(sent.sha)]);
        return ok({ ref: sent.ref }, 201);
      }
      case 'PATCH git/refs': {
        const there = this.#sha(`refs/${rest}`);
        if (there === null) return invalid('Reference does not exist');
        const forward = this.#run(['merge-base', '--is-ancestor', there, String(sent.sha)]).status === 0;
        if (!forward && sent.force !== true) return invalid('Update is not a fast forward');
        this.git(['update-ref', `refs/${rest}`, String(sent.sha)]);
        return ok({ ref: `refs/${rest}` });
      }
      case 'DELETE git/refs': {
        if (this.#sha(`refs/${rest}`) === null) return invalid('Reference does not exist');
        this.git(['update-ref', '-d', `refs/${rest}`]);
        for (const one of this.pulls) if (`heads/${one.head}` === rest) one.state = 'closed';
        return { status: 204 };
      }
      case 'GET pulls': {
        if (rest !== '') return pull === undefined ? none : ok(this.#shown(pull));
        const head = query.get('head')?.replace(/^acme:/, '');
        return ok(this.pulls.filter((one) => one.head === head && one.state === 'open').map((one) => this.#shown(one)));
      }
      case 'POST pulls': {
        const { title, body, head, base } = sent as Record<string, string>;
        const made: Pull = {
          number: this.pulls.length + 1,
          title: title!,
          body: body!,
          head: head!,
          base: base!,
          state: 'open',
        };
        this.pulls.push(made);
        return ok(this.#shown(made), 201);
      }
      case 'PATCH pulls': {
        if (pull === undefined) return none;
        Object.assign(pull, sent);
        return ok(this.#shown(pull));
      }
      default:
        return none;
    }
  }
}
