/** Checks that new containers find the data to which the present ones write, at the same place. Pure. */
import { posix } from 'node:path';
import { UserError } from '../../errors';
import { quote } from '../../host/quote';
import type { Container, Mount, Plan, Release, State } from '../model';
import { isAnonymous } from '../observe/inventory';

/** A mount that a service of a release asks for; `source` as in {@link Mount}, empty for a volume without a name. */
export interface Wanted {
  readonly type: string;
  readonly source: string;
  readonly target: string;
}

/** Folders and files of the host itself: a container that no longer sees them has lost no data of its own. */
const HOSTS_OWN = ['/proc', '/sys', '/dev', '/run', '/var/run', '/lib/modules'];
const HOSTS_FILES = ['/etc/localtime', '/etc/timezone', '/etc/hosts', '/etc/resolv.conf', '/etc/machine-id'];

/**
 * Compares Docker's mounts by their target. The Compose file's name of a volume is not enough: its real name, its place
 * in the container and its kind can change under the same name.
 *
 * @param directory path of the stack's directory
 * @throws {UserError} RB-MOUNT-CHANGED
 */
export function checkMounts(plan: Plan, target: Release, state: State, directory: string): void {
  for (const { service, kind } of plan.changes) {
    if (kind === 'reload' || target.services[service] === undefined) continue;
    const wanted = wantedOf(service, target);
    // The mounts of a container that is not a service are not known.
    if (wanted.some(({ type }) => type === 'from')) continue;
    for (const container of state.containers) {
      if (container.service !== service || container.oneOff) continue;
      for (const mount of container.mounts) {
        const there = wanted.find((one) => clean(one.target) === clean(mount.target));
        if (!mount.writable || stays(mount, there, state, directory) || isNoData(mount, state, directory)) continue;
        throw lost(service, container, mount, there, wanted);
      }
    }
  }
}

/** @param volumes those of the service's mounts that are asked for, as in its traits. Default: all */
export function wantedOf(
  service: string,
  { services, shared, stack }: Release,
  volumes: readonly string[] = services[service]?.traits.volumes ?? [],
): Wanted[] {
  return volumes.map((text) => {
    const [, type = '', named = '', target = ''] = /^([^:]*):(.*):([^:]*)$/.exec(text) ?? [];
    if (type === 'bind' || named === '') return { type, source: plain(named), target: plain(target) };
    const [key = '', ...part] = named.split('/');
    const name = shared?.volumes[key]?.name ?? `${stack}_${key}`;
    return { type, source: plain([name, ...part].join('/')), target: plain(target) };
  });
}

function stays(mount: Mount, there: Wanted | undefined, state: State, directory: string): boolean {
  // Only once the new image is on the host it is known whether it has a volume there.
  if (isAnonymous(mount)) return there === undefined || there.source === '' || there.source === mount.source;
  if (there === undefined || there.type !== mount.type) return false;
  if (mount.type === 'volume') return there.source === mount.source;
  return physical(there.source, state, directory) === physical(mount.source, state, directory);
}

/** Whether a mount holds no data of the stack: files that came with a release, or files of the host itself. */
export function isNoData({ type, source }: Mount, state: State, directory: string): boolean {
  if (type !== 'bind') return false;
  const path = clean(source);
  if (HOSTS_FILES.includes(path) || HOSTS_OWN.some((own) => path === own || path.startsWith(`${own}/`))) return true;
  const below = posix.relative(physical(directory, state, directory), physical(path, state, directory));
  return below.startsWith('.runbook/') || state.current?.files[below] !== undefined;
}

/** The stack's directory may be reached by a link, and people may have started the stack by the other path. */
export function physical(path: string, { physicalDirectory }: State, directory: string): string {
  const [found, own] = [clean(path), clean(directory)];
  const inside = found === own || found.startsWith(`${own}/`);
  return inside && physicalDirectory !== '' ? `${physicalDirectory}${found.slice(own.length)}` : found;
}

function lost(
  service: string,
  { name }: Container,
  mount: Mount,
  there: Wanted | undefined,
  wanted: readonly Wanted[],
): UserError {
  const { source, target } = mount;
  const elsewhere = wanted.find((one) => one.source === source && one !== there);
  const now =
    there === undefined
      ? `nothing at ${target}`
      : `${there.source || (there.type === 'tmpfs' ? 'memory' : 'another volume')} at ${target}`;
  const moved = elsewhere === undefined ? '' : `, and ${source} at ${elsewhere.target}`;
  const copy =
    elsewhere !== undefined || there === undefined || there.source === ''
      ? ''
      : ` copy it first (\`docker run --rm -v ${quote(`${source}:/from:ro`)} -v ${quote(`${there.source}:/to`)} IMAGE cp -a /from/. /to\`, ${service} stopped),`;
  return new UserError('RB-MOUNT-CHANGED', {
    what: `${service} would lose ${source}, which it writes to at ${target}`,
    why: `the release mounts ${now}${moved}`,
    remedy: `mount ${isAnonymous(mount) ? `that volume (external, \`name: ${source}\`)` : 'it'} at its former place; to leave or move the data on purpose,${copy} remove the container that has it (\`docker rm -f ${quote(name)}\`) and run this again`,
  });
}

function clean(path: string): string {
  return posix.normalize(path).replace(/(.)\/$/, '$1');
}

/** Compose's model writes `$` as `$$`. */
function plain(text: string): string {
  return text.replaceAll('$$', '$');
}
