/**
 * Finds what a backup has much less of than the backup before. Such a backup is proven like any other, and in time the
 * rules of retention would remove the good one for it. Pure.
 */
import { mib } from '../bytes';
import type { Manifest } from './manifest';

/** With less than this a database or a volume is young, and any change is normal, unless nothing at all is left. */
const FEW_ROWS = 1000;
const FEW_ENTRIES = 100;
const FEW_BYTES = 64 * 2 ** 20;
/** A smaller share of the former content than this is a loss. */
const SHARE = 0.5;

type Compared = Pick<Manifest, 'databases' | 'volumes'>;
type Earlier = Compared & Pick<Manifest, 'id'>;

/**
 * A sentence for each database and volume that lost more than half.
 *
 * @param earlier backups of the same installation, oldest first; each part is compared with the newest that has it,
 * because the last backup may lack a part that failed
 */
export function lossRemarks(made: Compared, earlier: readonly Earlier[]): string[] {
  const newestFirst = earlier.toReversed();
  const databases = made.databases.flatMap(({ service, database, tables }) => {
    const [last] = newestFirst.flatMap(({ id, databases: all }) =>
      all.flatMap((one) =>
        one.service === service && one.database === database && one.tables !== null ? [{ id, tables: one.tables }] : [],
      ),
    );
    if (tables === null || last === undefined) return [];
    const [then, now] = [rowsOf(last.tables), rowsOf(tables)];
    if (!isLoss(then, now, FEW_ROWS)) return [];
    const left = new Map(tables.map(({ schema, table, rows }) => [`${schema}.${table}`, rows]));
    const emptied = last.tables
      .filter(({ schema, table, rows }) => (rows ?? 0) > 0 && (left.get(`${schema}.${table}`) ?? 0) === 0)
      .toSorted((a, b) => (b.rows ?? 0) - (a.rows ?? 0))
      .map(({ schema, table, rows }) => `${schema}.${table} (${rows})`);
    const names = emptied.length === 0 ? '' : `; without a row now: ${listed(emptied)}`;
    return `${service}/${database} has ${now} rows, and ${then} in the backup before (${last.id})${names}. ${LOOK}`;
  });
  const volumes = made.volumes.flatMap(({ name, entries, volumeBytes }) => {
    const [last] = newestFirst.flatMap(({ id, volumes: all }) =>
      all.flatMap((one) => (one.name === name ? [{ ...one, id }] : [])),
    );
    if (last === undefined) return [];
    if (isLoss(last.entries, entries, FEW_ENTRIES))
      return `${name} has ${entries} files, folders and links, and ${last.entries} in the backup before (${last.id}). ${LOOK}`;
    if (last.volumeBytes === null || volumeBytes === null || !isLoss(last.volumeBytes, volumeBytes, FEW_BYTES))
      return [];
    return `${name} has ${mib(volumeBytes)} MiB, and ${mib(last.volumeBytes)} MiB in the backup before (${last.id}). ${LOOK}`;
  });
  return [...databases, ...volumes];
}

function isLoss(then: number, now: number, few: number): boolean {
  return now < then * SHARE && (then >= few || now === 0);
}

const LOOK = 'If that is not intended, restore the older backup before the rules of backup.keep remove it.';

function rowsOf(tables: readonly { readonly rows: number | null }[]): number {
  return tables.reduce((sum, { rows }) => sum + (rows ?? 0), 0);
}

function listed(names: readonly string[]): string {
  const shown = names.slice(0, 5).join(', ');
  return names.length > 5 ? `${shown} and ${names.length - 5} more` : shown;
}
