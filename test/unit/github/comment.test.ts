/** The plan as a comment of a pull request, against an API on loopback. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, beforeEach, expect, it, vi } from 'vitest';

interface Comment {
  id: number;
  body: string;
  user: { type: string };
}

let server: Server;
let folder: string;
let comments: Comment[] = [];
let refuses = false;
const warnings: string[] = [];
const log = { warning: (said: string) => void warnings.push(said), secret: () => {} };

beforeAll(async () => {
  server = createServer(async (request, response) => {
    const { body = '' } = JSON.parse((await text(request)) || '{}') as { body?: string };
    const answer = (status: number, value: unknown): void => {
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end(JSON.stringify(value));
    };
    const [, id] = /^\/repos\/acme\/stack\/issues\/comments\/(\d+)$/.exec(request.url ?? '') ?? [];
    const changed = comments.find((one) => one.id === Number(id));
    if (refuses) answer(403, { message: 'Resource not accessible by integration' });
    else if (changed !== undefined && request.method === 'PATCH') answer(200, Object.assign(changed, { body }));
    else if (!request.url?.startsWith('/repos/acme/stack/issues/7/comments')) answer(404, {});
    else if (request.method === 'POST') {
      comments.push({ id: comments.length + 1, body, user: { type: 'Bot' } });
      answer(201, {});
    } else answer(200, comments);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  folder = mkdtempSync(join(tmpdir(), 'runbook-comment-'));
  writeFileSync(join(folder, 'event.json'), '{"pull_request":{"number":7}}');
  writeFileSync(join(folder, 'push.json'), '{"ref":"refs/heads/main"}');
  vi.stubEnv('GITHUB_API_URL', `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  vi.stubEnv('GITHUB_REPOSITORY', 'acme/stack');
});
beforeEach(() => {
  vi.stubEnv('GITHUB_EVENT_PATH', join(folder, 'event.json'));
  comments = [];
  refuses = false;
  warnings.length = 0;
});
afterAll(() => {
  vi.unstubAllEnvs();
  server.close();
  rmSync(folder, { recursive: true });
});

const GIVEN = { comment: 'true', 'dry-run': 'true', 'github-token': 'ghs_1', 'ssh-host': 'production.example' };

async function say(markdown: string, more: Readonly<Record<string, string>> = {}): Promise<void> {
  const { comment, commentingOf } = await import('../../../actions/lib/github/comment');
  const given: Record<string, string> = { ...GIVEN, ...more };
  await comment(
    commentingOf((name) => given[name]),
    markdown,
    log,
  );
}

it('the comment with a plan is written once, and the next plan replaces it', async () => {
  await say('the first plan');
  await say('the second plan');
  expect(comments).toHaveLength(1);
  expect(comments[0]?.body).toMatch(/^the second plan\n/);
  expect(comments[0]?.body).not.toContain('production.example');
  expect(warnings).toEqual([]);
});

it('the comment with a plan leaves alone comments of people, and the plan for another host', async () => {
  await say('for production');
  comments[0]!.user.type = 'User';
  await say('for production again');
  await say('for staging', { 'ssh-host': 'staging.example' });
  expect(comments.map(({ body }) => body.split('\n')[0])).toEqual([
    'for production',
    'for production again',
    'for staging',
  ]);
});

it('the comment with a plan is written only where it was asked for', async () => {
  await say('x', { comment: 'false' });
  await say('x', { 'dry-run': 'false' });
  expect([comments, warnings]).toEqual([[], []]);
});

it('a comment that cannot be written is a warning', async () => {
  await say('x', { 'github-token': '' });
  vi.stubEnv('GITHUB_EVENT_PATH', join(folder, 'push.json'));
  await say('x');
  vi.stubEnv('GITHUB_EVENT_PATH', join(folder, 'event.json'));
  refuses = true;
  await say('x');
  expect(warnings).toEqual([
    'no comment was written: github-token is missing',
    'no comment was written: no pull request started this run',
    expect.stringContaining('Resource not accessible by integration'),
  ]);
});

it('the comment says where a plan is that is too long', async () => {
  await say('x'.repeat(70_000));
  expect(comments[0]?.body).toContain('too long for a comment');
});
