/** A deploy whose plan is approved without reviewers of an environment: by its hash, or by the merge of a pull request. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Stage } from '../e2e/stage';
import { GitHubApi } from '../lab/github';
import { get } from '../tools/tools.mjs';
import { type ActRun, act, type Event, makeRepository, settingsFor } from './act';

let stage: Stage;
let own: string;
let api: GitHubApi;
let environment: string;

beforeAll(async () => {
  stage = await Stage.open();
  environment = readFileSync(join(stage.workspace, '.env.production'), 'utf8');
  stage.edit('runbook.yml', (text) =>
    text.replace('drain-timeout: 30s', 'drain-timeout: 5s').replace('duration: 5s', 'duration: 2s'),
  );
  stage.write('production.version', 'v2\n');
  makeRepository(stage.workspace, 'v2');
  own = mkdtempSync(join(tmpdir(), 'runbook-approvals-'));
  let socket: string;
  ({ api, socket } = await GitHubApi.start(own));
  writeFileSync(join(own, 'config.yml'), `http_unix_socket: ${socket}\n`);
});
afterAll(async () => {
  await api?.stop();
  rmSync(own, { recursive: true, force: true });
  await stage?.close();
});

function run(workflow: string, event: Event): Promise<ActRun> {
  const settings = settingsFor(stage.host, { ENV_PRODUCTION: environment, GITHUB_TOKEN: 'of a run' });
  const env = { GH_CONFIG_DIR: own, PATH: `${dirname(get('gh'))}:${process.env.PATH}` };
  return act(stage.workspace, `approvals/${workflow}`, event, settings, { env });
}

const hashIn = (log: string): string => / plan ([0-9a-f]{64})/.exec(log)?.[1] ?? '';

it('by hash: the first run shows the plan, the second carries out that one and no other', {
  tags: ['exhaustive'],
}, async () => {
  const start = (plan: string) =>
    run('deploy-by-hash.yml', {
      name: 'workflow_dispatch',
      inputs: { version: 'v1', plan, services: '', 'allow-downtime': 'false', schema: 'compatible', drift: 'refuse' },
    });
  const planned = await start('');
  expect(planned.code, planned.log).toBe(0);
  const hash = hashIn(planned.log);
  expect(hash).not.toBe('');
  expect(await stage.running()).toEqual([]);
  const wrong = await start(hash.replace(/^./, (first) => (first === 'a' ? 'b' : 'a')));
  expect(wrong.code).not.toBe(0);
  expect(wrong.log).toContain('RB-PLAN-CHANGED');
  expect(await stage.running()).toEqual([]);
  const done = await start(hash);
  expect(done.code, done.log).toBe(0);
  expect(await stage.current()).toBe('1-v1');
});

it('by branch: the merge carries out the plan that the pull request shows, and nothing without one', {
  tags: ['exhaustive'],
}, async () => {
  const planned = await run('deploy-by-branch.yml', { name: 'pull_request', from: 'acme/stack', into: 'production' });
  expect(planned.code, planned.log).toBe(0);
  const hash = hashIn(planned.log);
  const push = (): Promise<ActRun> => run('deploy-by-branch.yml', { name: 'push', branch: 'production' });
  const refused = async (): Promise<string> => {
    const { code, log } = await push();
    expect(code, log).not.toBe(0);
    expect(await stage.current()).toBe('1-v1');
    return log;
  };
  const body = (plan: string): string => `acme · plan \`${plan}\` · valid\n\n<!-- runbook-actions plan 0123 -->`;
  expect(await refused()).toContain('no merged pull request led to this commit');
  api.merged = true;
  const made = new Date().toISOString().replace(/\.\d+/, '');
  api.comments.push({ login: 'mallory', body: body(hash), made });
  expect(await refused()).toContain('has not exactly one comment with a plan');
  api.comments.push({ login: 'github-actions[bot]', body: body(hash), made: '2024-01-01T00:00:00Z' });
  expect(await refused()).toContain('RB-PLAN-EXPIRED');
  api.comments.pop();
  api.comments.push({ login: 'github-actions[bot]', body: body(hash), made });
  const done = await push();
  expect(done.code, done.log).toBe(0);
  expect(await stage.current()).toBe('2-v2');
});
