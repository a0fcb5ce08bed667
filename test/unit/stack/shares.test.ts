/** Callers that do not reach each container of a service whose number of containers changes. */
import { expect, it } from 'vitest';
import type { Container, ReleaseService, State } from '../../../actions/lib/stack/model';
import { checkCalled } from '../../../actions/lib/stack/plan/checks-called';
import { diff } from '../../../actions/lib/stack/plan/diff';
import { containerOf, emptyHost, pulled, release, runbook, service, traits } from './model-host';

const NAMED = 'nginx/default.conf calls its container by the name shop-api-1';

interface Case {
  readonly from: number;
  readonly to: number;
  readonly namedBy?: string;
  readonly calledNames?: Readonly<Record<string, string>>;
  readonly program?: NonNullable<Container['proxy']>['program'];
  readonly network?: string;
}

function planOf({ from, to, namedBy, calledNames, program = 'nginx', network = 'default' }: Case) {
  const made = (count: number, since: string): ReleaseService =>
    service('api', 'v1', since, {
      replicas: count,
      traits: { ...traits, namedBy, calledNames },
    });
  const was = made(from, '1');
  const lb = service('lb', 'v1', '1');
  const balancer: Container = {
    ...containerOf('lb', lb, true),
    networks: { [network]: { ip: '10.0.9.9', ip6: '' } },
    proxy: { program, reloads: true },
  };
  const containers = Array.from({ length: from }, (_, index) => ({
    ...containerOf('api', was, true),
    name: `shop-api-${index + 1}`,
  }));
  const current = release('1', { api: was, lb });
  const state: State = pulled({ ...emptyHost, containers: [...containers, balancer], current }, current);
  const target = release('2', { api: made(to, '1'), lb });
  return { plan: diff(state, target, { runbook, migrate: false }), target, state };
}

function notesOf(given: Case): readonly string[] {
  return planOf(given).plan.notes;
}

function refusalOf(given: Case): string {
  const { plan, target, state } = planOf({ namedBy: NAMED, ...given });
  try {
    checkCalled(plan, target, state);
    return '';
  } catch (error) {
    return (error as Error).message;
  }
}

it('a container that something calls by its own name is not removed', () => {
  const calledNames = { 'shop-api-1': 'nginx/default.conf', 'shop-api-3': 'nginx/default.conf' };
  expect(refusalOf({ from: 3, to: 2, calledNames })).toMatch(
    /^RB-SERVICE-UNSUITABLE: nginx\/default.conf calls shop-api-3 of api by name, and this plan removes that/,
  );
  expect(refusalOf({ from: 3, to: 2, calledNames: { 'shop-api-1': 'nginx/default.conf' } })).toBe('');
  expect(refusalOf({ from: 3, to: 2 })).toBe('');
  expect(refusalOf({ from: 3, to: 4, calledNames })).toBe('');
});

it('a plan says that a caller by the name of one container does not reach further containers', () => {
  expect(notesOf({ from: 1, to: 3, namedBy: NAMED })).toEqual([
    `api: ${NAMED}. That caller sends nothing to further containers of api; callers by the name api share their requests among all.`,
  ]);
});

it('a plan names the containers that go, where a caller calls one by its name', () => {
  expect(notesOf({ from: 3, to: 1, namedBy: NAMED })).toEqual([
    `api: ${NAMED}. Containers that go: shop-api-2, shop-api-3. Where such a name still stands, calls fail, and nginx neither reloads nor starts; remove it from the files first.`,
  ]);
});

it('a plan says that HAProxy sends nothing to further containers by itself', () => {
  expect(notesOf({ from: 1, to: 2, program: 'haproxy' })).toEqual([
    'lb runs HAProxy, which sends the requests of a `server` line to one address: further containers of api get requests from it only where its configuration has a `server-template` with enough servers for api.',
  ]);
});

it('a plan says that Apache may share its requests unequally', () => {
  expect(notesOf({ from: 1, to: 2, program: 'apache' })).toEqual([
    'lb runs Apache: if it passes requests on to api, each of its processes calls one address of api until Apache reloads, so that the containers of api may get unequal shares.',
  ]);
});

it.each<[string, Case]>([
  ['the number stays', { from: 2, to: 2, namedBy: NAMED, program: 'haproxy' }],
  ['nginx calls by the name of the service', { from: 1, to: 3 }],
  ['HAProxy is on another network', { from: 1, to: 2, program: 'haproxy', network: 'other' }],
  ['HAProxy loses a container of it', { from: 2, to: 1, program: 'haproxy' }],
  ['none ran before', { from: 0, to: 2, namedBy: NAMED }],
])('a plan says nothing of shares where %s', (_what, given) => {
  expect(notesOf(given)).toEqual([]);
});
