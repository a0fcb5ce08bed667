/** Which backup is meant. */
import { UserError } from '../errors';
import { idOf, isAhead } from './clock';
import type { DatabasePart, Manifest, QdrantPart, VolumePart } from './manifest';

export type Wanted =
  | { readonly by: 'latest' }
  | { readonly by: 'id'; readonly id: string }
  /** The newest that is older than this time. */
  | { readonly by: 'before'; readonly time: Date };

/**
 * One from the future has a name that a wrong clock gave it: it is chosen by this name alone.
 *
 * @param manifests oldest first
 * @param now milliseconds since the epoch
 * @throws {UserError} RB-BACKUP-UNKNOWN
 */
export function choose(manifests: readonly Manifest[], wanted: Wanted, place: string, now: number): Manifest {
  const past = manifests.filter(({ id }) => !isAhead(id, now));
  const found =
    wanted.by === 'id'
      ? manifests.find(({ id }) => id === wanted.id)
      : past.findLast(({ createdAt }) => wanted.by === 'latest' || new Date(createdAt) < wanted.time);
  if (found !== undefined) return found;
  const known = manifests.slice(-5).map(({ id }) => id);
  const future = past.length === 0 ? `, all in the future: it is ${idOf(now)} now by the runner's clock` : '';
  throw new UserError('RB-BACKUP-UNKNOWN', {
    what: `there is no backup ${NAMED[wanted.by](wanted)} in ${place}`,
    why: known.length === 0 ? 'it holds none of this stack' : `the newest there are ${known.join(', ')}${future}`,
    remedy: 'choose one that `list: true` shows, or another place with `from`',
  });
}

const NAMED: Record<Wanted['by'], (wanted: Wanted) => string> = {
  latest: () => 'of this stack',
  id: (wanted) => (wanted.by === 'id' ? wanted.id : ''),
  before: (wanted) => (wanted.by === 'before' ? `from before ${wanted.time.toISOString()}` : ''),
};

/** Stands for everything of a kind. */
const ALL = '*';

/** Names of each kind; `null`: nobody said. */
export interface WantedParts {
  readonly databases: readonly string[] | null;
  readonly volumes: readonly string[] | null;
  /** Services. */
  readonly qdrant: readonly string[] | null;
}

export interface Parts {
  readonly databases: readonly DatabasePart[];
  readonly volumes: readonly VolumePart[];
  readonly qdrant: readonly QdrantPart[];
}

/** Everything, or only what was named. @throws {UserError} RB-BACKUP-UNKNOWN */
export function partsWanted(manifest: Manifest, wanted: WantedParts): Parts {
  const { databases, volumes, qdrant } = everythingOr(wanted);
  const none = databases !== null && databases.length === 0;
  const chosen = {
    databases: none || (databases === null && manifest.databases.length === 0) ? [] : databasesOf(manifest, databases),
    volumes: volumesOf(manifest, volumes),
    qdrant: qdrantOf(manifest, qdrant),
  };
  if (chosen.databases.length + chosen.volumes.length + chosen.qdrant.length > 0) return chosen;
  const has = [
    ...manifest.databases.map(({ database }) => database),
    ...manifest.volumes.map(({ name }) => name),
    ...manifest.qdrant.map(({ service }) => `Qdrant (${service})`),
  ];
  throw new UserError('RB-BACKUP-UNKNOWN', {
    what: `the backup ${manifest.id} has nothing of what was asked for`,
    why: `it has ${has.join(', ') || 'neither databases nor volumes nor Qdrant'}`,
    remedy: 'correct the inputs databases, volumes and qdrant, or choose another backup',
  });
}

/** Who names one kind does not mean the others; `null`: all of a kind. */
export function everythingOr(wanted: WantedParts): WantedParts {
  const { databases, volumes, qdrant } = wanted;
  if (databases === null && volumes === null && qdrant === null) return wanted;
  const all = (names: readonly string[] | null): readonly string[] | null =>
    names?.includes(ALL) ? null : (names ?? []);
  return { databases: all(databases), volumes: all(volumes), qdrant: all(qdrant) };
}

function volumesOf({ id, volumes }: Manifest, wanted: readonly string[] | null): readonly VolumePart[] {
  if (wanted === null) return volumes;
  const missing = wanted.filter((name) => !volumes.some((part) => part.name === name));
  if (missing.length === 0) return volumes.filter(({ name }) => wanted.includes(name));
  throw new UserError('RB-BACKUP-UNKNOWN', {
    what: `the backup ${id} has no volume ${missing.join(', ')}`,
    why: `it has ${volumes.map(({ name }) => name).join(', ') || 'none'}`,
    remedy: 'correct the input volumes, or choose another backup',
  });
}

function qdrantOf({ id, qdrant }: Manifest, wanted: readonly string[] | null): readonly QdrantPart[] {
  if (wanted === null) return qdrant;
  const missing = wanted.filter((name) => !qdrant.some(({ service }) => service === name));
  if (missing.length === 0) return qdrant.filter(({ service }) => wanted.includes(service));
  throw new UserError('RB-BACKUP-UNKNOWN', {
    what: `the backup ${id} has no Qdrant of the service ${missing.join(', ')}`,
    why: `it has ${qdrant.map(({ service }) => service).join(', ') || 'none'}`,
    remedy: 'correct the input qdrant, or choose another backup',
  });
}

/** @param wanted names, or `service/name` where two services have one; `null`: all @throws {UserError} RB-BACKUP-UNKNOWN */
export function databasesOf(manifest: Manifest, wanted: readonly string[] | null): readonly DatabasePart[] {
  const parts = manifest.databases;
  const named = ({ service, database }: DatabasePart, name: string): boolean =>
    name === database || name === `${service}/${database}`;
  const missing = (wanted ?? []).filter((name) => !parts.some((part) => named(part, name)));
  const chosen = wanted === null ? parts : parts.filter((part) => wanted.some((name) => named(part, name)));
  if (missing.length === 0 && chosen.length > 0) return chosen;
  throw new UserError('RB-BACKUP-UNKNOWN', {
    what: `the backup ${manifest.id} has no database ${missing.join(', ') || 'at all'}`,
    why: `it has ${parts.map(({ service, database }) => `${service}/${database}`).join(', ') || 'none'}`,
    remedy: 'correct the input databases, or choose another backup',
  });
}
