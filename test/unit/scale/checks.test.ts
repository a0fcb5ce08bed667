import { describe, expect, it } from 'vitest';
import type { ComposeService } from '../../../actions/lib/stack/compose-model';
import type { ReleaseService, ServiceTraits } from '../../../actions/lib/stack/model';
import type { Edit } from '../../../actions/lib/stack/release/edit';
import { checkScale, type ScaleRequest } from '../../../actions/scale/checks';
import { containerOf, release, runbook, service, traits } from '../stack/model-host';

const GIB = 2 ** 30;

interface Case {
  readonly of?: Partial<ReleaseService>;
  readonly traits?: Partial<ServiceTraits>;
  readonly compose?: ComposeService;
  readonly others?: Readonly<Record<string, ReleaseService>>;
  readonly available?: number;
  readonly size?: ScaleRequest['size'];
}

/** One service, `api`, on a host with 2 CPUs and 8 GiB, each container of it with 64 MiB in use. */
function check(edit: Edit, { of = {}, traits: more = {}, compose = {}, others = {}, ...host }: Case = {}): () => void {
  const api = service('api', 'v1', '1-v1', { ...of, traits: { ...traits, ...more } });
  const current = release('1-v1', { api, ...others });
  return () =>
    checkScale({
      ...{ wanted: { api: edit }, runbook, services: { api: compose } },
      current: { release: current, model: { services: { api: compose } }, filesList: '' },
      state: { containers: [containerOf('api', api, true)], memoryAvailable: host.available ?? 4 * GIB },
      size: host.size ?? { cpus: 2, memory: 8 * GIB },
    });
}

const limit = (memory: number): ComposeService => ({ deploy: { resources: { limits: { memory: String(memory) } } } });

describe('what scale refuses', () => {
  it.each<[string, Edit, Case, RegExp]>([
    [
      'a fixed name',
      { replicas: 2 },
      { traits: { containerName: 'api' } },
      /UNSUITABLE: api cannot run in 2 .*\n.*container_name api/,
    ],
    [
      'a port of the host',
      { replicas: 2 },
      { traits: { hostPorts: [8080] }, compose: { ports: [{ published: '8080', target: 80 }] } },
      /it publishes port 8080/,
    ],
    [
      'a fixed address',
      { replicas: 2 },
      { traits: { fixed: ['address 172.30.0.10'] } },
      /its address 172\.30\.0\.10 can exist only once/,
    ],
    ['a volume', { replicas: 2 }, { traits: { writableVolumes: ['db-data'] } }, /it writes to db-data/],
    [
      "another's network",
      { replicas: 2 },
      { traits: { networkMode: 'service:vpn' } },
      /its network mode is service:vpn/,
    ],
    [
      'others in its container',
      { replicas: 2 },
      {
        others: {
          side: service('side', 'v1', '1-v1', { traits: { ...traits, shares: { api: 'network namespace' } } }),
        },
      },
      /side shares its network namespace/,
    ],
    [
      'a limit above the memory of the host',
      { memory: 9 * GIB },
      {},
      /HOST-SHORT: .*9 GiB of memory \(1 × 9 GiB\)\n.*has 8 GiB/,
    ],
    [
      'more containers than their limits allow',
      { replicas: 9 },
      { compose: limit(GIB) },
      /HOST-SHORT: .*9 GiB of memory \(9 × 1 GiB\)/,
    ],
    ['more CPUs than the host has', { cpus: 4 }, {}, /HOST-SHORT: a container of api would be allowed 4 CPUs\n.*has 2/],
    [
      'more memory than is available',
      { replicas: 60 },
      {},
      /HOST-SHORT: 59 more of api would need about 4\.61 GiB .*\n.*4 GiB available/,
    ],
    [
      'what is reserved and not available',
      { replicas: 3 },
      { traits: { memoryReservation: 3 * GIB } },
      /2 more of api would need about 6 GiB/,
    ],
    ['a limit below the reservation', { memory: GIB }, { traits: { memoryReservation: 2 * GIB } }, /it reserves 2 GiB/],
    [
      'CPUs below the reservation',
      { cpus: 0.5 },
      { compose: { deploy: { resources: { reservations: { cpus: '2' } } } } },
      /cannot be limited to 0\.5 CPUs\n.*it reserves 2 \(reservations\.cpus\)/,
    ],
    [
      'a limit above memory with swap',
      { memory: 2 * GIB },
      { compose: { memswap_limit: String(GIB) } },
      /memswap_limit is 1 GiB/,
    ],
    ['both ways to limit CPUs', { cpus: 1 }, { compose: { cpu_quota: '50000' } }, /cpu_quota or cpu_period/],
    [
      'a variable that is not there',
      { variables: { WORKERS: '8' } },
      { compose: { environment: { WORKER: '1' } } },
      /api has no variable WORKERS\n.*it has WORKER\n/,
    ],
  ])('%s', (_what, edit, found, said) => {
    expect(check(edit, found)).toThrow(said);
  });
});

describe('what scale allows', () => {
  it.each<[string, Edit, Case]>([
    ['fewer of what exists once', { replicas: 0 }, { traits: { containerName: 'api', writableVolumes: ['data'] } }],
    [
      'more of what its file runs in several on one volume',
      { replicas: 3 },
      { of: { replicas: 2 }, traits: { writableVolumes: ['uploads'] } },
    ],
    ['fewer than before where even those are too many', { replicas: 9 }, { of: { replicas: 10 }, compose: limit(GIB) }],
    ['as much as the host has', { memory: 8 * GIB, cpus: 2 }, {}],
    [
      'any number where Docker does not tell its size',
      { cpus: 64, memory: 64 * GIB },
      { size: { cpus: 0, memory: 0 } },
    ],
    [
      'as many as a range of ports is for',
      { replicas: 3 },
      { traits: { hostPorts: [8000, 8001, 8002] }, compose: { ports: [{ published: '8000-8002', target: 80 }] } },
    ],
    ['a variable that is there', { variables: { WORKER: '8' } }, { compose: { environment: { WORKER: '1' } } }],
    ['swap without a limit', { memory: 2 * GIB }, { compose: { memswap_limit: '-1' } }],
  ])('%s', (_what, edit, found) => {
    expect(check(edit, found)).not.toThrow();
  });
});
