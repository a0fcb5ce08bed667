import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Plan, Release, ReleaseService, State } from '../../../actions/lib/stack/model';
import { diff, isEmpty } from '../../../actions/lib/stack/plan/diff';
import { type Operation, programOf } from '../../../actions/lib/stack/plan/program';
import { recoveryOf, recoveryProgramOf, withoutStarts } from '../../../actions/lib/stack/plan/recovery';
import { runs } from '../runs';
import { carryOut, emptyHost, pulled, release, runbook, service, serving, traits } from './model-host';

const NAMES = ['api', 'db', 'frontend', 'migrate', 'proxy', 'worker'];
const LISTENERS = new Set(['api', 'db', 'frontend', 'proxy']);
const DEPENDS: Record<string, Record<string, string>> = {
  api: { db: 'service_healthy', migrate: 'service_completed_successfully' },
  migrate: { db: 'service_healthy' },
  worker: { api: 'service_started' },
  proxy: { api: 'service_healthy', frontend: 'service_started' },
};

interface Wish {
  readonly tag: string;
  readonly definition: string;
  readonly replicas: number;
  readonly single: boolean;
  readonly present: boolean;
}

const wish: fc.Arbitrary<Wish> = fc.record({
  tag: fc.constantFrom('v1', 'v2', 'v3'),
  definition: fc.constantFrom('d1', 'd2'),
  replicas: fc.integer({ min: 0, max: 3 }),
  single: fc.boolean(),
  present: fc.integer({ min: 0, max: 9 }).map((n) => n > 0),
});
const wishes = fc.tuple(...NAMES.map(() => wish));

/** A release as a deploy computes it: what does not change keeps the release in which it came. */
function releaseOf(id: string, wanted: readonly Wish[], current: Release | null): Release {
  const services: Record<string, ReleaseService> = {};
  for (const [index, name] of NAMES.entries()) {
    const { tag, definition, replicas, single, present } = wanted[index] as Wish;
    if (!present) continue;
    const dependsOn = DEPENDS[name] ?? {};
    const stateful = name === 'db' || (single && name !== 'migrate');
    const made = service(name, tag, id, {
      definition,
      replicas: name === 'migrate' || name === 'proxy' || stateful ? 1 : replicas,
      traits: {
        ...traits,
        dependsOn,
        hostPorts: name === 'proxy' ? [443] : [],
        writableVolumes: stateful ? ['data'] : [],
      },
    });
    const was = current?.services[name];
    const same = was !== undefined && was.digest === made.digest && was.definition === made.definition;
    services[name] = same ? { ...made, since: was.since } : made;
  }
  return release(id, services);
}

interface Run {
  readonly plan: Plan;
  readonly operations: readonly Operation[];
  readonly state: State;
}

function plan(state: State, target: Release): Run {
  const ready = pulled(state, target);
  const found = diff(ready, target, { runbook, migrate: true });
  return { plan: found, operations: programOf(found, { runbook, target, proxyFiles: new Set() }), state: ready };
}

/** Carries out the first `count` operations; an unfinished run leaves its mark in the journal. */
function carry({ plan: found, operations, state }: Run, target: Release, count: number): State {
  let next = state;
  for (const operation of operations.slice(0, count)) next = carryOut(next, operation, found, target, LISTENERS);
  const done = count >= operations.length;
  // Every whole run sweeps stand-ins that one before could not clear up.
  if (done) next = { ...next, containers: next.containers.filter((container) => !container.oneOff) };
  return { ...next, unfinished: done ? null : { procedure: 'deploy', run: 'run', release: target.id } };
}

/** What a user meets in the middle of an operation: a replacement stops the old before it starts the new. */
function during(state: State, operation: Operation): State[] {
  if (operation.op === 'replace-behind') {
    return [{ ...state, containers: state.containers.filter((c) => c.service !== operation.service || c.oneOff) }];
  }
  if (operation.op !== 'replace') return [];
  return [{ ...state, containers: state.containers.filter((container) => container.service !== operation.service) }];
}

const story = fc.record({
  releases: fc.array(wishes, { minLength: 1, maxLength: 4 }),
  cuts: fc.array(fc.option(fc.integer({ min: 0, max: 30 }), { nil: null, freq: 2 }), { minLength: 4, maxLength: 4 }),
  last: wishes,
});

/** Any state that deploys lead to, finished or interrupted at any operation. */
function reach({
  releases,
  cuts,
}: {
  releases: readonly (readonly Wish[])[];
  cuts: readonly (number | null)[];
}): State {
  let state: State = emptyHost;
  for (const [index, wanted] of releases.entries()) {
    const target = releaseOf(`${index + 1}-try`, wanted, state.current);
    const run = plan(state, target);
    const cut = cuts[index];
    state = carry(
      run,
      target,
      cut === null || cut === undefined ? run.operations.length : Math.min(cut, run.operations.length),
    );
  }
  return state;
}

describe('diff, from any reachable or interrupted state', () => {
  it('converges in one run, and a second plan is empty', () => {
    fc.assert(
      fc.property(story, (given) => {
        const before = reach(given);
        const target = releaseOf('9-last', given.last, before.current);
        const run = plan(before, target);
        const after = carry(run, target, run.operations.length);
        expect(isEmpty(plan(after, target).plan)).toBe(true);
        for (const [name, wanted] of Object.entries(target.services)) {
          if (name === 'migrate') continue;
          expect(serving(after, name)).toBe(wanted.replicas);
        }
        for (const container of after.containers) expect(target.services[container.service]).toBeDefined();
      }),
      runs(2000),
    );
  });

  it('goes back to the release before when interrupted', () => {
    fc.assert(
      fc.property(story, (given) => {
        const before = reach(given);
        const { current } = before;
        if (current === null) return;
        const run = plan(before, current);
        const after = carry(run, current, run.operations.length);
        expect(isEmpty(plan(after, current).plan)).toBe(true);
      }),
      runs(1000),
    );
  });

  it('goes straight on to another release when interrupted, and nothing of the one before is started for that', () => {
    let left = 0;
    fc.assert(
      fc.property(story, (given) => {
        const before = reach(given);
        if (before.unfinished === null) return;
        const recovery = withoutStarts(recoveryOf(before, runbook, 'discard'));
        left += recovery.left.length;
        const operations = recoveryProgramOf(recovery.plan, {
          runbook,
          target: recovery.target,
          proxyFiles: new Set(),
        });
        const starting = ['create', 'start-beside', 'replace', 'start-stand-in', 'replace-behind', 'one-shot', 'gate'];
        expect(operations.filter(({ op }) => starting.includes(op))).toEqual([]);
        let between = before;
        for (const operation of operations)
          between = carryOut(between, operation, recovery.plan, recovery.target, LISTENERS);
        if (recovery.left.length === 0) return;
        for (const [name, { replicas }] of Object.entries(recovery.target.services))
          expect(serving(between, name)).toBeGreaterThanOrEqual(Math.min(1, replicas, serving(before, name)));
        const target = releaseOf('9-last', given.last, before.current);
        const run = plan(between, target);
        expect(isEmpty(run.plan)).toBe(false);
        const after = carry(run, target, run.operations.length);
        expect(isEmpty(plan(after, target).plan)).toBe(true);
        for (const [name, wanted] of Object.entries(target.services))
          if (name !== 'migrate') expect(serving(after, name)).toBe(wanted.replicas);
      }),
      runs(2000),
    );
    expect(left).toBeGreaterThan(runs(2000).numRuns / 20);
  });

  it('never has fewer healthy containers of a serving service than before, unless it announces downtime', () => {
    let looked = 0;
    fc.assert(
      fc.property(story, (given) => {
        const before = reach(given);
        const target = releaseOf('9-last', given.last, before.current);
        const { plan: found, operations, state } = plan(before, target);
        let now = state;
        for (const operation of operations) {
          const stages = [...during(now, operation), carryOut(now, operation, found, target, LISTENERS)];
          for (const stage of stages) {
            for (const [name, wanted] of Object.entries(target.services)) {
              const change = found.changes.find((candidate) => candidate.service === name);
              if (!LISTENERS.has(name) || (change?.downtime ?? null) !== null) continue;
              looked += 1;
              expect(serving(stage, name)).toBeGreaterThanOrEqual(Math.min(serving(before, name), wanted.replicas));
            }
          }
          now = stages.at(-1) as State;
        }
      }),
      runs(2000),
    );
    expect(looked).toBeGreaterThan(runs(2000).numRuns / 2);
  });

  it('is a pure function: the same state and release give the same plan', () => {
    fc.assert(
      fc.property(story, (given) => {
        const before = reach(given);
        const target = releaseOf('9-last', given.last, before.current);
        expect(plan(before, target).plan).toEqual(plan(structuredClone(before), structuredClone(target)).plan);
      }),
    );
  });
});

describe('the program of a plan', () => {
  it('commits once, after every gate and cutover, and retires nothing before', () => {
    fc.assert(
      fc.property(story, (given) => {
        const before = reach(given);
        const target = releaseOf('9-last', given.last, before.current);
        const names = plan(before, target).operations.map((operation) => operation.op);
        const commit = names.indexOf('commit');
        expect(names.filter((name) => name === 'commit')).toHaveLength(1);
        for (const late of ['retire', 'remove', 'remove-redirect']) expect(names.slice(0, commit)).not.toContain(late);
        for (const early of ['create', 'start-beside', 'replace', 'gate', 'cut', 'watch', 'divert', 'return'])
          expect(names.slice(commit)).not.toContain(early);
      }),
    );
  });

  it('waits for what a service depends on before it starts the service', () => {
    const target = releaseOf(
      '1-first',
      NAMES.map(() => ({ tag: 'v1', definition: 'd1', replicas: 1, single: false, present: true })),
      null,
    );
    const { operations } = plan(emptyHost, target);
    const text = operations.map((o) =>
      'service' in o ? `${o.op} ${o.service}` : o.op === 'gate' ? `gate ${o.services.join(',')}` : o.op,
    );
    expect(text).toEqual([
      'place',
      'create db',
      'gate db',
      'one-shot migrate',
      'create api',
      'create frontend',
      'gate api,frontend',
      'create proxy',
      'create worker',
      'gate db,api,frontend,proxy,worker',
      'watch',
      'commit',
    ]);
  });
});
