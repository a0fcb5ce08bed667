import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ComposeModel, ComposeService } from '../../../actions/lib/stack/compose-model';
import { hashOf } from '../../../actions/lib/stack/identity';
import type { Plan, Release, State } from '../../../actions/lib/stack/model';
import { diff, isEmpty } from '../../../actions/lib/stack/plan/diff';
import { programOf } from '../../../actions/lib/stack/plan/program';
import { withValues } from '../../../actions/lib/stack/release/adjust';
import { type Edit, edited, filesModel, type Stored } from '../../../actions/lib/stack/release/edit';
import { type Next, nextRelease } from '../../../actions/lib/stack/release/next';
import { parseRelease, serializeRelease } from '../../../actions/lib/stack/release/store';
import { definitionOf } from '../../../actions/lib/stack/resolve/definition';
import { limitOf } from '../../../actions/lib/stack/resolve/limits';
import { replicasOf, traitsOf } from '../../../actions/lib/stack/resolve/traits';
import type { Resolved, ResolvedService } from '../../../actions/lib/stack/resolve/types';
import { distinct } from './compose-rules';
import { carryOut, emptyHost, pulled, runbook, serving } from './model-host';

const NAMES = ['api', 'web', 'worker'];
const LISTENERS = new Set(['api', 'web']);
const MEMORY = [64, 256, 1024].map((mebibytes) => mebibytes * 2 ** 20);

/** A service as people write it: each number in one of its places, or in none. */
const service: fc.Arbitrary<ComposeService> = fc
  .record({
    replicas: fc.option(fc.nat(3), { nil: undefined }),
    byScale: fc.boolean(),
    memory: fc.option(fc.constantFrom(...MEMORY), { nil: undefined }),
    cpus: fc.option(fc.constantFrom(0.5, 1), { nil: undefined }),
    byOwnKey: fc.boolean(),
    labels: fc.dictionary(fc.constantFrom('a', 'b'), fc.string(), { maxKeys: 2 }),
    environment: fc.dictionary(fc.constantFrom('A', 'WORKERS'), fc.constantFrom('1', '4', 'x$$y'), { maxKeys: 2 }),
    network: fc.boolean(),
    pids: fc.boolean(),
    otherDeploy: fc.boolean(),
  })
  .map(({ replicas, byScale, memory, cpus, byOwnKey, labels, environment, network, pids, otherDeploy }) => {
    const limits = {
      ...(memory === undefined ? {} : { memory: String(memory) }),
      ...(cpus === undefined ? {} : { cpus }),
    };
    const own = {
      ...(memory === undefined ? {} : { mem_limit: String(memory) }),
      ...(cpus === undefined ? {} : { cpus }),
    };
    const deploy = {
      ...(otherDeploy ? { restart_policy: { condition: 'any' } } : {}),
      // Compose writes `scale` there as soon as there is a `deploy`.
      ...(replicas === undefined || (byScale && !otherDeploy) ? {} : { replicas }),
      ...(byOwnKey || Object.keys(limits).length === 0 ? {} : { resources: { limits } }),
    };
    return {
      environment,
      ...(Object.keys(labels).length === 0 ? {} : { labels }),
      ...(network ? { networks: { edge: null } } : {}),
      ...(replicas !== undefined && byScale ? { scale: replicas } : {}),
      ...(byOwnKey ? { ...own, ...(pids ? { pids_limit: 100 } : {}) } : {}),
      ...(Object.keys(deploy).length === 0 ? {} : { deploy }),
    };
  });
const files: fc.Arbitrary<ComposeModel> = fc.tuple(...NAMES.map(() => service)).map((services) => ({
  name: 'shop',
  networks: { edge: { name: 'shop_edge', internal: true }, unused: { name: 'shop_unused' } },
  services: Object.fromEntries(services.map((one, index) => [NAMES[index] as string, one])),
}));
const edit: fc.Arbitrary<Edit> = fc.record(
  {
    replicas: fc.nat(4),
    memory: fc.constantFrom(...MEMORY),
    cpus: fc.constantFrom(0.5, 1, 1.5),
    variables: fc.dictionary(fc.constantFrom('WORKERS', 'NEW'), fc.constantFrom('1', '8', 'x$y'), { maxKeys: 2 }),
    anew: fc.constant(true as const),
  },
  { requiredKeys: [] },
);
const edits = fc.dictionary(fc.constantFrom(...NAMES), edit);

/** What Compose and the registries make of these files. */
function resolvedFrom(model: ComposeModel): Resolved {
  const services = Object.entries(model.services).map(([name, definition]): [string, ResolvedService] => [
    name,
    {
      ...{ image: `registry/${name}:v1`, digest: `sha256:${hashOf(name)}`, imageId: null, mounts: {} },
      replicas: replicasOf(definition),
      definition: definitionOf(definition, model),
      traits: traitsOf(definition, model),
    },
  ]);
  const pinned = Object.entries(model.services).map(([name, definition]) => [
    name,
    { ...definition, image: `registry/${name}:v1@sha256:${hashOf(name)}` },
  ]);
  return {
    services: Object.fromEntries(services),
    model: { ...model, services: Object.fromEntries(pinned) },
    ...{ images: [], files: {}, filesList: '', sent: 0, warnings: [], staging: null },
  };
}

function deployed(model: ComposeModel, state: State): Next {
  return nextRelease({
    ...{ resolved: resolvedFrom(model), state, runbook, version: 'v1', schemaCompatible: true },
    ...{ createdAt: '2026-01-01T00:00:00Z', createdBy: 'somebody', run: 'run' },
  });
}

/** As a host gives it back. */
function stored({ release, compose }: Next): Stored {
  return { release: parseRelease(serializeRelease(release))!, model: JSON.parse(compose), filesList: '' };
}

function changed(current: Stored, state: State, wanted: Readonly<Record<string, Edit>>): Next {
  return edited({
    ...{ current, state, edits: wanted, by: 'scale', directory: '/srv/shop' },
    ...{ createdAt: '2026-01-02T00:00:00Z', createdBy: 'somebody', run: 'run' },
  });
}

const plan = (state: State, target: Release): Plan => diff(state, target, { runbook, migrate: false });

/** The state once a plan is carried out. */
function carriedOut(before: State, target: Release): State {
  let state = pulled({ ...before, folders: [...before.folders, target.id] }, target);
  const found = plan(state, target);
  for (const operation of programOf(found, { runbook, target, proxyFiles: new Set() }))
    state = carryOut(state, operation, found, target, LISTENERS);
  return { ...state, current: target };
}

function begun(model: ComposeModel): { state: State; first: Stored } {
  const next = deployed(model, emptyHost);
  const first = stored(next);
  return { state: carriedOut(emptyHost, first.release), first };
}

/** Two edits, one after the other. */
const story = fc.record({ model: files, edits, more: edits });

describe('a release that is edited', () => {
  it('has exactly the values asked for, and leaves every other service as it was', () => {
    fc.assert(
      fc.property(story, ({ model, edits: wanted }) => {
        const { state, first } = begun(model);
        const next = stored(changed(first, state, wanted));
        const there = filesModel(next.model).services;
        for (const [name, was] of Object.entries(first.release.services)) {
          const { replicas, memory, cpus, variables = {} } = wanted[name] ?? {};
          if (wanted[name] === undefined) expect(next.release.services[name]).toEqual(was);
          expect(next.release.services[name]?.replicas).toBe(replicas ?? was.replicas);
          expect(replicasOf(there[name]!)).toBe(replicas ?? was.replicas);
          expect(limitOf(there[name]!, 'memory')).toBe(memory ?? limitOf(model.services[name]!, 'memory'));
          expect(limitOf(there[name]!, 'cpus')).toBe(cpus ?? limitOf(model.services[name]!, 'cpus'));
          expect(there[name]!.environment).toMatchObject(
            Object.fromEntries(Object.entries(variables).map(([key, value]) => [key, value.replaceAll('$', '$$$$')])),
          );
          expect(distinct(there[name]!)).toEqual([]);
        }
      }),
      { numRuns: 200 },
    );
  });

  it('is itself where nothing is asked for, or the same twice', () => {
    fc.assert(
      fc.property(story, ({ model, edits: wanted }) => {
        const { state, first } = begun(model);
        expect(changed(first, state, {}).release).toBe(first.release);
        const values = Object.fromEntries(
          Object.entries(wanted).map(([name, { anew: _anew, ...rest }]) => [name, rest]),
        );
        const once = stored(changed(first, state, values));
        expect(changed(once, carriedOut(state, once.release), values).release).toBe(once.release);
      }),
      { numRuns: 200 },
    );
  });

  it('is kept by a deploy of the same files, to the byte', () => {
    fc.assert(
      fc.property(story, ({ model, edits: wanted, more }) => {
        const { state, first } = begun(model);
        const next = changed(first, state, wanted);
        const once = stored(next);
        const then = carriedOut(state, once.release);
        const again = deployed(model, then);
        if (once.release.id !== first.release.id) expect(again.compose).toBe(next.compose);
        expect(again.release).toEqual(once.release);
        const twice = stored(changed(once, then, more));
        const services = deployed(model, carriedOut(then, twice.release)).release.services;
        expect(services).toEqual(twice.release.services);
      }),
      { numRuns: 300 },
    );
  });

  it('gives way to the files where these say another value than they said then, and only there', () => {
    fc.assert(
      fc.property(story, fc.constantFrom(...NAMES), ({ model, edits: wanted }, name) => {
        const { state, first } = begun(model);
        const once = stored(changed(first, state, wanted));
        const own = {
          ...model.services[name]!,
          environment: { ...(model.services[name]!.environment as object), OTHER: '1' },
        };
        const written = withValues(own, { replicas: replicasOf(own) + 5, memory: 2 ** 29 });
        const next = deployed(
          { ...model, services: { ...model.services, [name]: written } },
          carriedOut(state, once.release),
        );
        const found = next.release.services[name]!;
        expect(found.replicas).toBe(replicasOf(own) + 5);
        const there = filesModel(JSON.parse(next.compose)).services[name]!;
        expect(limitOf(there, 'memory')).toBe(2 ** 29);
        expect(limitOf(there, 'cpus')).toBe(wanted[name]?.cpus ?? limitOf(own, 'cpus'));
        expect(there.environment).toMatchObject({ OTHER: '1' });
        for (const other of NAMES)
          if (other !== name) expect(next.release.services[other]).toEqual(once.release.services[other]);
      }),
      { numRuns: 200 },
    );
  });

  it('is what the files say again where that is asked for', () => {
    fc.assert(
      fc.property(story, ({ model, edits: wanted }) => {
        const { state, first } = begun(model);
        const values = Object.fromEntries(
          Object.entries(wanted).map(([name, { variables: _none, anew: _anew, ...rest }]) => [name, rest]),
        );
        const once = stored(changed(first, state, values));
        const back = Object.fromEntries(
          NAMES.map((name) => [name, { asFiles: ['replicas', 'memory', 'cpus'] as const }]),
        );
        const next = changed(once, carriedOut(state, once.release), back).release;
        for (const [name, { since: _since, ...was }] of Object.entries(first.release.services)) {
          const { since: _now, ...now } = next.services[name]!;
          expect(now).toEqual(was);
        }
      }),
      { numRuns: 200 },
    );
  });

  it('is carried out in one run, and a rollback from it too', () => {
    fc.assert(
      fc.property(story, ({ model, edits: wanted }) => {
        const { state, first } = begun(model);
        const next = stored(changed(first, state, wanted)).release;
        const then = carriedOut(state, next);
        expect(isEmpty(plan(then, next))).toBe(true);
        for (const [name, { replicas }] of Object.entries(next.services)) expect(serving(then, name)).toBe(replicas);
        const back = carriedOut(then, first.release);
        expect(isEmpty(plan(back, first.release))).toBe(true);
        for (const [name, { replicas }] of Object.entries(first.release.services))
          expect(serving(back, name)).toBe(replicas);
      }),
      { numRuns: 300 },
    );
  });

  it('starts and stops only what is missing or too many where the number alone changes, and all where a limit does', () => {
    fc.assert(
      fc.property(files, fc.constantFrom(...NAMES), fc.integer({ min: 1, max: 4 }), (model, name, replicas) => {
        const { state, first } = begun(model);
        const was = first.release.services[name]!.replicas;
        const [change] = plan(state, changed(first, state, { [name]: { replicas } }).release).changes;
        expect(change?.start ?? 0).toBe(Math.max(0, replicas - was));
        expect(change?.retire.length ?? 0).toBe(Math.max(0, was - replicas));
        const anew = plan(state, changed(first, state, { [name]: { anew: true } }).release);
        expect(anew.changes.map(({ service: of, start, retire }) => [of, start, retire.length])).toEqual(
          was === 0 ? [] : [[name, was, was]],
        );
        if (was > 0) expect(anew.changes[0]?.reasons).toEqual(['recreated, as requested']);
      }),
      { numRuns: 200 },
    );
  });
});
