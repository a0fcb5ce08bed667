/** When uploaded files that the proxy mounts are put in place: with who starts, or late. */
import { expect, it } from 'vitest';
import type { Release } from '../../../actions/lib/stack/model';
import { diff } from '../../../actions/lib/stack/plan/diff';
import { programOf } from '../../../actions/lib/stack/plan/program';
import { carryOut, emptyHost, pulled, release, runbook, service, traits } from './model-host';

const FILE = 'app.conf';
const OWN = 'nginx.conf';
const options = { runbook, migrate: false };

function releaseOf(id: string, tag: string, sha: string, mounts: Record<string, string>): Release {
  const proxy = service('proxy', 'v1', '1-a', {
    mounts: { [FILE]: sha, [OWN]: sha },
    traits: { ...traits, hostPorts: [443] },
  });
  return { ...release(id, { api: service('api', tag, id, { mounts }), proxy }), files: { [FILE]: sha, [OWN]: sha } };
}

it.each([
  ['and nobody who starts: late', {}, ['start-beside', 'gate', 'test-proxy', 'place', 'cut', 'reload-proxy']],
  [
    'and who starts: before, and the others late',
    { [FILE]: 'f2' },
    ['place', 'start-beside', 'gate', 'test-proxy', 'place', 'cut', 'reload-proxy'],
  ],
])('what the proxy mounts %s', (_, mounts, order) => {
  const first = releaseOf('1-a', 'v1', 'f1', {});
  const start = diff(pulled(emptyHost, first), first, options);
  let state = pulled(emptyHost, first);
  for (const operation of programOf(start, { runbook, target: first, proxyFiles: new Set() }))
    state = carryOut(state, operation, start, first, new Set(['api', 'proxy']));
  const target = releaseOf('2-b', 'v2', 'f2', mounts);
  const containers = state.containers.map((one) =>
    one.service === 'proxy' ? { ...one, proxy: { program: 'nginx' as const, reloads: true } } : one,
  );
  const plan = diff(pulled({ ...state, containers }, target), target, options);
  const operations = programOf(plan, { runbook, target, proxyFiles: new Set([FILE, OWN]) }).map(({ op }) => op);
  expect(operations.filter((op) => order.includes(op)).slice(0, order.length)).toEqual(order);
});
