/** Which commit a release says that its version is. */
import { expect, it } from 'vitest';
import type { State } from '../../../actions/lib/stack/model';
import { nextRelease } from '../../../actions/lib/stack/release/next';
import { parseRelease, serializeRelease } from '../../../actions/lib/stack/release/store';
import type { Resolved } from '../../../actions/lib/stack/resolve/types';
import { emptyHost, runbook, service } from './model-host';

const pushed = { repository: 'github.com/acme/shop', commit: 'c'.repeat(40) };

function made(tag: string, state: State, more: { version?: string; file?: string; origin?: typeof pushed } = {}) {
  const { since: _since, configHash: _hash, ...api } = service('api', tag, '');
  const resolved: Resolved = {
    services: { api },
    model: { name: 'shop', services: { api: { image: api.image } } },
    ...{ images: [], files: { 'compose.yml': (more.file ?? 'a').repeat(64) }, filesList: '', sent: 0 },
    ...{ warnings: [], staging: null },
  };
  const by = { createdAt: '2026-01-01T00:00:00Z', createdBy: 'somebody', run: 'run', schemaCompatible: true };
  const { release } = nextRelease({
    ...{ resolved, state, runbook, ...by, version: more.version ?? tag },
    origin: more.origin,
  });
  return parseRelease(serializeRelease(release))!;
}

it('a release has the commit of the tag that was pushed, as long as its version stays in the same images', () => {
  const first = made('v1', emptyHost, { origin: pushed });
  expect(first.origin).toEqual(pushed);
  const state: State = { ...emptyHost, current: first, releases: [first] };
  // Other files, another image of the same name, another version.
  expect(made('v1', state, { file: 'b' }).origin).toEqual(pushed);
  expect(made('v1-moved', state, { version: 'v1' }).origin).toBeUndefined();
  expect(made('v1', state, { file: 'b', version: 'v2' }).origin).toBeUndefined();
  expect(made('v2', state).origin).toBeUndefined();
  const other = { ...pushed, commit: 'd'.repeat(40) };
  expect(made('v2', state, { origin: other }).origin).toEqual(other);
});

it('which commit it is does not make it another release', () => {
  const first = made('v1', emptyHost);
  const state: State = { ...emptyHost, current: first, releases: [first] };
  expect(made('v1', state, { origin: pushed })).toEqual(first);
});
