/** What people changed by `docker update`, which neither labels nor Compose show. */
import { expect, it } from 'vitest';
import { driftNotes } from '../../../actions/lib/procedure/drift-notes';
import { renderPlan } from '../../../actions/lib/procedure/plan-text';
import { inspectedLimits, type Limits, limitsChanged } from '../../../actions/lib/stack/limits';
import type { ReleaseService, State } from '../../../actions/lib/stack/model';
import { diff } from '../../../actions/lib/stack/plan/diff';
import { limitsOf } from '../../../actions/lib/stack/resolve/limits';
import { containerOf, emptyHost, pulled, release, runbook, service, traits } from './model-host';

const MIB = 2 ** 20;
const wanted: Limits = { restart: 'unless-stopped', memory: 512 * MIB, cpus: 0.5 };
const api = service('api', 'v1', '1', { traits: { ...traits, limits: wanted } });

function planned(limits: Limits | undefined, next: ReleaseService = api, was: ReleaseService = api) {
  const first = release('1', { api: was });
  const target = next === was ? first : release('2', { api: next });
  const state: State = pulled(
    {
      ...emptyHost,
      containers: [{ ...containerOf('api', was, true), name: 'shop-api-1', ...(limits && { limits }) }],
      current: first,
      files: first.files,
    },
    target,
  );
  const found = diff(pulled(state, first), target, { runbook, migrate: false });
  return { found, text: renderPlan(found).join('\n'), notes: driftNotes(found, state, runbook).join('\n') };
}

it('is named where the container stays, with a command that makes the container anew', () => {
  const { found, text, notes } = planned({ restart: 'no', memory: 1024 * MIB, cpus: 0.5 });
  const what = 'shop-api-1 has by docker update: memory limit 1 GiB instead of 512 MiB, restart policy no instead of';
  expect(found.changes).toEqual([]);
  expect(text).toContain(`changed by hand, left alone: api ${what}`);
  expect(notes).toContain(`Changed by hand since 1: api ${what}`);
  expect(notes).toContain('up -d --no-deps --force-recreate api');
});

it('is named as undone where a change replaces the container', () => {
  const next = { ...service('api', 'v2', '2'), traits: api.traits };
  const { text, notes } = planned({ ...wanted, memory: 1024 * MIB }, next);
  expect(text).toContain('changed by hand, undone by this plan: api shop-api-1 has by docker update: memory limit');
  expect(notes).toContain('Undone by this plan, as it was changed by hand since 1: api shop-api-1 has');
  expect(notes).not.toContain('up -d');
});

it('is nothing where the limits are those of the release, or where one of the two is not known', () => {
  expect(planned({ ...wanted, memoryReservation: 0, cpuset: '' }).found.drift).toEqual([]);
  expect(planned(undefined).found.drift).toEqual([]);
  const unknown = service('api', 'v1', '1');
  expect(planned({ restart: 'no', memory: MIB }, unknown, unknown).found.drift).toEqual([]);
});

it('is told from what a host without such a limit ignores', () => {
  expect(limitsChanged({ ...wanted, memory: 0, cpus: 0 }, wanted)).toEqual([]);
  expect(limitsChanged({ pids: 100, cpuset: '0-1', cpuShares: 512, memoryReservation: MIB }, {})).toEqual([
    'memory reservation 1 MiB instead of none',
    'CPU shares 512 instead of none',
    'limit of processes 100 instead of none',
    'CPUs 0-1 instead of all',
  ]);
});

/** Each service as Compose prints it, with what `docker inspect` says of its container. */
it.each([
  ['nothing', {}, { RestartPolicy: { Name: 'no' }, Memory: 0, PidsLimit: null }],
  ['an older engine without a policy', {}, { RestartPolicy: { Name: '' } }],
  [
    'limits below deploy, and numbers of little precision',
    { deploy: { resources: { limits: { cpus: 1.1, memory: '536870912', pids: 50 } } }, restart: 'always' },
    { RestartPolicy: { Name: 'always' }, NanoCpus: 1_100_000_024, Memory: 536_870_912, PidsLimit: 50 },
  ],
  [
    'limits of its own, and a quota',
    { mem_limit: '536870912', cpu_quota: '50000', cpu_period: '100000', restart: 'on-failure:3' },
    { RestartPolicy: { Name: 'on-failure', MaximumRetryCount: 3 }, CpuQuota: 50_000, Memory: 536_870_912 },
  ],
  [
    'a policy below deploy, before its own',
    { restart: 'no', deploy: { restart_policy: { condition: 'any' } } },
    { RestartPolicy: { Name: 'always' } },
  ],
  [
    'a policy below deploy without a condition',
    { deploy: { restart_policy: { delay: '5s' } } },
    { RestartPolicy: { Name: 'no' } },
  ],
])('a container equals its service with %s', (_what, of, inspected) => {
  expect(limitsChanged(inspectedLimits(inspected), limitsOf(of))).toEqual([]);
});
