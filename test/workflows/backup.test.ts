/** The workflows of the night and the week, as the schedule starts them, against a lab host. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Stage, succeeded } from '../e2e/stage';
import { type ActRun, act, type Event, makeRepository } from './act';

let stage: Stage;

beforeAll(async () => {
  stage = await Stage.open();
  succeeded(await stage.deploy('v1'));
  await stage.host.root('mkdir -p /opt/backups && chown deploy: /opt/backups');
  makeRepository(stage.workspace, 'v1');
});
afterAll(() => stage?.close());

function start(workflow: string, event: Event): Promise<ActRun> {
  const { host } = stage;
  return act(stage.workspace, workflow, event, {
    vars: {
      SSH_HOST: host.address,
      SSH_PORT: String(host.sshPort),
      SSH_USER: host.user,
      SSH_KNOWN_HOSTS: host.knownHosts,
      RUNBOOK: 'runbook.yml',
    },
    secrets: { SSH_KEY: host.privateKey },
  });
}

const listed = async (): Promise<string[]> =>
  (await stage.host.root('ls -A /opt/backups/acme 2>/dev/null || :')).split('\n').filter((name) => name !== '');

it('a dry run by hand makes none', async () => {
  const { code, log } = await start('backup.yml', {
    name: 'workflow_dispatch',
    inputs: { drill: 'false', 'dry-run': 'true' },
  });
  expect(code, log).toBe(0);
  expect(await listed()).toEqual([]);
});

it('the night makes one', async () => {
  const { code, log } = await start('backup.yml', { name: 'schedule', schedule: '0 2 * * *' });
  expect(code, log).toBe(0);
  expect(await listed()).toHaveLength(1);
});

it('the week brings it back in a throwaway server', async () => {
  const { code, log } = await start('restore-drill.yml', { name: 'schedule', schedule: '0 5 * * 0' });
  expect(code, log).toBe(0);
  expect(log).toMatch(/came back in [\d.]+ s/);
  expect(await listed()).toHaveLength(1);
});
