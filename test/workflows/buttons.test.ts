/** Workflows that people start now and then, and those that look, against a lab host. Each test goes on where the one before ended. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { canaries, expectNoCanary, keyLines, loggedCanary } from '../e2e/canary';
import { makeBackup } from '../e2e/restore/backups';
import { Stage, succeeded } from '../e2e/stage';
import { type ActRun, act, type Event, makeRepository, settingsFor } from './act';

let stage: Stage;
let environment: string;

beforeAll(async () => {
  stage = await Stage.open();
  const versions = { service: 'backend', command: 'echo "asked by $WHO"', environment: { WHO: 'nobody' } };
  stage.edit('runbook.yml', (text) => `${text}commands: ${JSON.stringify({ versions })}\n`);
  environment = readFileSync(join(stage.workspace, '.env.production'), 'utf8');
  succeeded(await stage.deploy('v1'));
  await makeBackup(stage.host);
  makeRepository(stage.workspace, 'v1');
});
afterAll(() => stage?.close());

async function start(workflow: string, event: Event): Promise<ActRun> {
  const settings = settingsFor(stage.host, { ENV_PRODUCTION: environment });
  const result = await act(stage.workspace, workflow, event, settings);
  expectNoCanary([...canaries, loggedCanary, ...keyLines(stage.host.privateKey)], result.log);
  return result;
}

const dispatch = (workflow: string, inputs: Readonly<Record<string, string>>): Promise<ActRun> =>
  start(workflow, { name: 'workflow_dispatch', inputs });

const asked = { command: '', variables: '', service: '', since: '1h', lines: '200', pattern: '', 'dry-run': 'false' };

it('run: shows the state of all containers, and changes nothing', { tags: ['exhaustive'] }, async () => {
  const before = await stage.running();
  const { code, log } = await dispatch('run.yml', { ...asked, mode: 'status' });
  expect(code, log).toBe(0);
  expect(log).toContain('acme-backend-1');
  expect(await stage.running()).toEqual(before);
});

it('run: runs a command of runbook.yml with its variables, and shows a log', { tags: ['exhaustive'] }, async () => {
  const ran = await dispatch('run.yml', { ...asked, mode: 'command', command: 'versions', variables: 'WHO=octocat' });
  expect(ran.code, ran.log).toBe(0);
  expect(ran.log).toContain('asked by octocat');
  const unknown = await dispatch('run.yml', { ...asked, mode: 'command', command: 'nothing' });
  expect(unknown.code, unknown.log).not.toBe(0);
  expect(unknown.log).toContain('RB-COMMAND-UNKNOWN');
  const shown = await dispatch('run.yml', { ...asked, mode: 'logs', service: 'worker', lines: '3' });
  expect(shown.code, shown.log).toBe(0);
  expect(shown.log).toContain('failed=');
});

it('maintenance: closes the site after the plan of its first job, and opens it', { tags: ['exhaustive'] }, async () => {
  const more = { until: '', allow: '', 'allow-downtime': 'false', 'dry-run': 'false' };
  const answer = (): Promise<string> => stage.host.root('curl -sk -o /dev/null -D - https://localhost/version');
  const closed = await dispatch('maintenance.yml', { ...more, mode: 'on', reason: 'the database moves', until: '2h' });
  expect(closed.code, closed.log).toBe(0);
  expect(await answer()).toMatch(/ 503[\s\S]*retry-after: \d+/i);
  const opened = await dispatch('maintenance.yml', { ...more, mode: 'off', reason: '' });
  expect(opened.code, opened.log).toBe(0);
  expect(await answer()).toMatch(/ 200/);
});

it('maintenance: freezes changes after the plan of its first job, and lifts the freeze', {
  tags: ['exhaustive'],
}, async () => {
  const more = { until: '', allow: '', 'allow-downtime': 'false', 'dry-run': 'false' };
  const frozen = await dispatch('maintenance.yml', {
    ...more,
    mode: 'freeze',
    reason: 'the database moves',
    until: '2h',
  });
  expect(frozen.code, frozen.log).toBe(0);
  expect(await stage.host.root('cat /srv/stack/.runbook/freeze')).toContain('the database moves');
  const lifted = await dispatch('maintenance.yml', { ...more, mode: 'unfreeze', reason: '' });
  expect(lifted.code, lifted.log).toBe(0);
  expect(await stage.host.root('ls /srv/stack/.runbook')).not.toMatch(/^freeze$/m);
});

it('maintenance reminder: by schedule, is green while the site is open', { tags: ['exhaustive'] }, async () => {
  const { code, log } = await start('maintenance-reminder.yml', {
    name: 'schedule',
    schedule: '7,22,37,52 * * * *',
  });
  expect(code, log).toBe(0);
});

it('restore check: by schedule, finds the newest backup good, and changes nothing', {
  tags: ['exhaustive'],
}, async () => {
  const before = await stage.running();
  const event: Event = { name: 'schedule', schedule: '37 8 1 * *' };
  const { code, log } = await start('restore-look.yml', event);
  expect(code, log).toBe(0);
  expect(await stage.running()).toEqual(before);
  await stage.host.root('rm -r /opt/backups/acme');
  const none = await start('restore-look.yml', event);
  expect(none.code, none.log).not.toBe(0);
});

it('migrate: by dispatch, makes a backup and migrates by the plan of its first job', {
  tags: ['exhaustive'],
}, async () => {
  const before = await stage.images('backend');
  const { code, log } = await dispatch('migrate.yml', {
    version: 'v2',
    'backup-max-age': '0',
    schema: 'compatible',
    'dry-run': 'false',
  });
  expect(code, log).toBe(0);
  expect(await stage.schemas()).toEqual(['v1', 'v2']);
  expect(await stage.images('backend')).toEqual(before);
  expect((await stage.host.root('ls /opt/backups/acme')).trim().split('\n')).toHaveLength(1);
});
