/** Which plan counts as approved by the merge of a pull request: the step of the workflow itself, with a real gh. */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { parse } from 'yaml';
import { GitHubApi } from '../../lab/github';
import { get } from '../../tools/tools.mjs';

const file = join(__dirname, '../../../.github/approvals/deploy-by-branch.yml');
const { jobs } = parse(readFileSync(file, 'utf8')) as { jobs: { approved: { steps: { run: string }[] } } };
const script = jobs.approved.steps[0]?.run ?? '';
const HASH = 'a'.repeat(64);
const MARK = '<!-- runbook-actions plan 0123456789abcdef -->';
const body = `\`acme\` on \`h\` · plan \`${HASH}\` · valid until tomorrow\n\n${MARK}`;

let own: string;
let api: GitHubApi;
beforeEach(async () => {
  own = mkdtempSync(join(tmpdir(), 'runbook-approved-'));
  const started = await GitHubApi.start(own);
  api = started.api;
  api.merged = true;
  writeFileSync(join(own, 'config.yml'), `http_unix_socket: ${started.socket}\n`);
  writeFileSync(join(own, 'output'), '');
});
afterEach(async () => {
  await api.stop();
  rmSync(own, { recursive: true });
});

async function found(): Promise<{ code: number; said: string; output: string }> {
  // As GitHub runs a step without a shell of its own.
  const child = spawn('bash', ['-e', '-c', script], {
    env: {
      ...{ PATH: `${dirname(get('gh'))}:/usr/bin:/bin`, HOME: own, GH_CONFIG_DIR: own, GH_TOKEN: 'of a run' },
      ...{ GITHUB_REPOSITORY: 'acme/stack', GITHUB_SHA: 'b'.repeat(40), GITHUB_OUTPUT: join(own, 'output') },
    },
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (said += chunk.toString()));
  const code = await new Promise<number>((done) => child.on('close', (status) => done(status ?? 1)));
  return { code, said, output: readFileSync(join(own, 'output'), 'utf8') };
}

it('an approved plan is the one in the comment of the workflow, with the time at which it was made', async () => {
  api.comments.push({ login: 'ann', body: `looks good: plan \`${'c'.repeat(64)}\``, made: '2026-01-02T00:00:00Z' });
  api.comments.push({ login: 'github-actions[bot]', body, made: '2026-01-01T10:00:00Z' });
  const { code, said, output } = await found();
  expect(code, said).toBe(0);
  expect(output).toBe(`plan-hash=${HASH}\nplan-text=planned at 2026-01-01T10:00:00Z\n`);
});

it.each<[string, () => void, RegExp]>([
  ['no pull request was merged', () => (api.merged = false), /no merged pull request led to this commit/],
  ['there is no comment', () => (api.comments.length = 0), /#7 has not exactly one comment with a plan/],
  [
    'somebody else wrote one like it',
    () => api.comments.splice(0, 1, { login: 'mallory', body, made: '2026-01-01T10:00:00Z' }),
    /has not exactly one/,
  ],
  [
    'there are two of them',
    () => api.comments.push({ login: 'github-actions[bot]', body, made: '2026-01-01T11:00:00Z' }),
    /has not exactly one/,
  ],
  [
    'the plan had failed',
    () =>
      api.comments.splice(0, 1, {
        login: 'github-actions[bot]',
        body: `failed\n${MARK}`,
        made: '2026-01-01T10:00:00Z',
      }),
    /has no hash, because the planning failed/,
  ],
])('no plan is approved where %s', async (_what, change, what) => {
  api.comments.push({ login: 'github-actions[bot]', body, made: '2026-01-01T10:00:00Z' });
  change();
  const { code, said, output } = await found();
  expect(code).not.toBe(0);
  expect(said).toMatch(what);
  expect(output).toBe('');
});
