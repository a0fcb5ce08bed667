import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { requireCurrent, requireDispensable, requireServices } from '../../../actions/lib/procedure/edit-current';
import { readRestartInputs } from '../../../actions/restart/inputs';
import { containerOf, emptyHost, release, runbook, service, traits } from '../stack/model-host';

let workspace: string;
beforeEach(() => {
  workspace = mkdtempSync(join(tmpdir(), 'restart-'));
});
afterEach(() => rmSync(workspace, { recursive: true, force: true }));

const needed = { 'ssh-host': 'prod.example', 'ssh-user': 'deploy', 'ssh-key': 'KEY', 'ssh-known-hosts': 'LINES' };

it.each<[Readonly<Record<string, string>>, object | string]>([
  [{}, { mode: 'restart', services: null }],
  [{ services: 'all' }, { services: null }],
  [
    { services: 'api,\n worker, api', mode: 'stop' },
    { mode: 'stop', services: ['api', 'worker'] },
  ],
  [{ services: 'all, api' }, 'services names all and others'],
  [{ services: 'all', mode: 'stop' }, 'name the services to stop'],
  [{ mode: 'start' }, 'name the services to start'],
  [{ mode: 'kill' }, 'write restart or stop or start'],
])('reads %j', (given, meant) => {
  const read = () => readRestartInputs((name) => ({ ...needed, ...given })[name], workspace);
  if (typeof meant !== 'string') return expect(read()).toMatchObject(meant);
  expect(read).toThrow(expect.objectContaining({ code: 'RB-INPUT-INVALID', message: expect.stringContaining(meant) }));
});

it('a restart is refused where no release is current, with a remedy', () => {
  expect(() => requireCurrent(emptyHost)).toThrow(/RB-NOT-DEPLOYED.*\n.*nothing of this stack was deployed/);
  const containers = [containerOf('api', service('api', 'v1', '1'), true)];
  expect(() => requireCurrent({ ...emptyHost, containers })).toThrow(
    /no deploy has adopted them yet\n.*deploy once: that adopts/,
  );
});

it('a restart is refused for a service that does not exist, or that runs to its end', () => {
  const dependsOn = { prepare: 'service_completed_successfully' };
  const current = release('1-v1', {
    api: service('api', 'v1', '1-v1', { traits: { ...traits, dependsOn } }),
    prepare: service('prepare', 'v1', '1-v1'),
  });
  const required =
    (...names: string[]) =>
    () =>
      requireServices(names, current, { runbook });
  expect(required('api')).not.toThrow();
  expect(required('api', 'web')).toThrow(
    /RB-SERVICE-UNKNOWN: there is no service "web" in release 1-v1\n.*api, prepare/,
  );
  expect(required('prepare')).toThrow(/RB-SERVICE-UNSUITABLE: prepare runs to its end/);
});

it('neither the proxy nor what others need is stopped, unless downtime is allowed', () => {
  const current = release('1-v1', {
    api: service('api', 'v1', '1-v1', { traits: { ...traits, dependsOn: { db: 'service_started' } } }),
    db: service('db', 'v1', '1-v1'),
    proxy: service('proxy', 'v1', '1-v1'),
  });
  const stopped =
    (names: string[], allowDowntime = false) =>
    () =>
      requireDispensable(names, current, { runbook, allowDowntime });
  expect(stopped(['api', 'db'])).not.toThrow();
  expect(stopped(['db'])).toThrow(/RB-DOWNTIME-REFUSED: db would be stopped, and api depends on it/);
  expect(stopped(['api', 'proxy'])).toThrow(/RB-DOWNTIME-REFUSED: proxy would be stopped, and visitors reach the site/);
  expect(stopped(['db', 'proxy'], true)).not.toThrow();
});
