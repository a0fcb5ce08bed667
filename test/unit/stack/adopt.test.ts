/** What runs and has no record: by the labels of releases that are lost, or by Compose's hash of what people started. */
import { describe, expect, it } from 'vitest';
import { keptNotes } from '../../../actions/lib/stack/adjusted';
import type { ComposeModel } from '../../../actions/lib/stack/compose-model';
import { matches } from '../../../actions/lib/stack/identity';
import type { Container, ReleaseService, State } from '../../../actions/lib/stack/model';
import { adoptFrom, lostReleases } from '../../../actions/lib/stack/observe/adopt';
import { withAdjustments } from '../../../actions/lib/stack/release/adjust';
import { definitionOf } from '../../../actions/lib/stack/resolve/definition';
import { containerOf, emptyHost, runbook, service } from './model-host';

const files = (wish: string): ComposeModel => ({
  name: 'shop',
  services: {
    api: { image: 'registry/api:v4', build: { context: '.' }, environment: { WISH: wish } },
    db: { image: 'registry/db:v1', volumes: [{ type: 'volume', source: 'data', target: '/data' }] },
  },
  volumes: { data: { name: 'shop_data' } },
});
const model = files('1');

/** `api` is of release 3, `db` was started by hand. */
const api = service('api', 'v4', '3-v4', { definition: definitionOf(model.services.api ?? {}, model) });
const db = service('db', 'v1', '', { configHash: 'hash' });
const containers: Container[] = [
  {
    ...containerOf('api', api, true),
    image: `registry/api:v4@${api.digest}`,
    release: '3-v4',
    definition: api.definition,
  },
  { ...containerOf('db', db, true), configHash: 'hash', release: null, definition: null },
];
const images = Object.fromEntries(
  containers.map(({ image, imageId }, index) => [`${image.replace(/:v.*/, '')}@${[api, db][index]?.digest}`, imageId]),
);
const host: State = { ...emptyHost, containers, images };
const adopted = (of: ComposeModel) => adoptFrom(of, new Map([['db', 'hash']]), host, runbook, 'run', new Date(0));

describe('a stack whose releases are lost', () => {
  it('is told by the labels of what runs', () => {
    expect(lostReleases(host)).toBe(true);
    expect(lostReleases({ ...host, containers: containers.slice(1) })).toBe(false);
    expect(lostReleases({ ...host, current: adopted(model).release })).toBe(false);
  });

  it('is adopted as its labels say, and what people started by its hash', () => {
    const { release, compose, notes } = adopted(model);
    expect(notes).toEqual([]);
    expect(release.services.api).toMatchObject({ ...api, imageId: null, traits: expect.anything(), mounts: {} });
    expect(release.services.db).toMatchObject({ since: '0-adopted', configHash: 'hash' });
    for (const container of containers)
      expect(matches(container, release.services[container.service] ?? api, images)).toBe(true);
    expect(release.services.db?.traits.limits).toMatchObject({ restart: 'no', memory: 0 });
    const pinned = JSON.parse(compose) as ComposeModel;
    expect(pinned.services.api).toEqual({
      image: `registry/api:v4@${api.digest}`,
      environment: { WISH: '1' },
      labels: { 'runbook.stack': 'shop', 'runbook.release': '3-v4', 'runbook.definition': api.definition },
    });
    expect(pinned.services.db?.labels).toBe(undefined);
  });

  it('is what its labels say where the files are others now, and a container by these files is not taken for it', () => {
    const { release, compose, notes } = adopted(files('2'));
    expect(notes).toEqual([expect.stringContaining('api runs with settings that differ from its present files')]);
    expect(release.services.api).toMatchObject({ definition: api.definition, since: '3-v4' });
    // What its limits were when it was made is not known.
    expect(release.services.api?.traits.limits).toBe(undefined);
    const { labels } = (JSON.parse(compose) as ComposeModel).services.api ?? {};
    expect((labels as Record<string, string>)['runbook.definition']).toMatch(/^unknown /);
  });
});

describe('a service that people scaled', () => {
  const shown = { ...model, services: { db: { image: 'registry/db:v1', scale: 2 } } };
  const run = (count: number) => {
    const there = Array.from({ length: count }, () => ({ ...containers[1]!, id: `db-${Math.random()}` }));
    const state = { ...emptyHost, containers: there, images };
    return adoptFrom(shown, new Map([['db', 'hash']]), state, runbook, 'run', new Date(0)).release.services;
  };
  const next = (before: Record<string, ReleaseService>, scale = 2) => {
    const services = { db: { ...shown.services.db, scale } };
    const resolved = { ...service('db', 'v2', ''), replicas: scale };
    return withAdjustments({ model: { ...shown, services }, services: { db: resolved } }, before).services.db;
  };

  it('up keeps its containers at the first deploy, until the files say another number', () => {
    const services = run(5);
    expect(services.db).toMatchObject({ replicas: 5 });
    const made = next(services);
    expect(made).toMatchObject({ replicas: 5, adjusted: { replicas: { is: 5, files: 2 } } });
    expect(keptNotes('db', services.db?.adjusted, made?.adjusted)).toEqual([
      'db keeps its number of containers, 5, which people set in release 0-adopted; its Compose files still say 2.',
    ]);
    expect(next(services, 3)).toMatchObject({ replicas: 3 });
  });

  it('down, or that has lost a container, gets what the files say', () => {
    expect(next(run(1))).toMatchObject({ replicas: 2 });
    expect(next(run(2))?.adjusted).toBe(undefined);
  });
});
