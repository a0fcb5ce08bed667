/** Who loses a service that is stopped. */
import { expect, it } from 'vitest';
import type { ServiceTraits } from '../../../actions/lib/stack/model';
import { diff } from '../../../actions/lib/stack/plan/diff';
import { containerOf, emptyHost, pulled, release, runbook, service, traits } from './model-host';

function notesOf(
  more: Partial<ServiceTraits>,
  dependsOn: ServiceTraits['dependsOn'] = {},
  replicas = 0,
): readonly string[] {
  const made = (count: number) => service('api', 'v1', '1', { replicas: count, traits: { ...traits, ...more } });
  const web = service('web', 'v1', '1', { traits: { ...traits, dependsOn } });
  const current = release('1', { api: made(2), web });
  const containers = [made(2), made(2)].map((wanted) => containerOf('api', wanted, true));
  const state = pulled({ ...emptyHost, containers: [...containers, containerOf('web', web, true)], current }, current);
  const target = release('2', { api: made(replicas), web });
  return diff(state, target, { runbook, migrate: false, named: new Set(['api']) }).notes;
}

it('a plan that stops a service says who depends on it', () => {
  expect(notesOf({}, { api: 'service_started' })).toEqual(['web depends on api.']);
});

it('a plan that stops a service says that it may have callers, unless nothing in the files names it', () => {
  expect(notesOf({})).toEqual([
    'api may be called although no `depends_on` says so: its name is in the files of the stack, or it has a port or a label of a proxy. Its callers get no answer while it is stopped.',
  ]);
  expect(notesOf({ unnamed: true })).toEqual([]);
});

it('a plan says nothing of callers where a container of the service stays', () => {
  expect(notesOf({}, {}, 1)).toEqual([]);
});
