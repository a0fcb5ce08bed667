/** What `docker update` can change of a container while it runs: its restart policy, and its limits. Pure. */
import { bytesInWords } from './adjusted';

/** Numbers that are left out or 0 are no limit. */
export interface Limits {
  /** `no`, `always`, `unless-stopped`, `on-failure` or `on-failure:3`; left out if it is not known. */
  readonly restart?: string;
  /** Bytes. */
  readonly memory?: number;
  readonly memoryReservation?: number;
  readonly cpus?: number;
  readonly cpuShares?: number;
  readonly cpuset?: string;
  readonly pids?: number;
}

/** Keys of HostConfig, as `docker inspect` has them. */
export interface InspectedLimits {
  readonly RestartPolicy?: { readonly Name?: string; readonly MaximumRetryCount?: number } | null;
  readonly Memory?: number | null;
  readonly MemoryReservation?: number | null;
  readonly NanoCpus?: number | null;
  readonly CpuQuota?: number | null;
  readonly CpuPeriod?: number | null;
  readonly CpuShares?: number | null;
  readonly CpusetCpus?: string | null;
  readonly PidsLimit?: number | null;
}

const NUMBERS = [
  ['memory limit', 'memory', bytesInWords],
  ['memory reservation', 'memoryReservation', bytesInWords],
  ['CPU limit', 'cpus', String],
  ['CPU shares', 'cpuShares', String],
  ['limit of processes', 'pids', String],
] as const;

/** Of Docker's own default, in microseconds. */
const CPU_PERIOD = 100_000;

export function inspectedLimits(of: InspectedLimits): Limits {
  const { RestartPolicy: policy, NanoCpus, CpuQuota, CpuPeriod } = of;
  return {
    ...(policy == null ? {} : { restart: policyOf(policy.Name ?? '', policy.MaximumRetryCount ?? 0) }),
    memory: of.Memory ?? 0,
    memoryReservation: of.MemoryReservation ?? 0,
    cpus: cpusOf((NanoCpus ?? 0) / 1e9, CpuQuota ?? 0, CpuPeriod ?? 0),
    cpuShares: of.CpuShares ?? 0,
    cpuset: of.CpusetCpus ?? '',
    pids: Math.max(0, of.PidsLimit ?? 0),
  };
}

/** Thousandths of a CPU: Compose counts with less precise numbers than Docker. */
export function cpusOf(cpus: number, quota: number, period: number): number {
  const found = cpus > 0 ? cpus : Math.max(0, quota) / (period > 0 ? period : CPU_PERIOD);
  return Number(found.toFixed(3));
}

/** A restart policy by one name: Compose and Docker have several words for the same. */
export function policyOf(name: string, retries: number): string {
  if (name === '' || name === 'none') return 'no';
  if (name === 'any') return 'always';
  return name === 'on-failure' && retries > 0 ? `${name}:${retries}` : name;
}

/** Differences in words, e.g. "a memory limit of 1 GiB instead of 512 MiB". */
export function limitsChanged(is: Limits, wanted: Limits): string[] {
  const numbers = NUMBERS.flatMap(([what, key, words]) => {
    const [has, wants] = [is[key] ?? 0, wanted[key] ?? 0];
    // `docker update` takes no limit away; a host whose kernel lacks a limit ignores the limit in the files.
    if (has === 0 || has === wants) return [];
    return [`${what} ${words(has)} instead of ${wants === 0 ? 'none' : words(wants)}`];
  });
  const [cpuset, set] = [is.cpuset ?? '', wanted.cpuset ?? ''];
  return [
    ...numbers,
    ...(cpuset === '' || cpuset === set ? [] : [`CPUs ${cpuset} instead of ${set === '' ? 'all' : set}`]),
    ...(is.restart === undefined || wanted.restart === undefined || is.restart === wanted.restart
      ? []
      : [`restart policy ${is.restart} instead of ${wanted.restart}`]),
  ];
}
