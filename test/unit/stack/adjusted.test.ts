/** What a plan says of values that were set beside the Compose files. */
import { expect, it } from 'vitest';
import { renderPlan } from '../../../actions/lib/procedure/plan-text';
import type { Adjusted } from '../../../actions/lib/stack/adjusted';
import type { Release, ReleaseService, State } from '../../../actions/lib/stack/model';
import { diff, isEmpty } from '../../../actions/lib/stack/plan/diff';
import { programOf } from '../../../actions/lib/stack/plan/program';
import { containerOf, emptyHost, pulled, release, runbook, service, traits } from './model-host';

const by = { by: 'scale', release: '8-v1' };
const scaled: Adjusted = { definition: 'd1', replicas: { is: 4, files: 2, ...by } };
const first = release('7-v1', { worker: service('worker', 'v1', '7-v1', { replicas: 2 }) });
const four = release('8-v1', { worker: service('worker', 'v1', '7-v1', { replicas: 4, adjusted: scaled }) });

/** With so many containers of what is current. */
function host(current: Release, count: number, more: Partial<State> = {}): State {
  const containers = Array.from({ length: count }, () => containerOf('worker', current.services.worker!, false));
  return pulled({ ...emptyHost, files: current.files, containers, current, folders: [current.id], ...more }, current);
}

const plan = (state: State, target: Release, named: readonly string[] = []) =>
  diff(state, { ...target, files: state.files }, { runbook, migrate: false, named: new Set(named) });

const said = (state: State, target: Release): string => renderPlan(plan(state, target)).join('\n');

it('a reason names the procedure that set a number, and the number in the files', () => {
  expect(said(host(first, 2), four)).toContain(
    'worker changes its number of containers (2 containers): replicas 2 → 4, by scale; the Compose files say 2',
  );
});

it('a plan stops no worker for a change of its number, where connections can be redirected', () => {
  const [change] = plan(host(first, 2), four).changes;
  expect(change).toMatchObject({ kind: 'scale', start: 2, retire: [] });
  const engine = { ...emptyHost.engine, redirectRefused: 'no iptables' };
  expect(plan(host(first, 2, { engine }), four).changes[0]).toMatchObject({ kind: 'drain-and-replace', start: 4 });
});

it('a plan names a number that a deploy keeps, whatever else it changes', () => {
  const worker = service('worker', 'v2', '9-v2', { replicas: 4, adjusted: scaled });
  const text = said(host(four, 4), release('9-v2', { worker }));
  expect(text).toContain('image worker:v1 → worker:v2');
  expect(text).toContain(
    'worker keeps its number of containers, 4, which scale set in release 8-v1; its Compose files still say 2.',
  );
});

it('a reason says that the files have changed where they take over', () => {
  const worker = service('worker', 'v1', '7-v1', { replicas: 3 });
  expect(said(host(four, 4), release('9-v1', { worker }))).toContain(
    'replicas 4 → 3, as its Compose files say; scale had set 4',
  );
});

it('a reason names each limit and variable, and the definition only where the files changed it', () => {
  const adjusted: Adjusted = {
    definition: 'd1',
    memory: { is: 2 ** 30, files: 2 ** 28, ...by },
    cpus: { is: 1.5, files: null, ...by },
    variables: { CONSUMERS: { is: '8', files: null, ...by } },
  };
  const large = service('worker', 'v1', '8-v1', { definition: 'd2', adjusted });
  const small = release('7-v1', { worker: service('worker', 'v1', '7-v1') });
  const reasons = (state: State, target: Release) => plan(state, target).changes[0]?.reasons;
  expect(reasons(host(small, 1), release('8-v1', { worker: large }))).toEqual([
    'memory limit 1 GiB, by scale; the Compose files say 256 MiB',
    'CPU limit 1.5, by scale; the Compose files say nothing',
    'CONSUMERS=8, by scale',
  ]);
  const both = { ...large, definition: 'd4', since: '9-v1', adjusted: { ...adjusted, definition: 'd3' } };
  expect(reasons(host(release('8-v1', { worker: large }), 1), release('9-v1', { worker: both }))).toEqual([
    'environment or definition',
  ]);
  expect(reasons(host(release('8-v1', { worker: large }), 1), small)).toEqual([
    'memory limit as its files say; scale had set 1 GiB',
    'CPU limit as its files say; scale had set 1.5',
    'CONSUMERS as its files say; scale had set 8',
  ]);
});

it('a plan stops all containers after the commit where none is wanted, and takes none for drift', () => {
  const none = release('8-v1', { worker: service('worker', 'v1', '7-v1', { replicas: 0 }) });
  const found = plan(host(first, 2), none);
  expect(renderPlan(found).join('\n')).toContain('worker is stopped: replicas 2 → 0');
  const operations = programOf(found, { runbook, target: none, proxyFiles: new Set() }).map(({ op }) => op);
  expect(operations.slice(-2)).toEqual(['commit', 'remove']);
  const stopped = plan(host(none, 0), none);
  expect(isEmpty(stopped)).toBe(true);
  expect(stopped.drift).toEqual([]);
});

it('a plan leaves a number alone that was changed by hand, except for a service that the run is about', () => {
  const state = host(four, 2);
  expect(plan(state, four).changes).toEqual([]);
  expect(plan(state, four, ['worker']).changes).toMatchObject([{ service: 'worker', start: 2 }]);
});

it('a plan keeps the healthy and oldest containers where there are too many', () => {
  const many = host(four, 4).containers.map((container, index) => ({
    ...container,
    ...{
      id: `c${index}`,
      name: `shop-worker-${index + 1}`,
      health: index === 0 ? ('starting' as const) : container.health,
    },
  }));
  const found = plan(host(four, 0, { containers: many.toReversed() }), first);
  expect(found.changes).toMatchObject([{ service: 'worker', keep: ['c1', 'c2'], start: 0 }]);
});

it('a plan stops no container that can stay for its number, whatever the strategy for others is', () => {
  const uploads = (replicas: number, more: Partial<ReleaseService['traits']> = {}) =>
    release('7-v1', {
      worker: service('worker', 'v1', '7-v1', {
        replicas,
        traits: { ...traits, writableVolumes: ['uploads'], ...more },
      }),
    });
  const kinds = (
    from: number,
    to: number,
    more: Partial<ReleaseService['traits']> = {},
    state: Partial<State> = {},
  ) => {
    const found = plan(host(uploads(from, more), from, state), { ...uploads(to, more), id: '8-v1' });
    return found.changes.map(({ kind, start, retire, downtime }) => [
      kind,
      start,
      retire.length,
      downtime?.code ?? null,
    ]);
  };
  expect(kinds(2, 3)).toEqual([['scale', 1, 0, null]]);
  expect(kinds(3, 2)).toEqual([['scale', 0, 1, null]]);
  // Where others could not run beside it, all are made anew, as ever.
  expect(kinds(2, 3, { networkMode: 'service:vpn' })).toEqual([['recreate', 3, 2, null]]);
  expect(kinds(3, 2, { networkMode: 'service:vpn' })).toEqual([['scale', 0, 1, null]]);
});

it('a plan needs no memory to remove containers, and only for new ones', () => {
  const api = (replicas: number) => release('7-v1', { worker: service('worker', 'v1', '7-v1', { replicas }) });
  const listening = (count: number, memoryAvailable: number): State => {
    const state = host(api(count), count, { memoryAvailable });
    return { ...state, containers: state.containers.map((container) => ({ ...container, listens: [8080] })) };
  };
  const kind = (from: number, to: number, mebibytes: number) =>
    plan(listening(from, mebibytes * 2 ** 20), { ...api(to), id: '8-v1' }).changes[0]?.kind;
  expect(kind(4, 2, 0)).toBe('scale');
  expect(kind(3, 4, 81)).toBe('scale');
  expect(kind(3, 4, 79)).toBe('recreate');
});

it('a changed number does not recreate a service that restarts with another', () => {
  const web = service('web', 'v1', '7-v1', {
    traits: { ...traits, restartsWith: ['worker'], dependsOn: { worker: 'service_started' } },
  });
  const with2 = release('7-v1', { ...first.services, web });
  const state = host(four, 4);
  const containers = [...state.containers, containerOf('web', web, true)];
  const both = pulled({ ...state, containers, current: { ...four, services: { ...four.services, web } } }, with2);
  expect(plan(both, with2).changes.map(({ service: name, kind }) => [name, kind])).toEqual([['worker', 'scale']]);
});
