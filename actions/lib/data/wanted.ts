/** Selects parts of a backup. */
import type { DatabasePart, Manifest, Part, QdrantPart, VolumePart } from '../backup/manifest';
import { UserError } from '../errors';
import { isWhole } from '../restore/choose';
import type { DataKind, Key } from './kind';
import { eachKind } from './kinds';

/** Selects everything of a kind. */
const ALL = '*';

/** Names of each kind; `null`: the input is empty. */
export type WantedParts = Readonly<Record<Key, readonly string[] | null>>;

/** Whether a backup contains everything that was named; if nothing was named, whether it lacks nothing. */
export function hasWanted(manifest: Manifest, wanted: WantedParts): boolean {
  if (isWhole(manifest)) return true;
  const named = eachKind(({ key }) => wanted[key] ?? []).flat();
  if (named.length === 0 || named.includes(ALL)) return false;
  try {
    partsWanted(manifest, wanted);
    return true;
  } catch {
    return false;
  }
}

export interface Parts {
  readonly databases: readonly DatabasePart[];
  readonly volumes: readonly VolumePart[];
  readonly qdrant: readonly QdrantPart[];
}

/** Everything, or only the parts that were named. @throws {UserError} RB-BACKUP-UNKNOWN */
export function partsWanted(manifest: Manifest, wanted: WantedParts): Parts {
  const meant = everythingOr(wanted);
  const chosen = eachKind((kind) => [kind.key, partsNamed(kind, manifest, meant[kind.key])] as const);
  if (chosen.some(([, parts]) => parts.length > 0)) return Object.fromEntries(chosen) as unknown as Parts;
  throw new UserError('RB-BACKUP-UNKNOWN', {
    what: `the backup ${manifest.id} has none of the data that was asked for`,
    why: `it has ${titlesOf(manifest).join(', ') || 'neither databases nor volumes nor Qdrant'}`,
    remedy: 'correct the inputs databases, volumes and qdrant, or choose another backup',
  });
}

/**
 * The parts, to be restored by the roles that the runbook file names: a new host may have another superuser than the
 * host of the backup had.
 */
export function byPresentUsers(parts: Parts, configured: readonly Pick<DatabasePart, 'service' | 'user'>[]): Parts {
  const users = new Map(configured.toReversed().map(({ service, user }) => [service, user]));
  return { ...parts, databases: parts.databases.map((one) => ({ ...one, user: users.get(one.service) ?? one.user })) };
}

/** Titles of all parts of a backup. */
export function titlesOf(manifest: Pick<Manifest, Key>): string[] {
  return eachKind((kind) => kind.parts(manifest).map(kind.title)).flat();
}

/** If any kind was named, kinds that were not named are left out; otherwise everything is selected. */
export function everythingOr(wanted: WantedParts): WantedParts {
  if (eachKind(({ key }) => wanted[key]).every((names) => names === null)) return wanted;
  const all = (names: readonly string[] | null): readonly string[] | null =>
    names?.includes(ALL) ? null : (names ?? []);
  return Object.fromEntries(eachKind(({ key }) => [key, all(wanted[key])])) as WantedParts;
}

/**
 * @param wanted names, in full where two parts have the same name; `null`: all
 *
 * @throws {UserError} RB-BACKUP-UNKNOWN
 */
function partsNamed<P extends Part>(
  kind: DataKind<P>,
  manifest: Manifest,
  wanted: readonly string[] | null,
): readonly P[] {
  const parts = kind.parts(manifest);
  if (wanted === null) return parts;
  const isNamed = (part: P, name: string): boolean => name === kind.name(part) || name === kind.fullName(part);
  const missing = wanted.filter((name) => !parts.some((part) => isNamed(part, name)));
  if (missing.length === 0) return parts.filter((part) => wanted.some((name) => isNamed(part, name)));
  throw new UserError('RB-BACKUP-UNKNOWN', {
    what: `the backup ${manifest.id} has no ${kind.noun} ${missing.join(', ')}`,
    why: `it has ${parts.map(kind.fullName).join(', ') || 'none'}`,
    remedy: `correct the input ${kind.key}, or choose another backup`,
  });
}
