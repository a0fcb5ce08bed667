/** Names what a backup has nothing of, though it was asked for: it may have been the wrong one. Pure. */
import type { Manifest } from './manifest';

type Looked = Pick<Manifest, 'databases' | 'volumes'>;

/**
 * Sentences on databases without a row and volumes without a file.
 *
 * @param ignore what `backup.ignore` names
 */
export function sayEmpty({ databases, volumes }: Looked, ignore: readonly string[]): string[] {
  const empty = databases.flatMap(({ service, database, tables }) => {
    if (tables === null || tables.some(({ rows }) => rows !== 0 && rows !== null)) return [];
    if (ignore.includes(database) || ignore.includes(`${service}/${database}`)) return [];
    const what = tables.length === 0 ? 'has no table' : `has ${tables.length} tables, and no row in them`;
    return `${service}/${database} ${what}: if the application has its data in another database, name that one in backup.databases.`;
  });
  const bare = volumes.flatMap(({ name, entries }) =>
    entries > 0 || ignore.includes(name)
      ? []
      : `${name} is empty: if its disk is not mounted, or the application writes elsewhere, the backup holds nothing of that.`,
  );
  return [...empty, ...bare];
}
