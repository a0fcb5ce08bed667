/** Values that a server reads only at its first start, before and after a deploy. */
import { describe, expect, it } from 'vitest';
import type { Host } from '../../../actions/lib/host/host';
import { firstValues } from '../../../actions/lib/procedure/first-values';
import type { Recorder } from '../../../actions/lib/procedure/record';
import type { ComposeModel } from '../../../actions/lib/stack/compose-model';
import type { State } from '../../../actions/lib/stack/model';
import { hashText } from '../../../actions/lib/stack/release/next';
import { mountsOf } from '../../../actions/lib/stack/resolve/traits';
import { containerOf, emptyHost, release, service } from '../stack/model-host';

type Definition = Record<string, unknown>;

const recorder = { warning: () => {} } as Partial<Recorder> as Recorder;
const modelOf = (db: Definition, top: Definition = {}): ComposeModel => ({
  services: { db: { image: 'postgres:17', ...db } },
  ...top,
});
const OLD = { POSTGRES_PASSWORD: 'old', TZ: 'UTC' };

/** Variables found by a deploy of `after` over a stack that was started by hand; `runs`: what its container has. */
async function atAdoption(files: Definition, runs: readonly string[], after: Definition): Promise<readonly string[]> {
  const db = service('db', '17', '0-adopted', { definition: 'unknown', configHash: 'hash' });
  const container = { ...containerOf('db', db, true), id: 'c1' };
  const current = release('0-adopted', { db });
  const state: State = { ...emptyHost, containers: [container], current };
  const run = async () => ({ outcome: 'exited', code: 0, stdout: `c1 ${JSON.stringify(runs)}\n`, stderr: '' });
  const compose = JSON.stringify(modelOf({ environment: files }));
  const adopted = { release: current, compose, sharedFiles: {}, filesList: '', notes: [] };
  const resolved = { model: modelOf({ environment: after }), services: { db: { ...db, definition: 'd2' } } };
  const host = { run } as unknown as Host;
  const found = await firstValues({ host, root: '/r', directory: '/srv/shop', state, adopted, resolved }, recorder);
  return found.flatMap(({ names }) => names);
}

describe('where a stack is adopted', () => {
  it('a new password is found', async () => {
    expect(await atAdoption(OLD, ['POSTGRES_PASSWORD=old', 'TZ=UTC'], { ...OLD, POSTGRES_PASSWORD: 'new' })).toEqual([
      'POSTGRES_PASSWORD',
    ]);
  });

  it('it is found although the files on the host have it already, as the container has the old one', async () => {
    const edited = { ...OLD, POSTGRES_PASSWORD: 'new' };
    expect(await atAdoption(edited, ['POSTGRES_PASSWORD=old'], edited)).toEqual(['POSTGRES_PASSWORD']);
  });

  it('the same password is none, whatever signs it has, and neither is what comes from the image', async () => {
    const dollar = { POSTGRES_PASSWORD: 'a$$b=c' };
    const runs = ['POSTGRES_PASSWORD=a$b=c', 'POSTGRES_INITDB_ARGS=--data-checksums'];
    expect(await atAdoption(dollar, runs, { ...dollar, TZ: 'CET' })).toEqual([]);
  });
});

/** Variables found where the file of a password has other content. */
async function withNewFile(db: Definition, top: Definition = {}): Promise<readonly string[]> {
  const model = modelOf({ environment: { POSTGRES_PASSWORD_FILE: '/run/secrets/pg' }, ...db }, top);
  const made = (sha: string) =>
    service('db', '17', '1-v1', {
      mounts: mountsOf(model.services.db!, model, '/srv/shop', { 'secrets/pg': sha.repeat(64) }),
    });
  const text = `${JSON.stringify(model)}\n`;
  const current = release('1-v1', { db: made('a') }, { compose: hashText(text) });
  const stdout = `#rb-section compose\n${text}#rb-section files\n#rb-section size\n1 1\n#rb-section end\n`;
  const host = { run: async () => ({ outcome: 'exited', code: 0, stdout, stderr: '' }) } as unknown as Host;
  const state: State = { ...emptyHost, current };
  const names = async (sha: string) => {
    const resolved = { model, services: { db: made(sha) } };
    const request = { host, root: '/r', directory: '/srv/shop', state, adopted: null, resolved };
    const found = await firstValues(request, recorder);
    for (const { server } of found) expect(server).toBe('other');
    return found.flatMap((one) => one.names);
  };
  expect(await names('a')).toEqual([]);
  return await names('b');
}

describe('a password in a file under the same path', () => {
  it.each<[string, Definition, Definition]>([
    ['a secret', { secrets: [{ source: 'pg' }] }, { secrets: { pg: { file: '/srv/shop/secrets/pg' } } }],
    [
      'a secret under another name',
      { secrets: [{ source: 'one', target: 'pg' }] },
      { secrets: { one: { file: '/srv/shop/secrets/pg' } } },
    ],
    [
      'a config',
      { configs: [{ source: 'one', target: '/run/secrets/pg' }] },
      { configs: { one: { file: '/srv/shop/secrets/pg' } } },
    ],
    ['a mounted file', { volumes: [{ type: 'bind', source: '/srv/shop/secrets/pg', target: '/run/secrets/pg' }] }, {}],
    ['a mounted folder', { volumes: [{ type: 'bind', source: '/srv/shop/secrets', target: '/run/secrets' }] }, {}],
  ])('is found as changed by its content: %s', async (_what, db, top) => {
    expect(await withNewFile(db, top)).toEqual(['POSTGRES_PASSWORD_FILE']);
  });
});
