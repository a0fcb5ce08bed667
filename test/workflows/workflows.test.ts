/** The shipped workflows, run by their events against a lab host. Each test goes on where the one before ended. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { canaries, expectNoCanary, keyLines, loggedCanary } from '../e2e/canary';
import { Stage } from '../e2e/stage';
import { type ActRun, act, type Event, makeRepository, settingsFor } from './act';

let stage: Stage;
let environment: string;

beforeAll(async () => {
  stage = await Stage.open();
  environment = readFileSync(join(stage.workspace, '.env.production'), 'utf8');
  stage.edit('runbook.yml', (text) =>
    text.replace('drain-timeout: 30s', 'drain-timeout: 5s').replace('duration: 5s', 'duration: 2s'),
  );
  makeRepository(stage.workspace, 'v2');
});
afterAll(() => stage?.close());

async function run(workflow: string, event: Event): Promise<ActRun> {
  const { host } = stage;
  const result = await act(stage.workspace, workflow, event, settingsFor(host, { ENV_PRODUCTION: environment }));
  expectNoCanary([...canaries, loggedCanary, ...keyLines(host.privateKey)], result.log);
  return result;
}

it('deploy: by dispatch, brings the version that was asked for to an empty host', {
  tags: ['exhaustive'],
}, async () => {
  const { code, log } = await run('deploy.yml', {
    name: 'workflow_dispatch',
    inputs: { version: 'v1', 'dry-run': 'false', 'allow-downtime': 'false' },
  });
  expect(code, log).toBe(0);
  expect(await stage.current()).toBe('1-v1');
  await stage.serving();
  expect(await stage.images('backend')).toEqual(['v1']);
});

it('deploy: by dispatch as a dry run, shows the plan and changes nothing', { tags: ['exhaustive'] }, async () => {
  const before = await stage.running();
  const { code, log } = await run('deploy.yml', {
    name: 'workflow_dispatch',
    inputs: { version: 'v2', 'dry-run': 'true', 'allow-downtime': 'false' },
  });
  expect(code, log).toBe(0);
  expect(log).toContain('2-v2');
  expect(await stage.running()).toEqual(before);
});

it('deploy: by a tag push, brings the version of the tag', async () => {
  const { code, log } = await run('deploy.yml', { name: 'push', tag: 'v2' });
  expect(code, log).toBe(0);
  expect(await stage.current()).toMatch(/^\d-v2$/);
  expect(await stage.images('backend')).toEqual(['v2']);
});

it('plan: of a pull request, shows what it would change; one of a fork gets no secrets', {
  tags: ['exhaustive'],
}, async () => {
  const before = await stage.running();
  const { code, log } = await run('plan.yml', { name: 'pull_request', from: 'acme/stack' });
  expect(code, log).toBe(0);
  expect(log).toContain('release 2-v2');
  // There is no GitHub to write it to.
  expect(log).toMatch(/no comment was written|the comment could not be written/);
  const fork = await run('plan.yml', { name: 'pull_request', from: 'somebody/stack' });
  expect(fork.code, fork.log).toBe(0);
  expect(fork.log).not.toContain('release 2-v2');
  expect(await stage.running()).toEqual(before);
});

it('deploy: a version that no registry has turns the job red', { tags: ['exhaustive'] }, async () => {
  const { code, log } = await run('deploy.yml', { name: 'workflow_dispatch', inputs: { version: 'v99' } });
  expect(code).not.toBe(0);
  expect(log).toContain('RB-IMAGE-NOT-FOUND');
  expect(await stage.current()).toBe('2-v2');
});

it('scale: by dispatch, carries out the plan of its first job', { tags: ['exhaustive'] }, async () => {
  const inputs = { replicas: 'backend=2', memory: '', cpus: '', variables: '', 'allow-downtime': 'false' };
  const { code, log } = await run('scale.yml', {
    name: 'workflow_dispatch',
    inputs: { ...inputs, 'dry-run': 'false' },
  });
  expect(code, log).toBe(0);
  expect(await stage.images('backend')).toEqual(['v2', 'v2']);
});

it('restart: by dispatch, carries out the plan of its first job', { tags: ['exhaustive'] }, async () => {
  const before = await stage.running();
  const inputs = { services: 'worker', mode: 'restart', 'allow-downtime': 'false', 'dry-run': 'false' };
  const { code, log } = await run('restart.yml', { name: 'workflow_dispatch', inputs });
  expect(code, log).toBe(0);
  const after = (await stage.running()).map(({ id }) => id);
  expect(before.filter(({ id }) => !after.includes(id)).map(({ service }) => service)).toEqual(['worker']);
});

it('rollback: one that ends a deploy under way goes without a plan', { tags: ['exhaustive'] }, async () => {
  const inputs = { release: '2-v2', list: 'false', 'dry-run': 'false', preempt: 'true' };
  const { code, log } = await run('rollback.yml', { name: 'workflow_dispatch', inputs });
  expect(code, log).toBe(0);
  expect(log).not.toContain('Roll back/Plan');
  expect(await stage.current()).toBe('2-v2');
});

it('rollback: by dispatch, brings the release before back', { tags: ['exhaustive'] }, async () => {
  const { code, log } = await run('rollback.yml', {
    name: 'workflow_dispatch',
    inputs: { release: 'previous', list: 'false', 'dry-run': 'false' },
  });
  expect(code, log).toBe(0);
  expect(await stage.current()).toBe('1-v1');
  expect(await stage.images('backend')).toEqual(['v1']);
});
