/** Callers of other projects on networks of the stack. */
import { expect, it } from 'vitest';
import type { State } from '../../../actions/lib/stack/model';
import { diff } from '../../../actions/lib/stack/plan/diff';
import { outsideNotes } from '../../../actions/lib/stack/plan/outsiders';
import { containerOf, emptyHost, release, runbook, service } from './model-host';

function notesOf(users: readonly string[], wanted = service('api', 'v2', '2')): string[] {
  const api = service('api', 'v1', '1');
  const networks = { default: { name: 'edge', external: true, facts: {} } };
  const shared = { shared: { networks, volumes: {} } };
  const container = { ...containerOf('api', api, true), name: 'shop-api-1', networks: { edge: { ip: '', ip6: '' } } };
  const state: State = {
    ...emptyHost,
    containers: [container],
    networks: { edge: { facts: {}, users: ['shop-api-1', ...users] } },
    current: release('1', { api }, shared),
  };
  const target = release('2', { api: wanted }, shared);
  return outsideNotes(diff(state, target, { runbook, migrate: false }), state, target);
}

it('a note tells containers of other projects that names go, where such containers exist and the service rolls', () => {
  expect(notesOf(['npm-1'])).toEqual([
    'npm-1 of another project may call api: the names of its containers (shop-api-1) are gone afterwards, only api and its aliases stay.',
  ]);
  expect(notesOf([])).toEqual([]);
  const fixed = service('api', 'v2', '2');
  expect(notesOf(['npm-1'], { ...fixed, traits: { ...fixed.traits, containerName: 'api' } })).toEqual([]);
});
