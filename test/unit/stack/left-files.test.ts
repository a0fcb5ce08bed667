/** Uploaded files that the repository no longer has. */
import { describe, expect, it } from 'vitest';
import type { ComposeModel } from '../../../actions/lib/stack/compose-model';
import type { Plan, Release, ReleaseService, State } from '../../../actions/lib/stack/model';
import { diff } from '../../../actions/lib/stack/plan/diff';
import { parseRelease, serializeRelease } from '../../../actions/lib/stack/release/store';
import { mountsOf, traitsOf } from '../../../actions/lib/stack/resolve/traits';
import { emptyHost, release, runbook, service } from './model-host';

type Definition = Record<string, unknown>;

const SHA = 'a'.repeat(64);
const bind = (source: string) => ({ type: 'bind', source: `/srv/shop/${source}`, target: '/there' });

function releaseOf(
  id: string,
  files: readonly string[],
  definitions: Record<string, Definition>,
  top: Definition = {},
): Release {
  const model = { name: 'shop', services: definitions, ...top } as unknown as ComposeModel;
  const uploaded = Object.fromEntries(files.map((path) => [path, SHA]));
  const services = Object.entries(definitions).map(([name, definition]): [string, ReleaseService] => {
    const mounts = mountsOf(definition, model, '/srv/shop', uploaded);
    const traits = traitsOf(definition, model, { directory: '/srv/shop', files: uploaded });
    return [name, service(name, 'v1', '1-v1', { mounts, traits })];
  });
  return release(id, Object.fromEntries(services), { files: uploaded });
}

/** The plan of a host that has the files of `was`. */
function planOf(was: Release, target: Release): Pick<Plan, 'files' | 'notes'> {
  const state: State = { ...emptyHost, current: was, releases: [was], files: was.files };
  return diff(state, target, { runbook, migrate: true });
}

const LIST = ['compose.yml', 'conf/app.yml'];

describe('a file that left the repository', () => {
  it('goes where nothing mounts it any more', () => {
    const was = releaseOf('1-v1', LIST, { api: { volumes: [bind('conf/app.yml')] } });
    expect(planOf(was, releaseOf('2-v2', ['compose.yml'], { api: {} }))).toEqual(
      expect.objectContaining({ files: { 'conf/app.yml': 'remove' }, notes: [] }),
    );
  });

  it.each<[string, Definition, Definition]>([
    ['its path', { volumes: [bind('conf/app.yml')] }, {}],
    ['its folder, of which nothing is left', { volumes: [bind('conf')] }, {}],
    ['a secret', { secrets: [{ source: 'app' }] }, { secrets: { app: { file: '/srv/shop/conf/app.yml' } } }],
    ['a config', { configs: [{ source: 'app' }] }, { configs: { app: { file: '/srv/shop/conf/app.yml' } } }],
  ])('stays on the host where the release still mounts %s, and the plan says so', (_what, api, top) => {
    const target = releaseOf('2-v2', ['compose.yml'], { api }, top);
    const { files, notes } = planOf(releaseOf('1-v1', LIST, { api }, top), target);
    expect(files).toEqual({});
    expect(notes).toEqual([
      'conf/app.yml is no longer uploaded, and api still mounts it: the file on the host stays as it is.',
    ]);
    expect(parseRelease(serializeRelease(target))?.services.api?.traits).toEqual(target.services.api?.traits);
  });

  it('stays for a rollback to a release whose file was only on the host', () => {
    const api = { volumes: [bind('conf/app.yml')] };
    const back = releaseOf('1-v1', ['compose.yml'], { api });
    expect(planOf(releaseOf('2-v2', LIST, { api }), back).files).toEqual({});
  });

  it('goes from a folder that is still uploaded', () => {
    const api = { volumes: [bind('conf')] };
    const was = releaseOf('1-v1', [...LIST, 'conf/more.yml'], { api });
    expect(planOf(was, releaseOf('2-v2', ['compose.yml', 'conf/more.yml'], { api })).files).toEqual({
      'conf/app.yml': 'remove',
    });
  });
});
