/** What scale says about effects that people may not expect. */
import { expect, it } from 'vitest';
import type { Adjusted } from '../../../actions/lib/stack/adjusted';
import type { ComposeService } from '../../../actions/lib/stack/compose-model';
import type { ServiceTraits } from '../../../actions/lib/stack/model';
import type { Edit } from '../../../actions/lib/stack/release/edit';
import { SCHEDULES } from '../../../actions/lib/stack/resolve/callers';
import { notesOn } from '../../../actions/scale/notes';
import { containerOf, release, runbook, service, traits } from '../stack/model-host';

const MIB = 2 ** 20;

interface Case {
  readonly listens?: boolean;
  readonly traits?: Partial<ServiceTraits>;
  readonly compose?: ComposeService;
  readonly adjusted?: Adjusted;
}

/** One service, `jobs`, with one container of 64 MiB on a host with 2 CPUs. */
function notes(edit: Edit, { listens = false, traits: more = {}, compose = {}, adjusted }: Case = {}): string[] {
  const jobs = service('jobs', 'v1', '1-v1', {
    traits: { ...traits, ...more },
    ...(adjusted === undefined ? {} : { adjusted }),
  });
  const services = { jobs: compose };
  return notesOn({
    ...{ wanted: { jobs: edit }, runbook, services },
    current: { release: release('1-v1', { jobs }), model: { services }, filesList: '' },
    state: { containers: [containerOf('jobs', jobs, listens)], memoryAvailable: 2 ** 32 },
    size: { cpus: 2, memory: 2 ** 33 },
  });
}

it.each<[string, Edit, Case, RegExp]>([
  [
    'callers that keep connections open',
    { replicas: 2 },
    { listens: true },
    /^Callers of jobs other than the proxy .* reach its new containers only once they connect again\. .* may call one container alone\.$/,
  ],
  [
    'a scheduler that runs twice',
    { replicas: 3 },
    { traits: { once: SCHEDULES } },
    /^jobs: its command starts jobs on a schedule, and each of its 3 containers will start every job\.$/,
  ],
  [
    'a limit below what a container has',
    { memory: 32 * MIB },
    {},
    /^A container of jobs has 64 MiB of memory now, more than its new limit of 32 MiB/,
  ],
  [
    'a limit of the files below what a container has',
    { asFiles: ['memory'] },
    {
      compose: { deploy: { resources: { limits: { memory: String(128 * MIB) } } } },
      adjusted: {
        definition: 'd1',
        memory: { is: 128 * MIB, files: 32 * MIB, by: 'scale', release: '1-v1' },
      },
    },
    /more than its new limit of 32 MiB/,
  ],
  ['more CPUs than the host has', { cpus: 1.5, replicas: 2 }, {}, /^jobs may use 3 CPUs in all \(2 × 1\.5\)/],
])('scale says: %s', (_what, edit, found, said) => {
  const all = notes(edit, found);
  expect(all).toHaveLength(1);
  expect(all[0]).toMatch(said);
});

it.each<[string, Edit, Case]>([
  ['a worker gets more containers', { replicas: 3 }, { traits: { once: 'its command takes jobs from a queue' } }],
  ['a scheduler stays alone', { replicas: 1, memory: 256 * MIB }, { traits: { once: SCHEDULES } }],
  ['a limit is above what a container has', { memory: 128 * MIB }, {}],
])('scale says nothing where %s', (_what, edit, found) => {
  expect(notes(edit, found)).toEqual([]);
});
