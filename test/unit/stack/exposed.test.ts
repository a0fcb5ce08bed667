/** Containers that would see `.runbook`: an empty folder over it, a refusal, or a word. */
import { describe, expect, it } from 'vitest';
import type { ComposeModel, ComposeService } from '../../../actions/lib/stack/compose-model';
import type { Release, State } from '../../../actions/lib/stack/model';
import { adoptFrom } from '../../../actions/lib/stack/observe/adopt';
import { checkExposed, exposures } from '../../../actions/lib/stack/plan/checks-exposed';
import { edited } from '../../../actions/lib/stack/release/edit';
import { nextRelease } from '../../../actions/lib/stack/release/next';
import { assemble } from '../../../actions/lib/stack/resolve/assemble';
import { hidden, unhidden } from '../../../actions/lib/stack/resolve/hidden';
import { parseReference } from '../../../actions/lib/stack/resolve/reference';
import type { Resolved } from '../../../actions/lib/stack/resolve/types';
import { emptyHost, runbook } from './model-host';

const place = { directory: '/srv/shop', physicalDirectory: '/data/shop' };
const bind = (source: string, more: object = {}) => ({ type: 'bind', source, target: '/app', ...more });
const named = (more: object = {}) => ({ type: 'volume', source: 'data', target: '/app', ...more });
const device = (o: string, path: string) => ({
  data: { driver: 'local', driver_opts: { type: 'none', o, device: path } },
});

function modelOf(services: Record<string, ComposeService>, volumes: object = {}): ComposeModel {
  return { name: 'shop', services, volumes } as ComposeModel;
}

const over = (service: ComposeService, volumes: object = {}): unknown =>
  hidden(service, modelOf({ app: service }, volumes), place).tmpfs;

describe('an empty folder is mounted over .runbook', () => {
  it.each<[string, ComposeService, string]>([
    ['the directory', { volumes: [bind('/srv/shop')] }, '/app/.runbook'],
    ['the directory by its other name', { volumes: [bind('/data/shop/')] }, '/app/.runbook'],
    ['the directory, read-only', { volumes: [bind('/srv/shop', { read_only: true })] }, '/app/.runbook'],
    ['a folder above it', { volumes: [bind('/srv')] }, '/app/shop/.runbook'],
    ['a folder above it by its other name', { volumes: [bind('/data')] }, '/app/shop/.runbook'],
    ['it at a place with a slash', { volumes: [bind('/srv/shop', { target: '/app/' })] }, '/app/.runbook'],
  ])('of a service that mounts %s', (_name, service, at) => {
    expect(over(service)).toEqual([`${at}:mode=755,size=64k`]);
  });

  it('of one whose volume is that folder under a name', () => {
    expect(over({ volumes: [named()] }, device('bind', '/srv/shop'))).toEqual(['/app/.runbook:mode=755,size=64k']);
    expect(over({ volumes: [named({ volume: { subpath: 'shop' } })] }, device('rw,rbind', '/srv'))).toEqual([
      '/app/.runbook:mode=755,size=64k',
    ]);
    expect(over({ volumes: [named()] }, device('rw,bind', '/srv/shop/data'))).toBeUndefined();
    expect(over({ volumes: [named()] }, device('addr=10.0.0.1', '/srv/shop'))).toBeUndefined();
  });

  it('of one that has the mounts of another service', () => {
    const model = modelOf({ app: { volumes: [bind('/srv/shop')] }, cron: { volumes_from: ['app:ro'] } });
    expect(hidden(model.services.cron!, model, place).tmpfs).toEqual(['/app/.runbook:mode=755,size=64k']);
  });

  it('beside what it has of the kind, once, and is taken off again', () => {
    const service = { volumes: [bind('/srv/shop'), bind('/data/shop')], tmpfs: ['/tmp'] };
    const more = hidden(service, modelOf({ app: service }), place);
    expect(more.tmpfs).toEqual(['/tmp', '/app/.runbook:mode=755,size=64k']);
    expect(hidden(more, modelOf({ app: more }), place)).toEqual(more);
    expect(unhidden(more)).toEqual(service);
    expect(unhidden(hidden({ volumes: service.volumes }, modelOf({}), place))).toEqual({ volumes: service.volumes });
  });

  it('not where the service has something of its own there', () => {
    expect(over({ volumes: [bind('/srv/shop'), named({ target: '/app/.runbook' })] })).toBeUndefined();
    expect(over({ volumes: [bind('/srv/shop')], tmpfs: '/app/.runbook' })).toBe('/app/.runbook');
  });

  it.each<[string, readonly object[]]>([
    ['a folder of the stack', [bind('/srv/shop/data')]],
    ['a folder of a like name', [bind('/srv/shop2'), bind('/srv/shop/.runbook2')]],
    ['the whole host, as monitoring has it', [bind('/', { read_only: true })]],
    ['no folder of the host', [named(), { type: 'tmpfs', target: '/x' }]],
  ])('not of one that has %s', (_name, volumes) => {
    expect(over({ volumes })).toBeUndefined();
  });
});

it.each(['/srv/shop/.runbook', '/data/shop/.runbook/releases'])('a service that mounts %s is refused', (source) => {
  expect(() => checkExposed(modelOf({ app: { volumes: [bind(source)] } }), place)).toThrow(
    /RB-RUNBOOK-EXPOSED.*app mounts/s,
  );
  expect(() => checkExposed(modelOf({ app: { volumes: [bind('/srv/shop')] } }), place)).not.toThrow();
});

describe('a release', () => {
  const app = { image: 'registry/app:v1', volumes: [bind('/srv/shop')] };
  const state: State = { ...emptyHost, physicalDirectory: '/data/shop' };
  const over = ['/app/.runbook:mode=755,size=64k'];

  function resolved(service: ComposeService, current: Release | null, only: readonly string[] | null): Resolved {
    const model = modelOf({ app: service });
    const image = { ref: 'sha256:1', digest: null, imageId: 'sha256:1', layers: [], local: true };
    const pinned = [{ service: 'app', reference: parseReference('registry/app:v1')!, written: '', image }];
    const request = {
      runbook: { ...runbook, directory: '/srv/shop' },
      only,
      current,
      physicalDirectory: '/data/shop',
      files: [],
    };
    const made = assemble({ model, pinned, files: {} } as never, request as never);
    return { ...made, files: {}, filesList: '', sent: 0, warnings: [], staging: null };
  }

  function next(of: Resolved, current: Release | null) {
    return nextRelease({
      ...{ resolved: of, state: { ...state, current }, runbook, version: 'v1', schemaCompatible: true },
      ...{ createdAt: '2026-01-01T00:00:00Z', createdBy: 'somebody', run: 'run' },
    });
  }

  const tmpfsOf = (compose: string): unknown => (JSON.parse(compose) as ComposeModel).services.app?.tmpfs;

  it('that brings the service hides it, and says nothing of it', () => {
    const { release, compose } = next(resolved(app, null, null), null);
    expect(tmpfsOf(compose)).toEqual(over);
    expect(exposures(release, place)).toEqual([]);
  });

  it('that adopted it leaves it as it runs, says so, and hides it by the next change or restart', () => {
    const container = {
      ...{ id: 'a', name: 'shop-app-1', service: 'app', imageId: 'sha256:1', image: 'registry/app:v1' },
      ...{ state: 'running', configHash: 'h', release: null, definition: null, oneOff: false },
    };
    const host = { ...state, containers: [container] } as unknown as State;
    const adopted = adoptFrom(modelOf({ app }), new Map([['app', 'h']]), host, runbook, 'run', new Date());
    expect(tmpfsOf(adopted.compose)).toBeUndefined();
    expect(exposures(adopted.release, place)).toEqual([
      expect.stringMatching(/^app can read \.runbook at \/app\/\.runbook as release 0-adopted runs it/),
    ]);

    const same = next(resolved(app, adopted.release, null), adopted.release);
    expect(same.release.services.app?.configHash).toBe('h');
    expect(tmpfsOf(same.compose)).toBeUndefined();
    expect(exposures(same.release, place)).toHaveLength(1);

    const other = next(resolved({ ...app, environment: { A: 'b' } }, adopted.release, null), adopted.release);
    expect(tmpfsOf(other.compose)).toEqual(over);
    expect(exposures(other.release, place)).toEqual([]);

    const stored = { release: adopted.release, model: JSON.parse(adopted.compose) as ComposeModel, filesList: '' };
    const restarted = edited({
      ...{ current: stored, state, directory: '/srv/shop', edits: { app: { anew: true } }, by: 'restart' },
      ...{ createdAt: '2026-01-02T00:00:00Z', createdBy: 'somebody', run: 'run' },
    });
    expect(tmpfsOf(restarted.compose)).toEqual(over);
    expect(exposures(restarted.release, place)).toEqual([]);
    // A deploy of the same files finds nothing to do after it.
    const again = next(resolved(app, restarted.release, null), restarted.release);
    expect(again.release.services.app?.since).toBe(restarted.release.services.app?.since);
  });

  it('of a service that is left out of a deploy stays as it was made', () => {
    const { release } = next(resolved(app, null, null), null);
    const made = hidden(app, modelOf({ app }), place);
    expect(tmpfsOf(next(resolved(made, release, []), release).compose)).toEqual(over);
    const old = { ...release.services.app!, definition: 'old' };
    const { runbookAt: _none, ...traits } = old.traits;
    const before = { ...release, services: { app: { ...old, traits } } };
    expect(tmpfsOf(next(resolved(app, before, []), before).compose)).toBeUndefined();
    expect(exposures(before, place)).toHaveLength(1);
  });

  it('whose service may write above the directory says that it can take its place', () => {
    const above = { ...app, volumes: [bind('/srv')] };
    const { release } = next(resolved(above, null, null), null);
    expect(exposures(release, place)).toEqual([expect.stringMatching(/^app may write to \/srv of the host/)]);
    const read = { ...app, volumes: [bind('/srv', { read_only: true })] };
    expect(exposures(next(resolved(read, null, null), null).release, place)).toEqual([]);
  });
});
