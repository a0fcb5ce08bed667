/** What a plan leaves as it is although it does not serve, and what it cannot leave so. */
import { expect, it } from 'vitest';
import type { Container, State } from '../../../actions/lib/stack/model';
import { ailing } from '../../../actions/lib/stack/plan/ailing';
import { diff } from '../../../actions/lib/stack/plan/diff';
import { containerOf, emptyHost, imageIdOf, release, runbook, service } from './model-host';

const api = service('api', 'v1', '1');
const networks = { default: { name: 'shop_default', external: false, facts: {} } };
const current = release('1', { api }, { shared: { networks, volumes: {} } });
const at = { ip: '172.18.0.2', ip6: '' };

function planOf(of: Partial<Container>, host: Partial<State> = {}) {
  const container = { ...containerOf('api', api, true), name: 'shop-api-1', networks: { shop_default: at }, ...of };
  const images = { [`registry/api@${api.digest}`]: imageIdOf(api) };
  const state = { ...emptyHost, containers: [container], current, images, networks: there, ...host };
  const plan = diff(state, current, { runbook, migrate: false });
  return { plan, sentences: ailing(plan, state, current, runbook) };
}
const there: State['networks'] = { shop_default: { facts: {}, users: ['shop-api-1'] } };

it('a note names ailing containers that the plan leaves', () => {
  const said = (of: Partial<Container>) => planOf(of).sentences.join();
  expect(said({})).toBe('');
  expect(said({ health: 'starting' })).toBe('');
  expect(said({ state: 'exited' })).toBe('api runs 0 of 1 containers: the plan leaves it as it is.');
  expect(said({ state: 'paused' })).toBe('shop-api-1 is paused: the plan leaves it as it is.');
  expect(said({ state: 'restarting' })).toContain('ends again and again after its start');
  expect(said({ health: 'unhealthy', networks: {} })).toContain('is unhealthy, and is not on network shop_default');
});

it('a note names a container that callers do not find by the name of its service, where Docker tells its names', () => {
  const said = (names: readonly string[], name = 'shop-api-1') =>
    planOf({ name, networks: { shop_default: { ...at, names } } }).sentences.join();
  expect(said(['shop-api-1', 'api', 'alias'])).toBe('');
  expect(said(['shop-api-1'])).toBe(
    'shop-api-1 is not found by the name api on network shop_default: the plan leaves it as it is.',
  );
  expect(said(['0123456789ab'], 'api')).toBe('');
});

it('a note names a container that was disconnected from an existing network; if the network is gone the container is recreated', () => {
  expect(planOf({ networks: {} }).plan).toMatchObject({ changes: [], shared: [] });
  expect(planOf({ networks: {} }, { networks: {} }).plan).toMatchObject({
    changes: [{ service: 'api', kind: 'rolling', reasons: ['network shop_default was removed'] }],
    shared: [{ key: 'default' }],
  });
  // Nobody could tell which networks there are.
  expect(planOf({}, { networks: {} }).plan.changes).toEqual([]);
});
