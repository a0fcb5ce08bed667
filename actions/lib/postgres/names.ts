/** Names in SQL, and the names of databases beside the live one. */
import { createHash } from 'node:crypto';
import { connection } from '../stack/psql';

/** `restore`: being filled; `before`: was live until a swap; `undone`: was live until an undo. */
type Beside = 'restore' | 'before' | 'undone';

/** Bytes; PostgreSQL would cut a longer name without an error. Source: NAMEDATALEN, less the zero at the end. */
const LONGEST = 63;
/** `20260102T030405Z` */
const ID = '\\d{8}T\\d{6}Z';

export function ident(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

export function literal(text: string): string {
  const quoted = text.replaceAll("'", "''");
  return quoted.includes('\\') ? `E'${quoted.replaceAll('\\', '\\\\')}'` : `'${quoted}'`;
}

/** A database to connect to for statements that must not run in one of `used`. */
export function maintenance(used: readonly string[]): string {
  return connection(used.includes('postgres') ? 'template1' : 'postgres');
}

/** @param id time as `YYYYMMDDTHHMMSSZ` */
export function besideName(database: string, kind: Beside, id: string): string {
  return `${prefix(database, kind)}${id}`;
}

/** The ID in a name that {@link besideName} made for this database; `null` for any other name. */
export function besideId(name: string, database: string, kind: Beside): string | null {
  const start = prefix(database, kind);
  if (!name.startsWith(start)) return null;
  return new RegExp(`^${ID}$`).exec(name.slice(start.length))?.[0] ?? null;
}

function prefix(database: string, kind: Beside): string {
  const room = LONGEST - `_${kind}_20260102T030405Z`.length;
  if (Buffer.byteLength(database) <= room) return `${database}_${kind}_`;
  // The hash keeps two long names apart that begin alike.
  const mark = createHash('sha256').update(database).digest('hex').slice(0, 8);
  let kept = database;
  while (Buffer.byteLength(kept) > room - mark.length - 1) kept = [...kept].slice(0, -1).join('');
  return `${kept}~${mark}_${kind}_`;
}
