/** Services that live in another's container are one unit with it. */
import { describe, expect, it } from 'vitest';
import type { ComposeModel } from '../../../actions/lib/stack/compose-model';
import type { Container, Plan, Release, ReleaseService, State } from '../../../actions/lib/stack/model';
import { diff, isEmpty } from '../../../actions/lib/stack/plan/diff';
import { programOf } from '../../../actions/lib/stack/plan/program';
import { recoveryOf } from '../../../actions/lib/stack/plan/recovery';
import { traitsOf } from '../../../actions/lib/stack/resolve/traits';
import { carryOut, containerOf, emptyHost, pulled, release, runbook, service } from './model-host';

type Definition = Record<string, unknown>;

const LISTENERS = new Set(['api', 'side', 'proxy']);

function releaseOf(id: string, definitions: Record<string, Definition>, tags: Record<string, string>): Release {
  const model = { name: 'shop', services: definitions } as unknown as ComposeModel;
  const services = Object.entries(definitions).map(([name, definition]): [string, ReleaseService] => [
    name,
    service(name, tags[name] ?? 'v1', tags[name] === undefined ? '1' : id, { traits: traitsOf(definition, model) }),
  ]);
  return release(id, Object.fromEntries(services));
}

/** A host that runs these services as Compose started them. */
function hostOf(definitions: Record<string, Definition>): State {
  const current = releaseOf('1', definitions, {});
  const containers: Container[] = [];
  for (const [name, wanted] of Object.entries(current.services)) {
    const joins = Object.keys(wanted.traits.shares).flatMap(
      (leader) => containers.find((container) => container.service === leader)?.id ?? [],
    );
    containers.push({ ...containerOf(name, wanted, LISTENERS.has(name)), joins });
  }
  return pulled({ ...emptyHost, containers, current, releases: [current] }, current);
}

/** The plan that brings a new image of these services. */
function planOf(definitions: Record<string, Definition>, changed: string[], more: Partial<State> = {}): Plan {
  const target = releaseOf('2', definitions, Object.fromEntries(changed.map((name) => [name, 'v2'])));
  const host = { ...hostOf(definitions), ...more };
  return diff(pulled(host, target), target, { runbook, migrate: true });
}

const kinds = (plan: Plan): string[] => plan.changes.map((change) => `${change.kind} ${change.service}`);

describe('a service that lives in the container of another', () => {
  it.each<[string, Definition]>([
    ['network namespace', { network_mode: 'service:api' }],
    ['PID namespace', { pid: 'service:api' }],
    ['IPC namespace', { ipc: 'service:api' }],
    ['network namespace', { network_mode: 'container:shop-api-1' }],
    ['network namespace and IPC namespace', { network_mode: 'service:api', ipc: 'service:api' }],
  ])('is made anew after it, with a downtime for both: %s %j', (what, side) => {
    const plan = planOf({ api: {}, side }, ['api']);
    expect(kinds(plan)).toEqual(['recreate api', 'recreate side']);
    const [api, other] = plan.changes;
    expect(api?.downtime).toMatchObject({ why: `side shares its ${what}`, code: null });
    expect(other?.downtime).toMatchObject({ why: `it shares the ${what} of api, which is replaced`, code: null });
    expect(other?.reasons).toEqual([`it shares the ${what} of api, which is replaced`]);
    expect(api?.tied).toEqual(['side']);
  });

  it('is found by the name that the other is given', () => {
    const plan = planOf({ api: { container_name: 'the-api' }, side: { network_mode: 'container:the-api' } }, ['api']);
    expect(kinds(plan)).toEqual(['recreate api', 'recreate side']);
    expect(kinds(planOf({ api: {}, side: { network_mode: 'container:elsewhere' } }, ['api']))).toEqual(['rolling api']);
  });

  it('has its volumes: it is made anew, and what others may write to is not had twice', () => {
    const volumes = [{ type: 'volume', source: 'data', target: '/data' }];
    const plan = planOf({ api: {}, side: { volumes_from: ['api:ro'] } }, ['api']);
    expect(kinds(plan)).toEqual(['recreate api', 'rolling side']);
    expect(kinds(planOf({ api: { volumes }, side: { volumes_from: ['api'] } }, ['side']))).toEqual(['recreate side']);
  });

  it('is changed alone where it alone changes, and nothing changes where nothing does', () => {
    const definitions = { api: {}, side: { network_mode: 'service:api' } };
    expect(kinds(planOf(definitions, ['side']))).toEqual(['recreate side']);
    expect(kinds(planOf(definitions, []))).toEqual([]);
  });

  it('is made anew where an earlier run or somebody left it behind in a dead one', () => {
    const definitions = { api: {}, side: { network_mode: 'service:api' } };
    const host = hostOf(definitions);
    const containers = host.containers.map((one) => (one.service === 'side' ? { ...one, joins: ['gone'] } : one));
    const plan = planOf(definitions, [], { containers });
    expect(kinds(plan)).toEqual(['recreate side']);
    expect(plan.changes[0]?.reasons).toEqual(['it shared the network namespace of api, which was replaced']);
    // Nothing could be joined.
    const stopped = containers.map((one) => (one.service === 'api' ? { ...one, state: 'exited' as const } : one));
    expect(kinds(planOf(definitions, [], { containers: stopped }))).toEqual([]);
  });

  it('no stand-in serves for what it lives in', () => {
    const definitions = { proxy: { ports: [{ published: '443' }] }, side: { network_mode: 'service:proxy' } };
    expect(kinds(planOf(definitions, ['proxy']))).toEqual(['recreate proxy', 'recreate side']);
  });

  it('a chain of them goes together, in order', () => {
    const plan = planOf({ api: {}, b: { pid: 'service:side' }, side: { network_mode: 'service:api' } }, ['api']);
    expect(kinds(plan)).toEqual(['recreate api', 'recreate side', 'recreate b']);
    expect(plan.changes[0]?.tied).toEqual(['side', 'b']);
  });

  it('leaves a plan that has nothing more to do', () => {
    const definitions = { api: {}, side: { network_mode: 'service:api' } };
    const target = releaseOf('2', definitions, { api: 'v2' });
    const host = pulled(hostOf(definitions), target);
    const plan = diff(host, target, { runbook, migrate: true });
    let state = host;
    for (const operation of programOf(plan, { runbook, target, proxyFiles: new Set() }))
      state = carryOut(state, operation, plan, target, LISTENERS);
    expect(isEmpty(diff(state, target, { runbook, migrate: true }))).toBe(true);
  });

  it('goes back with it when a run was interrupted', () => {
    const definitions = { api: {}, side: { network_mode: 'service:api' } };
    const host = hostOf(definitions);
    const unfinished = { procedure: 'deploy', run: 'run', release: '2' };
    const newer = { ...containerOf('api', service('api', 'v2', '2'), true), id: 'newer' };
    const containers = [newer, ...host.containers.filter((one) => one.service === 'side')];
    const { plan } = recoveryOf({ ...host, containers, unfinished }, runbook, 'refuse');
    expect(kinds(plan)).toEqual(['recreate api', 'recreate side']);
  });

  it('is started before the other is judged: it may be what makes it good', () => {
    const definitions = {
      api: { depends_on: {} },
      side: { network_mode: 'service:api', depends_on: { api: { condition: 'service_started', restart: true } } },
      web: { depends_on: { api: { condition: 'service_healthy' } } },
    };
    const target = releaseOf('2', definitions, { api: 'v2', web: 'v2' });
    const state = pulled(hostOf(definitions), target);
    const web = state.containers.map((one) => (one.service === 'web' ? { ...one, listens: [80] } : one));
    const plan = diff({ ...state, containers: web }, target, { runbook, migrate: true });
    const text = programOf(plan, { runbook, target, proxyFiles: new Set() }).map((o) =>
      'service' in o ? `${o.op} ${o.service}` : o.op === 'gate' ? `gate ${o.services.join(',')}` : o.op,
    );
    expect(text.slice(1, 5)).toEqual(['replace api', 'replace side', 'gate api,side', 'start-beside web']);
  });
});

describe('depends_on with restart', () => {
  const app = (restart: boolean) => ({ depends_on: { db: { condition: 'service_healthy', restart } } });
  const db = { volumes: [{ type: 'volume', source: 'data', target: '/data' }] };

  it('replaces what asks for it, after the other', () => {
    const plan = planOf({ app: app(true), db }, ['db']);
    expect(kinds(plan)).toEqual(['recreate db', 'drain-and-replace app']);
    expect(plan.changes[1]?.reasons).toEqual(['db is replaced (depends_on.restart)']);
    expect(plan.changes[0]?.tied).toEqual(['app']);
    expect(kinds(planOf({ app: app(false), db }, ['db']))).toEqual(['recreate db']);
  });

  it('does nothing where the other only starts', () => {
    const host = hostOf({ app: app(true), db });
    const containers = host.containers.filter((one) => one.service !== 'db');
    expect(kinds(planOf({ app: app(true), db }, ['db'], { containers }))).toEqual(['create db']);
  });
});

describe('a container that was adopted', () => {
  it('keeps what it is where only the ID of the other in it differs', () => {
    const definitions = { api: {}, side: { network_mode: 'service:api' } };
    const { side, ...host } = { ...hostOf(definitions), side: 'side' };
    const current = {
      ...host.current!,
      services: { ...host.current!.services, side: { ...host.current!.services[side]!, configHash: 'then' } },
    };
    const containers = host.containers.map((one) =>
      one.service === 'side' ? { ...one, release: null, definition: null, configHash: 'now' } : one,
    );
    const plan = diff({ ...host, containers, current }, current, { runbook, migrate: true });
    expect([plan.changes, plan.drift.filter((one) => one.service === 'side')]).toEqual([[], []]);
  });
});

describe('hooks', () => {
  it('have no stand-in, which Compose starts without them', () => {
    const plan = planOf({ proxy: { ports: [{ published: '443' }], post_start: [{ command: ['true'] }] } }, ['proxy']);
    expect(kinds(plan)).toEqual(['recreate proxy']);
    expect(plan.changes[0]?.downtime?.why).toContain('post_start');
  });
});
