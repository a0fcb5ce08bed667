/** Which backup is meant. */
import { UserError } from '../errors';
import type { DatabasePart, Manifest } from './manifest';

export type Wanted =
  | { readonly by: 'latest' }
  | { readonly by: 'id'; readonly id: string }
  /** The newest that is older than this time. */
  | { readonly by: 'before'; readonly time: Date };

/** @param manifests oldest first @throws {UserError} RB-BACKUP-UNKNOWN */
export function choose(manifests: readonly Manifest[], wanted: Wanted, place: string): Manifest {
  const found =
    wanted.by === 'id'
      ? manifests.find(({ id }) => id === wanted.id)
      : manifests.findLast(({ createdAt }) => wanted.by === 'latest' || new Date(createdAt) < wanted.time);
  if (found !== undefined) return found;
  const known = manifests.slice(-5).map(({ id }) => id);
  throw new UserError('RB-BACKUP-UNKNOWN', {
    what: `there is no backup ${NAMED[wanted.by](wanted)} in ${place}`,
    why: known.length === 0 ? 'it holds none of this stack' : `the newest there are ${known.join(', ')}`,
    remedy: 'choose one that `list: true` shows, or another place with `from`',
  });
}

const NAMED: Record<Wanted['by'], (wanted: Wanted) => string> = {
  latest: () => 'of this stack',
  id: (wanted) => (wanted.by === 'id' ? wanted.id : ''),
  before: (wanted) => (wanted.by === 'before' ? `from before ${wanted.time.toISOString()}` : ''),
};

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
