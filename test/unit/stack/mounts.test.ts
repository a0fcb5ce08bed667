import { describe, expect, it } from 'vitest';
import type { ComposeService } from '../../../actions/lib/stack/compose-model';
import type { Mount, Release } from '../../../actions/lib/stack/model';
import { checkMounts } from '../../../actions/lib/stack/plan/checks-mounts';
import { diff } from '../../../actions/lib/stack/plan/diff';
import { programOf } from '../../../actions/lib/stack/plan/program';
import { traitsOf } from '../../../actions/lib/stack/resolve/traits';
import { sharedOf } from '../../../actions/lib/stack/resources';
import { containerOf, emptyHost, pulled, release, runbook, service } from './model-host';

const HEX = 'a'.repeat(64);
const DATA = '/var/lib/postgresql/data';
type Volumes = readonly Record<string, unknown>[];

const named = (source: string, target = DATA): Volumes => [{ type: 'volume', source, target }];
const bound = (source: string, target = DATA): Volumes => [{ type: 'bind', source, target }];
const volume = (source: string, target = DATA): Mount => ({ type: 'volume', source, target, writable: true });
const bind = (source: string, target = DATA): Mount => ({ type: 'bind', source, target, writable: true });

/** A release whose `db` has these volumes; the top-level ones beside `data` by key and name. */
function releaseOf(volumes: Volumes, names: Record<string, string> = {}, more: ComposeService = {}): Release {
  const db: ComposeService = { volumes, ...more };
  const top = Object.fromEntries(Object.entries({ data: 'shop_data', ...names }).map(([key, name]) => [key, { name }]));
  const model = { name: 'shop', services: { db, other: { volumes: named('data') } }, volumes: top };
  const made = service('db', 'v2', '2-v2', { traits: traitsOf(db, model) });
  return release('2-v2', { db: made }, { shared: sharedOf(model) });
}

/** What the check says when the container has these mounts. */
function refusal(mounts: readonly Mount[], target: Release, state: 'running' | 'exited' = 'running'): string {
  const was = service('db', 'v1', '1-v1');
  const container = { ...containerOf('db', was, true), mounts, state };
  const host = pulled(
    {
      ...emptyHost,
      containers: [container],
      physicalDirectory: '/data/shop',
      current: release('1-v1', { db: was }, { files: { 'pg.conf': HEX, 'compose.yml': HEX } }),
    },
    target,
  );
  const plan = diff(host, target, { runbook, migrate: true });
  expect(plan.changes).toHaveLength(1);
  try {
    checkMounts(plan, target, host, runbook.directory);
    return '';
  } catch (error) {
    return (error as Error).message;
  }
}

describe('what a container writes to', () => {
  it.each<[string, Mount, Release]>([
    ['the same volume', volume('shop_data'), releaseOf(named('data'))],
    ['the same volume, by another name in the files', volume('shop_data'), releaseOf(named('x'), { x: 'shop_data' })],
    ['the same volume, read only', volume('shop_data'), releaseOf([{ ...named('data')[0], read_only: true }])],
    [
      'the same part of a volume',
      volume('shop_data/a'),
      releaseOf([{ ...named('data')[0], volume: { subpath: 'a' } }]),
    ],
    ['the volume of another service', volume('shop_data'), releaseOf([], {}, { volumes_from: ['other'] })],
    ['what nobody knows', volume('shop_data'), releaseOf([], {}, { volumes_from: ['container:x'] })],
    ['the same folder', bind('/srv/shop/data'), releaseOf(bound('/srv/shop/data/'))],
    ['the same folder, by a link', bind('/data/shop/data'), releaseOf(bound('/srv/shop/data'))],
    ['another file that came with a release', bind('/data/shop/pg.conf', '/pg.conf'), releaseOf([])],
    ["something of the host's", bind('/var/run/docker.sock', '/var/run/docker.sock'), releaseOf([])],
    ['a volume without a name, to be handed on', volume(HEX), releaseOf([])],
    ['a volume that gets a name', volume(HEX), releaseOf(named('x'), { x: HEX })],
  ])('may be %s', (_name, mount, target) => {
    expect(refusal([mount], target)).toBe('');
  });

  it.each<[string, Mount, Release, string]>([
    ['a renamed volume', volume('shop_data'), releaseOf(named('x'), { x: 'shop_data2' }), 'shop_data2 at'],
    ['another project’s volume', volume('shop_data'), releaseOf(named('x'), { x: 'other_data' }), 'other_data at'],
    [
      'another target',
      volume('shop_data'),
      releaseOf(named('data', '/var/lib/postgresql')),
      'shop_data at /var/lib/postgresql',
    ],
    [
      'another part',
      volume('shop_data/a'),
      releaseOf([{ ...named('data')[0], volume: { subpath: 'b' } }]),
      'shop_data/b at',
    ],
    ['a folder instead of a volume', volume('shop_data'), releaseOf(bound('/srv/shop/data')), '/srv/shop/data at'],
    ['another folder', bind('/home/me/shop/data'), releaseOf(bound('/srv/shop/data')), '/srv/shop/data at'],
    ['nothing', volume('shop_data'), releaseOf([]), 'nothing at'],
    ['a volume with a name instead of one without', volume(HEX), releaseOf(named('data')), 'shop_data at'],
    ['memory', volume('shop_data'), releaseOf([{ type: 'tmpfs', target: DATA }]), 'memory at'],
  ])('may not become %s', (_name, mount, target, words) => {
    const message = refusal([mount], target);
    expect(message).toContain(`RB-MOUNT-CHANGED: db would lose ${mount.source}`);
    expect(message).toContain(words);
    expect(refusal([mount], target, 'exited')).toContain(`db would lose ${mount.source}`);
    expect(refusal([{ ...mount, writable: false }], target)).toBe('');
  });
});

it('unnamed volumes are looked at before anything is created, whether their container runs or not', () => {
  const target = releaseOf([]);
  for (const state of ['running', 'exited'] as const) {
    const db = { ...containerOf('db', service('db', 'v1', '1-v1'), true), mounts: [volume(HEX)], state };
    const host = pulled({ ...emptyHost, containers: [{ ...db, anonymousVolume: true }] }, target);
    const plan = diff(host, target, { runbook, migrate: true });
    expect(plan.changes[0]).toMatchObject({ kind: state === 'running' ? 'recreate' : 'create', unnamed: [DATA] });
    const operations = programOf(plan, { runbook, target, proxyFiles: new Set() });
    expect(operations[0]).toEqual({ op: 'keep-volumes', service: 'db', total: 1 });
  }
});
