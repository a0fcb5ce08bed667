/** Finds tables that lost every row, or that are gone, while the database as a whole did not shrink much. Pure. */
import type { Manifest } from './manifest';
import { type OpenLoss, openLoss, type Point } from './open-loss';

export type Table = NonNullable<Manifest['databases'][number]['tables']>[number];

/** A smaller table may be empty now and then. */
const FEW_ROWS = 1000;
/** Another table that has this share of the rows of one that is gone may be that one under another name. */
const SHARE = 0.5;

interface EmptiedTable {
  /** With its schema. */
  readonly name: string;
  /** Rows; `null`: there was no such table. */
  readonly open: OpenLoss<number | null>;
  /** In the newest backup. */
  readonly rows: number | null;
}

/**
 * Left out are tables that come and go by themselves: partitions, which differ in their digits from tables that have
 * rows; tables that were renamed; and tables that lost everything once before, and were filled again. A few new rows do not
 * bring back those that were lost.
 *
 * @param points the tables of one database, oldest backup first
 */
export function emptiedTables(points: readonly Point<readonly Table[]>[]): EmptiedTable[] {
  const rows = points.map(({ id, value }) => ({
    id,
    value: new Map(value.map(({ schema, table, rows: count }) => [`${schema}.${table}`, count])),
  }));
  const last = rows.at(-1)?.value ?? new Map<string, number | null>();
  const full = [...last].filter(([, count]) => (count ?? 0) > 0);
  const kinds = new Set(full.map(([name]) => kindOf(name)));
  const large = new Set(
    rows.flatMap(({ value }) => [...value].filter(([, count]) => (count ?? 0) >= FEW_ROWS).map(([name]) => name)),
  );
  return [...large].flatMap((name) => {
    if ((last.get(name) ?? 0) === 0 && kinds.has(kindOf(name))) return [];
    const own = rows.flatMap(({ id, value }) => {
      const count = value.get(name);
      // An extension's own table, whose rows no archive holds, is not counted.
      return count === null ? [] : [{ id, value: count ?? null }];
    });
    const open = openLoss(
      own,
      (then, now) => (then ?? 0) >= FEW_ROWS && (now ?? 0) === 0,
      (then, now) => (now ?? 0) < (then ?? 0) * SHARE,
      false,
    );
    if (open === null) return [];
    const then = rows.find(({ id }) => id === open.good.id)?.value;
    const renamed = full.some(
      ([other, count]) => then?.has(other) === false && (count ?? 0) >= (open.good.value ?? 0) * SHARE,
    );
    return open.since.value === null && renamed ? [] : [{ name, open, rows: last.get(name) ?? null }];
  });
}

function kindOf(name: string): string {
  return name.replace(/\d+/g, '0');
}
