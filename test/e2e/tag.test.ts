/** A tag that is pushed, before the bundled action reaches any host. */
import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { GitHubChecks } from '../lab/github-checks';
import { type ActionResult, runAction } from '../run-action';

/** A host that nobody reaches. */
const nowhere = {
  ...{ 'ssh-host': '127.0.0.1', 'ssh-port': '1', 'ssh-user': 'deploy' },
  'ssh-key': generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  'ssh-known-hosts': '127.0.0.1 ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGVhqM9HqZ7o8fVqT3YJtYVQ2xZsUq0dYkNwF0w1m6aV',
};

let api: GitHubChecks;
let workspace: string;

beforeAll(async () => {
  api = await GitHubChecks.start();
  workspace = mkdtempSync(join(tmpdir(), 'runbook-tag-'));
  writeFileSync(join(workspace, 'docker-compose.prod.yml'), 'services: { backend: { image: "acme/backend:v1" } }\n');
});
beforeEach(() => {
  api.branches = new Map([['main', 'behind']]);
  api.rules = [{ type: 'required_status_checks', parameters: { required_status_checks: [{ context: 'test' }] } }];
  api.runs = [];
  api.asked = [];
});
afterAll(() => {
  api.close();
  rmSync(workspace, { recursive: true });
});

async function push(tag: string, more: Readonly<Record<string, string>> = {}): Promise<ActionResult> {
  const { GITHUB_EVENT_NAME = 'push', ...inputs } = more;
  const env = {
    ...{ GITHUB_API_URL: api.url, GITHUB_EVENT_NAME, GITHUB_REF_TYPE: 'tag', GITHUB_REF_NAME: tag },
    GITHUB_SHA: 'c0ffee'.padEnd(40, '0'),
  };
  const given = { ...nowhere, version: tag, 'github-token': 'ghs_1', 'checks-timeout': '0', ...inputs };
  return await runAction('deploy', given, workspace, undefined, { env });
}

it.each(['true', 'false'])('goes live once its commit may, in the plan (%s) as in what is applied', async (dryRun) => {
  const early = await push('v1.4.0', { 'dry-run': dryRun });
  expect(early.shown).toContain('RB-COMMIT-UNCHECKED');
  expect(early.summary).toContain('test has not begun');
  expect(early.summary).toContain('Nothing was changed on the host');
  const url = 'https://github.com/acme/stack/actions/runs/5/job/1';
  const ended = { id: 1, name: 'test', status: 'completed', app: { id: 15368 }, html_url: url };
  api.runs = [{ ...ended, conclusion: 'failure' }];
  const failed = await push('v1.4.0', { 'dry-run': dryRun });
  expect(failed.shown).toContain('RB-COMMIT-UNCHECKED');
  expect(failed.summary).toContain(url);
  api.runs = [{ ...ended, conclusion: 'success' }];
  const passed = await push('v1.4.0', { 'dry-run': dryRun });
  expect(passed.shown).toContain('RB-HOST-UNREACHABLE');
  api.branches.set('main', 'diverged');
  expect((await push('v1.4.0', { 'dry-run': dryRun })).shown).toContain('RB-COMMIT-ELSEWHERE');
});

it('is refused where it is not a version, and one that begins with a v is none for that', async () => {
  const { shown } = await push('vendor');
  expect(shown).toContain('RB-VERSION-INVALID');
  expect(api.asked).toEqual([]);
});

it('says in the plan what GitHub does not tell, and that nobody asked', async () => {
  api.rules = null as never;
  const untold = await push('v1.4.0', { 'dry-run': 'true' });
  expect(untold.shown).toContain('RB-HOST-UNREACHABLE');
  expect(untold.summary).toContain('GitHub does not tell this run in full');
  api.asked = [];
  const unasked = await push('v1.4.0', { 'dry-run': 'true', 'github-token': '' });
  expect(unasked.shown).toContain('RB-HOST-UNREACHABLE');
  expect(unasked.summary).toContain('was not asked: this step has no github-token');
  expect(api.asked).toEqual([]);
});

it('is no matter where a person starts the workflow on it', async () => {
  const { shown } = await push('v1.4.0', { GITHUB_EVENT_NAME: 'workflow_dispatch' });
  expect(shown).toContain('RB-HOST-UNREACHABLE');
  expect(api.asked).toEqual([]);
});
