/**
 * Hides `.runbook` from containers: it holds the env files and secrets of all kept releases, and scripts that run on
 * the host with the SSH user's rights. A container that mounts the stack's directory, or a folder above it, gets an
 * empty folder in the place of `.runbook`. Pure.
 */
import { posix } from 'node:path';
import type { ComposeModel, ComposeService } from '../compose-model';
import type { ServiceTraits, State } from '../model';
import { type MountedVolume, mountedBy } from './traits';

/** The stack's directory: as the runbook says it, and without symbolic links (empty: it does not exist). */
export interface Place extends Pick<State, 'physicalDirectory'> {
  readonly directory: string;
}

/** One mount by which a container would see `.runbook`. */
interface Sight {
  /** Path on the host that is mounted. */
  readonly source: string;
  readonly target: string;
  readonly writable: boolean;
  /** Path of `.runbook` in the container; `null` if the mount is `.runbook` itself or lies in it. */
  readonly at: string | null;
}

/**
 * In memory, and writable, so that a program that changes the owner of everything below a folder does not fail there.
 */
const EMPTY = ':mode=755,size=64k';

/** The mounts by which a service would see `.runbook`. A service that mounts the whole host means to see all of it. */
export function sightsOf(service: ComposeService, model: ComposeModel, place: Place): Sight[] {
  return sights(mountedBy(service, model), devicesOf(model), place);
}

/** The same, from mounts as a release's traits have them (`type:source:target`), where devices are not known. */
export function sightsOfMounts(mounts: readonly string[], place: Place): Sight[] {
  const volumes = mounts.map((text) => {
    const [, type = '', source = '', target = ''] = /^([^:]*):(.*):([^:]*)$/.exec(text) ?? [];
    return { type, source, target };
  });
  return sights(volumes, {}, place);
}

function sights(volumes: readonly MountedVolume[], devices: Readonly<Record<string, string>>, place: Place): Sight[] {
  return volumes.flatMap(({ type, source = '', target, read_only, volume }): Sight[] => {
    const path = clean(plain(type === 'bind' ? source : type === 'volume' ? (devices[source] ?? '') : ''));
    if (path === '') return [];
    const whole = volume?.subpath === undefined ? path : clean(`${path}/${volume.subpath}`);
    const found = { source: whole, target: plain(target), writable: read_only !== true };
    const below = wayTo(whole, place);
    if (below !== null) return [{ ...found, at: posix.join(plain(target), below, '.runbook') }];
    return rootsOf(place).some((root) => holds(root, whole)) ? [{ ...found, at: null }] : [];
  });
}

/** The trait in which a release notes where a service's containers would see `.runbook`. */
export function runbookAt(found: readonly Sight[]): Pick<ServiceTraits, 'runbookAt'> {
  const places = [...new Set(found.flatMap(({ at }) => at ?? []))].sort();
  return places.length > 0 ? { runbookAt: places } : {};
}

/**
 * The service with an empty folder over each `.runbook` that it would see, unless it mounts something else there
 * itself.
 */
export function hidden(service: ComposeService, model: ComposeModel, place: Place): ComposeService {
  const own = [...tmpfsOf(service), ...mountedBy(service, model).map(({ target }) => target)];
  const taken = new Set(own.map((text) => clean(plain(text.split(':')[0] ?? ''))));
  const places = sightsOf(service, model, place).flatMap(({ at }) => (at === null || taken.has(at) ? [] : [at]));
  if (places.length === 0) return service;
  const added = [...new Set(places)].map((at) => `${at.replaceAll('$', '$$$$')}${EMPTY}`);
  return { ...service, tmpfs: [...tmpfsOf(service), ...added] };
}

/** The service as its Compose files have it. */
export function unhidden(service: ComposeService): ComposeService {
  const { tmpfs: _all, ...rest } = service;
  const own = tmpfsOf(service).filter((text) => !text.endsWith(`/.runbook${EMPTY}`));
  if (own.length === tmpfsOf(service).length) return service;
  return own.length > 0 ? { ...rest, tmpfs: own } : rest;
}

function tmpfsOf({ tmpfs }: ComposeService): readonly string[] {
  return typeof tmpfs === 'string' ? [tmpfs] : ((tmpfs ?? []) as readonly string[]);
}

/**
 * The path from a folder of the host down to the stack's directory; empty: the same folder; `null`: none leads there.
 */
function wayTo(folder: string, { directory, physicalDirectory }: Place): string | null {
  const physical = clean(physicalDirectory);
  if (physical !== '' && holds(folder, physical)) return physical.slice(folder.length + 1);
  const named = clean(directory);
  if (!holds(folder, named)) return null;
  const below = named.slice(folder.length + 1);
  // A symbolic link below the folder would lead out of what the container sees.
  return physical === '' || below === '' || physical.endsWith(`/${below}`) ? below : null;
}

function rootsOf({ directory, physicalDirectory }: Place): string[] {
  return [directory, physicalDirectory].filter((path) => path !== '').map((path) => `${clean(path)}/.runbook`);
}

/** Named volumes that are a folder of the host: key → folder. */
function devicesOf(model: ComposeModel): Record<string, string> {
  const volumes = Object.entries(
    (model.volumes ?? {}) as Record<string, { driver_opts?: Record<string, unknown> } | null>,
  );
  return Object.fromEntries(
    volumes.flatMap(([key, volume]) => {
      const { o = '', device = '' } = volume?.driver_opts ?? {};
      const bound = String(o)
        .split(',')
        .some((option) => option === 'bind' || option === 'rbind');
      return bound ? [[key, String(device)]] : [];
    }),
  );
}

/** Whether `path` is `folder` or lies below it. */
function holds(folder: string, path: string): boolean {
  return path === folder || path.startsWith(`${folder}/`);
}

/** The normal form of a path; the root of the host becomes the empty text. */
function clean(path: string): string {
  return path === '' ? '' : posix.normalize(path).replace(/\/+$/, '');
}

/** Compose's model writes `$` as `$$`. */
function plain(text: string): string {
  return text.replaceAll('$$', '$');
}
