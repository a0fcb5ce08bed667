/** Which of the changed files only new containers get. */
import { expect, it } from 'vitest';
import type { Plan, ReleaseService } from '../../../actions/lib/stack/model';
import { apartFiles } from '../../../actions/lib/stack/plan/apart-files';
import { release, runbook, service, traits } from './model-host';

const FILE = 'app/settings.ini';

const mounting = (...volumes: string[]): Partial<ReleaseService> => ({
  mounts: { [FILE]: '2' },
  traits: { ...traits, volumes },
});
const ONE = mounting(`bind:/srv/shop/${FILE}:/settings.ini`);
const FOLDER = mounting('bind:/srv/shop/app/:/app');
/** Secrets and configs are not among the volumes. */
const SECRET = mounting();
const ANEW = { kind: 'rolling', start: 1, keep: [] };

/** @param changes service → what the plan does */
function apart(
  services: Readonly<Record<string, Partial<ReleaseService>>>,
  changes: Readonly<Record<string, object>>,
): string[] {
  const all = Object.entries(services).map(([name, parts]) => [name, service(name, 'v1', '2-b', parts)] as const);
  const plan = { changes: Object.entries(changes).map(([name, change]) => ({ service: name, ...change })) };
  return apartFiles([FILE, 'other'], plan as unknown as Plan, release('2-b', Object.fromEntries(all)), {
    ...runbook,
    directory: '/srv/shop',
    proxy: { ...runbook.proxy, service: 'front' },
  });
}

it.each([
  ['mounted one by one', { api: ONE }, { api: ANEW }],
  ['a secret', { api: SECRET }, { api: ANEW }],
  ['mounted one by one here and in a folder there', { api: ONE, web: FOLDER }, { api: ANEW, web: ANEW }],
  ['of a one-shot', { migrate: ONE }, { migrate: { kind: 'one-shot', start: 1, keep: [] } }],
])('a file gets there with the new containers: %s', (_, services, changes) => {
  expect(apart(services, changes)).toEqual([FILE]);
});

it.each([
  ['mounted in a folder only', { api: FOLDER }, { api: ANEW }],
  ['of a container that only reads it again', { api: ONE }, { api: { kind: 'reload', start: 0, keep: [] } }],
  ['of a service that stays', { api: ONE, web: ONE }, { api: ANEW }],
  ['of a service of which containers stay', { api: ONE }, { api: { kind: 'scale', start: 1, keep: ['1'] } }],
  ['that the proxy mounts, too', { api: ONE, front: ONE }, { api: ANEW, front: ANEW }],
  ['that nobody mounts', { api: { mounts: {}, traits } }, { api: ANEW }],
])('a file is written where it is: %s', (_, services, changes) => {
  expect(apart(services, changes)).toEqual([]);
});
