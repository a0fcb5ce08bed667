/** Reads from Compose's resolved model what the planner must know of a service. */
import { posix } from 'node:path';
import type { ComposeModel, ComposeService } from '../compose-model';
import type { ServiceTraits } from '../model';
import { limitsOf, memoryReservation } from './limits';
import { sharesOf } from './shares';

/** A mount in Compose's long form. */
export interface MountedVolume {
  readonly type: string;
  readonly source?: string;
  readonly target: string;
  readonly read_only?: boolean;
  readonly volume?: { readonly subpath?: string };
}

/** Compose's own default for `stop_grace_period`, in seconds. */
const STOP_GRACE_PERIOD = 10;

/** Where the files of secrets and configs are, and which of them are uploaded: path below `directory` → SHA-256. */
interface Place {
  readonly directory: string;
  readonly files: Readonly<Record<string, string>>;
}

export function traitsOf(service: ComposeService, model: ComposeModel, place?: Place): ServiceTraits {
  const volumes = mountedBy(service, model);
  const writable = volumes.filter(
    ({ type, read_only }) => (type === 'volume' || type === 'bind') && read_only !== true,
  );
  const shares = sharesOf(service, model);
  return {
    containerName: text(service.container_name),
    hostPorts: hostPorts(service),
    networkMode: text(service.network_mode),
    dependsOn: dependsOn(service, shares),
    shares,
    restartsWith: restartsWith(service).filter((name) => shares[name] === undefined),
    hooks: ['post_start', 'pre_start', 'pre_stop'].filter((hook) => ((service[hook] ?? []) as unknown[]).length > 0),
    fixed: fixedAddresses(service),
    networks: Object.keys((service.networks ?? {}) as object).sort(),
    writableVolumes: writable.map(({ source, target }) => source ?? target),
    volumes: volumes.map(mountText).sort(),
    stopSignal: text(service.stop_signal),
    stopGracePeriod: seconds(service.stop_grace_period) ?? STOP_GRACE_PERIOD,
    hasHealthcheck: hasHealthcheck(service),
    memoryReservation: memoryReservation(service),
    restart: text(service.restart),
    limits: limitsOf(service),
    ...(place === undefined ? {} : hostFiles(service, model, place)),
  };
}

/** A service's own mounts, and those that it gets by `volumes_from`. */
export function mountedBy(service: ComposeService, model: ComposeModel): MountedVolume[] {
  return [...volumesOf(service), ...volumesFrom(service, model)];
}

/** The number of containers: `deploy.replicas`, or `scale`, or 1. */
export function replicasOf(service: ComposeService): number {
  const replicas = (service.deploy as { replicas?: unknown } | undefined)?.replicas ?? service.scale;
  return replicas === undefined || replicas === null ? 1 : Number(replicas);
}

/**
 * Uploaded files that containers of a service see through bind mounts, secrets and configs.
 *
 * @param files path below `directory` → SHA-256
 */
export function mountsOf(
  service: ComposeService,
  model: ComposeModel,
  directory: string,
  files: Readonly<Record<string, string>>,
): Record<string, string> {
  const sources = volumesOf(service).flatMap(({ type, source }) =>
    type === 'bind' && source !== undefined ? [source] : [],
  );
  const mounted = [...sources.map((source) => source.replaceAll('$$', '$')), ...entryFiles(service, model)];
  const seen = Object.entries(files).filter(([path]) =>
    mounted.some((source) => holds(source, posix.join(directory, path))),
  );
  return Object.fromEntries(seen);
}

/** Paths of the files that the service gets as secrets and configs. */
function entryFiles(service: ComposeService, model: ComposeModel): string[] {
  const found = (['secrets', 'configs'] as const).flatMap((kind) => {
    const entries = (model[kind] ?? {}) as Record<string, { file?: string }>;
    return ((service[kind] ?? []) as { source: string }[]).map(({ source }) => entries[source]?.file ?? '');
  });
  return found.filter((path) => path !== '').map((path) => path.replaceAll('$$', '$'));
}

function hostFiles(
  service: ComposeService,
  model: ComposeModel,
  { directory, files }: Place,
): Pick<ServiceTraits, 'hostFiles'> {
  const paths = entryFiles(service, model).map((path) => posix.relative(directory, path));
  const found = paths.filter((path) => !path.startsWith('../') && !Object.hasOwn(files, path));
  return found.length === 0 ? {} : { hostFiles: [...new Set(found)].sort() };
}

/** Whether `path` is `folder` or lies below it. */
function holds(folder: string, path: string): boolean {
  const base = folder.replace(/\/+$/, '');
  return path === base || path.startsWith(`${base}/`);
}

/** Mounts by `volumes_from: [data:ro]`. Those of a container that is not a service of the stack are not known. */
function volumesFrom(service: ComposeService, model: ComposeModel, seen: readonly string[] = []): MountedVolume[] {
  return ((service.volumes_from ?? []) as string[]).flatMap((from): MountedVolume[] => {
    if (from.startsWith('container:')) return [{ type: 'from', source: from, target: '' }];
    const [name = '', mode] = from.split(':');
    const other = model.services[name];
    if (other === undefined || seen.includes(name)) return [];
    const volumes = [...volumesOf(other), ...volumesFrom(other, model, [...seen, name])];
    return volumes.map((volume) => (mode === 'ro' ? { ...volume, read_only: true } : volume));
  });
}

function mountText({ type, source = '', target, volume }: MountedVolume): string {
  const part = volume?.subpath === undefined ? '' : `/${volume.subpath}`;
  return `${type}:${source}${part}:${target}`;
}

function volumesOf(service: ComposeService): MountedVolume[] {
  return (service.volumes ?? []) as MountedVolume[];
}

function hostPorts(service: ComposeService): number[] {
  const ports = (service.ports ?? []) as { published?: string | number }[];
  const numbers = ports.flatMap(({ published = '' }) => {
    const [first = NaN, last = first] = String(published)
      .split('-')
      .filter((part) => part !== '')
      .map(Number);
    return Number.isNaN(first) || first === 0
      ? []
      : Array.from({ length: last - first + 1 }, (_, index) => first + index);
  });
  return [...new Set(numbers)].sort((a, b) => a - b);
}

function fixedAddresses(service: ComposeService): string[] {
  const networks = Object.values((service.networks ?? {}) as Record<string, Record<string, unknown> | null>);
  const words = [service, ...networks].flatMap((at) => [
    ...[at?.ipv4_address, at?.ipv6_address].map((address) => [address, 'address'] as const),
    [at?.mac_address, 'MAC address'] as const,
  ]);
  return words.flatMap(([value, what]) => (typeof value === 'string' && value !== '' ? [`${what} ${value}`] : []));
}

/** A service that shares another's container starts after that one, even if `depends_on` does not say so. */
function dependsOn(service: ComposeService, shares: Readonly<Record<string, string>>): Record<string, string> {
  const entries = Object.entries((service.depends_on ?? {}) as Record<string, { condition?: string }>);
  return Object.fromEntries([
    ...Object.keys(shares).map((name) => [name, 'service_started']),
    ...entries.map(([name, { condition }]) => [name, condition ?? 'service_started']),
  ]);
}

function restartsWith(service: ComposeService): string[] {
  const entries = Object.entries((service.depends_on ?? {}) as Record<string, { restart?: boolean }>);
  return entries.flatMap(([name, { restart }]) => (restart === true ? [name] : [])).sort();
}

function hasHealthcheck(service: ComposeService): boolean {
  const check = service.healthcheck as { disable?: boolean; test?: readonly string[] } | undefined;
  return check !== undefined && check.disable !== true && (check.test?.length ?? 0) > 0 && check.test?.[0] !== 'NONE';
}

/** Seconds of a duration in Go's form: `1m30s`, `500ms`. */
export function seconds(duration: unknown): number | null {
  if (typeof duration !== 'string') return null;
  const units: Record<string, number> = { h: 3600, m: 60, s: 1, ms: 1e-3, us: 1e-6, µs: 1e-6, ns: 1e-9 };
  const parts = [...duration.matchAll(/(\d+(?:\.\d+)?)(ms|us|µs|ns|h|m|s)/g)];
  return parts.length === 0
    ? null
    : parts.reduce((sum, [, count, unit]) => sum + Number(count) * (units[unit ?? ''] ?? 0), 0);
}

function text(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}
