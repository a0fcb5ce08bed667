/** The workflows of the night and the week, as the schedule starts them, against a lab host. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Stage, succeeded } from '../e2e/stage';
import { type ActRun, act, type Event, makeRepository, settingsFor } from './act';

let stage: Stage;

beforeAll(async () => {
  stage = await Stage.open();
  succeeded(await stage.deploy('v1'));
  await stage.host.root('mkdir -p /opt/backups && chown deploy: /opt/backups');
  makeRepository(stage.workspace, 'v1');
});
afterAll(() => stage?.close());

const start = (workflow: string, event: Event): Promise<ActRun> =>
  act(stage.workspace, workflow, event, settingsFor(stage.host));

const listed = async (): Promise<string[]> =>
  (await stage.host.root('ls -A /opt/backups/acme 2>/dev/null || :')).split('\n').filter((name) => name !== '');

it('a dry run by hand makes no backup', { tags: ['exhaustive'] }, async () => {
  const { code, log } = await start('backup.yml', {
    name: 'workflow_dispatch',
    inputs: { drill: 'false', 'dry-run': 'true' },
  });
  expect(code, log).toBe(0);
  expect(await listed()).toEqual([]);
});

it('the nightly run makes a backup', { tags: ['exhaustive'] }, async () => {
  const { code, log } = await start('backup.yml', { name: 'schedule', schedule: '17 3 * * *' });
  expect(code, log).toBe(0);
  expect(await listed()).toHaveLength(1);
});

it('the weekly run restores it into a throwaway server', { tags: ['exhaustive'] }, async () => {
  const { code, log } = await start('restore-drill.yml', { name: 'schedule', schedule: '41 5 * * 0' });
  expect(code, log).toBe(0);
  expect(log).toMatch(/was restored in [\d.]+ s/);
  expect(await listed()).toHaveLength(1);
});
