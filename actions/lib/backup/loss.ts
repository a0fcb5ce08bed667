/**
 * Finds what a backup has much less of than the backup before. Such a backup is proven like any other, and in time the
 * rules of retention would remove the good one for it. Pure.
 */
import type { Manifest } from './manifest';

/** With fewer rows or entries than these a database or a volume is young, and any change is normal. */
const FEW_ROWS = 1000;
const FEW_ENTRIES = 100;
/** A smaller share of the former content than this is a loss. */
const SHARE = 0.5;

type Compared = Pick<Manifest, 'databases' | 'volumes'>;

/**
 * A sentence for each database and volume that lost more than half.
 *
 * @param last the backup before, of the same installation
 */
export function lossRemarks(made: Compared, last: Compared & Pick<Manifest, 'id'>): string[] {
  const databases = made.databases.flatMap(({ service, database, tables }) => {
    const before = last.databases.find((one) => one.service === service && one.database === database)?.tables ?? null;
    if (tables === null || before === null) return [];
    const [then, now] = [rowsOf(before), rowsOf(tables)];
    if (then < FEW_ROWS || now >= then * SHARE) return [];
    const left = new Map(tables.map(({ schema, table, rows }) => [`${schema}.${table}`, rows]));
    const emptied = before
      .filter(({ schema, table, rows }) => (rows ?? 0) > 0 && (left.get(`${schema}.${table}`) ?? 0) === 0)
      .toSorted((a, b) => (b.rows ?? 0) - (a.rows ?? 0))
      .map(({ schema, table, rows }) => `${schema}.${table} (${rows})`);
    const names = emptied.length === 0 ? '' : `; without a row now: ${listed(emptied)}`;
    return `${service}/${database} has ${now} rows, and ${then} in the backup before (${last.id})${names}. ${LOOK}`;
  });
  const volumes = made.volumes.flatMap(({ name, entries }) => {
    const then = last.volumes.find((one) => one.name === name)?.entries ?? 0;
    if (then < FEW_ENTRIES || entries >= then * SHARE) return [];
    return `${name} has ${entries} files, folders and links, and ${then} in the backup before (${last.id}). ${LOOK}`;
  });
  return [...databases, ...volumes];
}

const LOOK = 'If that is not intended, restore the older backup before the rules of backup.keep remove it.';

function rowsOf(tables: readonly { readonly rows: number | null }[]): number {
  return tables.reduce((sum, { rows }) => sum + (rows ?? 0), 0);
}

function listed(names: readonly string[]): string {
  const shown = names.slice(0, 5).join(', ');
  return names.length > 5 ? `${shown} and ${names.length - 5} more` : shown;
}
