/** Containers that people connected to a network that the Compose files do not give them. */
import { expect, it } from 'vitest';
import type { DriftPolicy } from '../../../actions/lib/config/inputs';
import type { Container, Release, ReleaseService, State } from '../../../actions/lib/stack/model';
import { connectedNotes } from '../../../actions/lib/stack/plan/checks-connected';
import { checkPlan } from '../../../actions/lib/stack/plan/checks-plan';
import { diff } from '../../../actions/lib/stack/plan/diff';
import { containerOf, emptyHost, pulled, release, runbook, service, traits } from './model-host';

const networks = {
  default: { name: 'shop_default', external: false, facts: {} },
  edge: { name: 'npm_default', external: true, facts: {} },
};
const at = (...names: string[]): Container['networks'] =>
  Object.fromEntries(names.map((name) => [name, { ip: '10.0.0.1', ip6: '' }]));
const api = service('api', 'v1', '1');
const next = service('api', 'v2', '2');
const onEdge = { traits: { ...traits, networks: ['default', 'edge'] } };

interface Given {
  readonly on?: Container['networks'];
  readonly users?: readonly string[];
  readonly was?: ReleaseService;
  readonly wanted?: ReleaseService;
  readonly shared?: Release['shared'];
  readonly release?: string | null;
  readonly drift?: DriftPolicy;
}

function refusal(given: Given = {}): string {
  const { on = at('shop_default', 'npm_default'), users = ['npm-1'], was = api, wanted = next } = given;
  const { shared = { networks, volumes: {} }, release: made = was.since } = given;
  const target = release('2', { api: wanted }, { shared: { networks, volumes: {} } });
  const container = { ...containerOf('api', was, true), name: 'shop-api-1', networks: on, release: made };
  const state: State = pulled(
    {
      ...emptyHost,
      containers: [container],
      networks: {
        shop_default: { facts: {}, users: ['shop-api-1'] },
        npm_default: { facts: {}, users: ['shop-api-1', ...users] },
      },
      current: release('1', { api: was }, { shared }),
    },
    target,
  );
  const plan = diff(state, target, { runbook, migrate: false });
  try {
    checkPlan(plan, target, state, runbook, given.drift);
    return connectedNotes(plan, target, state).join('\n');
  } catch (error) {
    return (error as Error).message;
  }
}

it('are not replaced by containers that are not on it, as long as others are', () => {
  const words = 'RB-DRIFT: shop-api-1 was connected by hand to the network npm_default, on which npm-1 is';
  expect(refusal()).toContain(words);
  const recreated = { ...next, traits: { ...traits, containerName: 'api' } };
  expect(refusal({ wanted: recreated })).toContain(words);
  expect(refusal({ users: [] })).toBe('');
  expect(refusal({ on: at('shop_default') })).toBe('');
});

it('are replaced where the files give them that network, or gave it, or it is not known what the files gave', () => {
  expect(refusal({ wanted: { ...next, ...onEdge } })).toBe('');
  expect(refusal({ was: { ...api, ...onEdge } })).toBe('');
  expect(refusal({ shared: null })).toBe('');
  expect(refusal({ was: { ...api, definition: 'unknown hash' } })).toBe('');
  expect(refusal({ release: '1-never' })).toBe('');
});

it('stay where nothing of them changes', () => {
  expect(refusal({ wanted: api })).toBe('');
});

it('are replaced with `drift: discard`, which the notes of the run say; `accept` cannot keep the connection', () => {
  expect(refusal({ drift: 'discard' })).toBe(
    'shop-api-1 was connected by hand to the network npm_default, on which npm-1 is; the new containers of api are not on it (drift: discard).',
  );
  expect(refusal({ drift: 'accept' })).toContain('`drift: accept` cannot keep what a new container replaces');
  expect(refusal()).toContain('run it again with `drift: discard`');
});
