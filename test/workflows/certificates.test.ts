/** The workflows for certificates, against a lab host with a real CA. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openStage, pebble, stage, state } from '../e2e/certificate-site';
import { DIRECTORY } from '../lab/pebble';
import { type ActRun, act, type Event, makeRepository, settingsFor } from './act';

beforeAll(async () => {
  await openStage();
  makeRepository(stage.workspace, 'v1');
});
afterAll(() => stage?.close());

const start = (workflow: string, event: Event): Promise<ActRun> =>
  act(stage.workspace, workflow, event, settingsFor(stage.host));

it('renew certificates: by schedule, orders nothing where nothing is due', { tags: ['exhaustive'] }, async () => {
  const before = [await state(), await pebble.orders()];
  const { code, log } = await start('renew-certs.yml', { name: 'schedule', schedule: '23 4 * * *' });
  expect(code, log).toBe(0);
  expect([await state(), await pebble.orders()]).toEqual(before);
});

it('order a first certificate: by dispatch, orders it', { tags: ['exhaustive'] }, async () => {
  await stage.host.root('echo "127.0.0.1 new.test" >>/etc/hosts');
  const inputs = { names: 'new.test', 'cert-name': '', email: '', server: DIRECTORY, profile: '', 'dry-run': 'false' };
  const { code, log } = await start('issue-certs.yml', { name: 'workflow_dispatch', inputs });
  expect(code, log).toBe(0);
  const text = 'openssl x509 -noout -ext subjectAltName -in /etc/letsencrypt/live/new.test/cert.pem';
  expect(await stage.host.root(text)).toContain('DNS:new.test');
});
