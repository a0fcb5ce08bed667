/** Chooses the backup that is meant. */

import { idOf, isAhead } from '../backup/clock';
import { madeByCopy, type Owner, ownerOf, titleOfInstallation, UNKNOWN } from '../backup/installation';
import type { Manifest } from '../backup/manifest';
import { UserError } from '../errors';

export type Wanted =
  | { readonly by: 'latest' }
  | { readonly by: 'id'; readonly id: string }
  /** The newest backup from before this time. */
  | { readonly by: 'before'; readonly time: Date };

/** Which installation asks, and whose backups it asks for. */
export interface Asking {
  /** ID of this installation; `null`: it has no ID yet. */
  readonly installation: string | null;
  /** Name of the host that asks. */
  readonly host: string;
  /** Whether the place is the host's own folder. */
  readonly onHost: boolean;
  /** ID of another installation or name of its host, or `unknown`, as a person typed it; empty: this installation. */
  readonly fromHost: string;
}

/**
 * Chooses among the backups of this installation, unless a person typed another. Backups that do not tell their
 * installation count only if the place has none of other installations. A backup from the future got its name from a
 * wrong clock: it is chosen only by that name. An incomplete backup is chosen as the latest, or as the last before a
 * time, only if no older one is complete.
 *
 * @param manifests oldest first
 * @param now milliseconds since the epoch
 * @throws {UserError} RB-BACKUP-UNKNOWN, RB-BACKUP-FOREIGN
 */
export function chooseBackup(
  manifests: readonly Manifest[],
  wanted: Wanted,
  place: string,
  now: number,
  asking: Asking = ANYBODY,
  suffices: (manifest: Manifest) => boolean = isWhole,
): Manifest {
  const past = manifests.filter(({ id }) => !isAhead(id, now));
  const pick = (all: readonly Manifest[]): Manifest | undefined => {
    if (wanted.by === 'id') return all.find(({ id }) => id === wanted.id);
    const meant = all
      .filter((one) => past.includes(one))
      .filter(({ createdAt }) => wanted.by === 'latest' || new Date(createdAt) < wanted.time);
    return meant.findLast(suffices) ?? meant.at(-1);
  };
  const found = allowed(manifests, asking, wanted.by === 'id').reduce<Manifest | undefined>(
    (first, some) => first ?? pick(some),
    undefined,
  );
  const copied = asking.fromHost === '' ? madeByCopy(manifests, { id: asking.installation, host: asking.host }) : [];
  if (found !== undefined && copied.includes(found)) throw twin(found, place, asking.host);
  if (found !== undefined) return found;
  if (asking.fromHost !== '') throw unknownHost(manifests, asking.fromHost, place);
  const other = pick(manifests);
  if (other !== undefined) throw foreign(other, place);
  const known = manifests.slice(-5).map(({ id }) => id);
  const future = past.length === 0 ? `, all in the future: it is ${idOf(now)} now by the runner's clock` : '';
  throw new UserError('RB-BACKUP-UNKNOWN', {
    what: `there is no backup ${NAMED[wanted.by](wanted)} in ${place}`,
    why: known.length === 0 ? 'it has no backup of this stack' : `the newest there are ${known.join(', ')}${future}`,
    remedy: 'choose a backup that `list: true` shows, or another place with `from`',
  });
}

/** Whether a backup has everything that was to be in it. */
export function isWhole({ left }: Manifest): boolean {
  return left.length === 0;
}

const ANYBODY: Asking = { installation: null, host: '', onHost: true, fromHost: '' };

/** Groups to choose from, the preferred one first. @param named the backup is wanted by its own name */
function allowed(manifests: readonly Manifest[], asking: Asking, named: boolean): readonly (readonly Manifest[])[] {
  const { installation, onHost, fromHost } = asking;
  if (fromHost !== '') return [ofHost(manifests, fromHost)];
  const whose = (owner: Owner): Manifest[] => manifests.filter((one) => ownerOf(one, installation, onHost) === owner);
  return [whose('own'), named || whose('foreign').length === 0 ? whose('unknown') : []];
}

/** Backups of the typed installation. @throws {UserError} RB-INPUT-INVALID for a name that two installations have */
function ofHost(manifests: readonly Manifest[], typed: string): readonly Manifest[] {
  if (typed === UNKNOWN) return manifests.filter(({ installation }) => installation === null);
  const found = manifests.filter(({ installation }) => installation?.uid === typed || installation?.host === typed);
  const ids = [...new Set(found.flatMap(({ installation }) => installation?.uid ?? []))];
  if (ids.length < 2) return found;
  throw new UserError('RB-INPUT-INVALID', {
    what: `from-host is ${typed}, but ${ids.length} installations have that name`,
    why: `their IDs are ${ids.join(', ')}`,
    remedy: 'set from-host to one of these IDs; `list: true` shows the backups of each',
  });
}

function foreign({ id, installation }: Manifest, place: string): UserError {
  return new UserError('RB-BACKUP-FOREIGN', {
    what: `the backup ${id} in ${place} belongs to ${titleOfInstallation(installation)}, not to this installation`,
    why: 'staging and production may share the name of the stack and a bucket; this would restore the data of the other installation',
    remedy: `if that is what you want (a new host for a lost one, say), set from-host: ${installation?.host ?? UNKNOWN}`,
  });
}

function twin({ id, installation }: Manifest, place: string, host: string): UserError {
  const other = installation?.host ?? UNKNOWN;
  return new UserError('RB-BACKUP-FOREIGN', {
    what: `the backup ${id} in ${place} was made by the host ${other} in the name of this installation, whose host is ${host}`,
    why: 'both have made backups, so one is a copy of the other, with the same machine ID and data of its own',
    remedy: `set from-host to the host whose data you want: ${host} or ${other}; then give the copy a machine ID of its own: on it, rm /etc/machine-id && systemd-machine-id-setup`,
  });
}

function unknownHost(manifests: readonly Manifest[], typed: string, place: string): UserError {
  const known = [...new Set(manifests.map(({ installation }) => titleOfInstallation(installation)))];
  return new UserError('RB-BACKUP-UNKNOWN', {
    what: `${place} does not have this backup of ${typed}`,
    why: known.length === 0 ? 'it has no backup of this stack' : `its backups belong to ${known.join(', ')}`,
    remedy: 'choose a backup that `list: true` shows, and set from-host to the host or ID in that list',
  });
}

const NAMED: Record<Wanted['by'], (wanted: Wanted) => string> = {
  latest: () => 'of this stack',
  id: (wanted) => (wanted.by === 'id' ? wanted.id : ''),
  before: (wanted) => (wanted.by === 'before' ? `from before ${wanted.time.toISOString()}` : ''),
};
