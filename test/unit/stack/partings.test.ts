import { expect, it } from 'vitest';
import type { Release } from '../../../actions/lib/stack/model';
import { partings } from '../../../actions/lib/stack/plan/partings';
import { release, service, traits } from './model-host';

function releaseOf(networks: Record<string, readonly string[]>, names: Record<string, string> = {}): Release {
  const dependsOn = { worker: { api: 'service_healthy' } } as Record<string, Record<string, string>>;
  const services = Object.entries(networks).map(([name, keys]) => [
    name,
    service(name, 'v1', '1', { traits: { ...traits, networks: keys, dependsOn: dependsOn[name] ?? {} } }),
  ]);
  const shared = Object.entries(names).map(([key, name]) => [key, { name, external: false, facts: {} }]);
  return release('1', Object.fromEntries(services), { shared: { networks: Object.fromEntries(shared), volumes: {} } });
}

const before = releaseOf({ proxy: ['edge'], api: ['edge', 'inner'], worker: ['inner'], other: ['edge'] });

it('a note names services that can no longer reach each other', () => {
  const apart = releaseOf({ proxy: ['edge'], api: ['inner'], worker: ['inner'], other: ['edge'] });
  expect(partings(apart, before, 'proxy')).toEqual([
    'proxy and api have no network in common any more (it was shop_edge): proxy does not reach api once its old containers are gone.',
  ]);
  const alone = releaseOf({ proxy: ['edge'], api: ['edge'], worker: ['inner'], other: ['edge'] });
  expect(partings(alone, before, 'proxy')).toEqual([expect.stringMatching(/^worker and api have no network/)]);
});

it('no note names services that move together, never met, or may not call each other', () => {
  const moved = { proxy: ['front'], api: ['front', 'inner'], worker: ['inner'], other: ['front'] };
  expect(partings(releaseOf(moved), before, 'proxy')).toEqual([]);
  const renamed = releaseOf(
    { proxy: ['edge'], api: ['edge', 'inner'], worker: ['inner'], other: ['edge'] },
    { edge: 'front' },
  );
  expect(partings(renamed, before, 'proxy')).toEqual([]);
  const apart = releaseOf({ proxy: ['edge'], api: ['inner'], worker: ['inner'], other: ['edge'] });
  expect(partings(apart, apart, 'proxy')).toEqual([]);
  expect(partings(apart, before, null)).toEqual([]);
  expect(partings(apart, null, 'proxy')).toEqual([]);
});
