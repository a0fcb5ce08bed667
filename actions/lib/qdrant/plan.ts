/** Plans what a restore does to the collections and aliases of a server. */
import { mib } from '../bytes';
import { UserError } from '../errors';
import type { FullSnapshot } from './archive';
import type { AliasAction } from './collections';
import type { QdrantRoom } from './find';

/** The collections and aliases that a server has now. */
interface Live {
  /** Names, sorted. */
  readonly collections: readonly string[];
  /** Alias → collection. */
  readonly aliases: ReadonlyMap<string, string>;
}

export interface Plan {
  /** Collections whose content becomes that of the backup. */
  readonly replaced: readonly string[];
  /** Collections that only the backup has. */
  readonly made: readonly string[];
  /** Collections that only the server has. */
  readonly kept: readonly string[];
  /** Alias → the collection that it shall stand for; `null`: it is removed. Only aliases that change. */
  readonly aliases: ReadonlyMap<string, string | null>;
}

const LEAST_ROOM = 64 * 2 ** 20;

/** @throws {UserError} RB-QDRANT-FAILED if a name would be both a collection and an alias */
export function planOf(service: string, full: FullSnapshot, live: Live): Plan {
  const names = full.collections.map(({ collection }) => collection);
  const kept = live.collections.filter((name) => !names.includes(name));
  for (const name of names) {
    // Qdrant would restore into the collection that the alias stands for.
    const other = live.aliases.get(name);
    if (other !== undefined)
      throw clash(
        service,
        name,
        `the backup has a collection of that name, which is an alias of ${other} on the server`,
      );
  }
  for (const alias of full.aliases?.keys() ?? []) {
    if (kept.includes(alias))
      throw clash(service, alias, 'the backup has an alias of that name, which is a collection on the server');
  }
  return {
    replaced: names.filter((name) => live.collections.includes(name)),
    made: names.filter((name) => !live.collections.includes(name)),
    kept,
    aliases: full.aliases === null ? new Map() : aliasesWanted(full.aliases, names, live.aliases),
  };
}

/**
 * The aliases of the backup. Any other alias is removed if it stands for a collection of the backup, and stays if not.
 */
function aliasesWanted(
  wanted: ReadonlyMap<string, string>,
  names: readonly string[],
  live: ReadonlyMap<string, string>,
): ReadonlyMap<string, string | null> {
  const gone = [...live].filter(([alias, collection]) => !wanted.has(alias) && names.includes(collection));
  const set = [...wanted].filter(([alias, collection]) => live.get(alias) !== collection);
  return new Map<string, string | null>([...gone.map(([alias]) => [alias, null] as const), ...set]);
}

/** Actions that turn the aliases `now` into the wanted ones. */
export function aliasActions(
  now: ReadonlyMap<string, string>,
  wanted: ReadonlyMap<string, string | null>,
): readonly AliasAction[] {
  return [...wanted].flatMap(([alias_name, collection_name]): AliasAction[] => {
    const present = now.get(alias_name);
    if ((present ?? null) === collection_name) return [];
    return [
      ...(present === undefined ? [] : [{ delete_alias: { alias_name } }]),
      ...(collection_name === null ? [] : [{ create_alias: { collection_name, alias_name } }]),
    ];
  });
}

/** The present state of the aliases in `wanted`, for the way back. */
export function aliasesBefore(
  now: ReadonlyMap<string, string>,
  wanted: ReadonlyMap<string, string | null>,
): ReadonlyMap<string, string | null> {
  return new Map([...wanted.keys()].map((alias) => [alias, now.get(alias) ?? null]));
}

/**
 * For a while the disk also holds the safety snapshots of the live collections, and either the uploaded snapshots,
 * packed and unpacked, or a safety snapshot that is unpacked on the way back.
 *
 * @param incoming bytes of the uploaded snapshots @throws {UserError} RB-DISK-SHORT
 */
export function requireQdrantRoom(service: string, { used, free }: QdrantRoom, incoming: number): void {
  const needed = 2 * (used ?? incoming) + incoming + LEAST_ROOM;
  if (free === null || free >= needed) return;
  throw new UserError('RB-DISK-SHORT', {
    what: `about ${mib(needed)} MiB are needed beside the live collections of Qdrant (service ${service}), ${mib(free)} MiB are free`,
    why: 'a restore makes a snapshot of each collection before it fills it, and Qdrant unpacks beside the live collections',
    remedy: 'free space (old snapshots of collections may be removed in Qdrant) and run it again',
  });
}

function clash(service: string, name: string, why: string): UserError {
  return new UserError('RB-QDRANT-FAILED', {
    what: `Qdrant (service ${service}) cannot have both an alias and a collection ${name}`,
    why,
    remedy: 'rename or remove it on the server, and run it again',
  });
}
