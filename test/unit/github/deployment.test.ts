import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { runUrl } from '../../../actions/lib/github/run';

type Call = { path: string; body: Record<string, unknown> };
let seen: Call[] = [];
let answer: RequestListener;
const server = createServer((request, response) => {
  let text = '';
  request.on('data', (chunk) => {
    text += chunk;
  });
  request.on('end', () => {
    seen.push({ path: request.url ?? '', body: JSON.parse(text) });
    answer(request, response);
  });
});

// One server for all: the library reads its address once, when it is loaded.
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
beforeEach(() => {
  const env = {
    GITHUB_API_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    GITHUB_REPOSITORY: 'acme/stack',
    GITHUB_SHA: 'c0ffee',
    GITHUB_SERVER_URL: 'https://github.example',
    GITHUB_RUN_ID: '7',
    GITHUB_RUN_ATTEMPT: '2',
  };
  for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value);
});
afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

/** One deployment from begin to end against a server that stands for GitHub's API. */
async function deployAgainst(listener: RequestListener) {
  seen = [];
  answer = listener;
  const { Deployment } = await import('../../../actions/lib/github/deployment');
  const warnings: string[] = [];
  const request = { token: 't0ken', environment: 'production', url: 'https://app.example', description: 'v2' };
  const deployment = new Deployment(request, (text) => warnings.push(text));
  await deployment.begin();
  await deployment.end('success');
  return { seen, warnings };
}

const status =
  (code: number, body: unknown): RequestListener =>
  (_, response) => {
    response.writeHead(code, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  };

test('a run creates a deployment and sets its status, with the URLs', async () => {
  const { seen, warnings } = await deployAgainst(status(201, { id: 42 }));
  expect(warnings).toEqual([]);
  expect(seen.map(({ path }) => path)).toEqual([
    '/repos/acme/stack/deployments',
    '/repos/acme/stack/deployments/42/statuses',
    '/repos/acme/stack/deployments/42/statuses',
  ]);
  expect(seen[0]?.body).toMatchObject({ ref: 'c0ffee', environment: 'production', required_contexts: [] });
  expect(seen.slice(1).map(({ body }) => body.state)).toEqual(['in_progress', 'success']);
  expect(seen[2]?.body).toMatchObject({
    environment_url: 'https://app.example',
    log_url: 'https://github.example/acme/stack/actions/runs/7/attempts/2',
  });
});

test('a missing permission is one warning that names it, and the run continues', async () => {
  const { warnings, seen } = await deployAgainst(status(403, { message: 'Resource not accessible by integration' }));
  expect(warnings).toHaveLength(1);
  expect(warnings[0]).toContain('deployments: write');
  expect(seen).toHaveLength(1);
});

test('an error of the server is one warning', async () => {
  const { warnings } = await deployAgainst(status(500, { message: 'broken' }));
  expect(warnings).toEqual([expect.stringContaining('could not create the deployment')]);
});

test('a server that never answers holds the run up for a bounded time', async () => {
  const bound = vi.spyOn(AbortSignal, 'timeout').mockImplementation((milliseconds) => {
    expect(milliseconds).toBeLessThanOrEqual(10_000);
    const controller = new AbortController();
    setTimeout(() => controller.abort(), 100);
    return controller.signal;
  });
  const { warnings } = await deployAgainst(() => {});
  expect(bound).toHaveBeenCalled();
  expect(warnings).toHaveLength(1);
});

test('a run outside of GitHub has a substitute for its URL', () => {
  vi.stubEnv('GITHUB_RUN_ID', '');
  expect(runUrl()).toBe(`local run, process ${process.pid}`);
});
