/**
 * Finds what backups have much less of than a backup before. Such a backup is proven like any other, and in time the
 * rules of retention would remove the good one for it. Pure.
 */
import { mib } from '../bytes';
import { emptiedTables, type Table } from './loss-tables';
import type { Manifest } from './manifest';
import { type OpenLoss, openLoss, type Point } from './open-loss';

/** With less than this a database or a volume is young, and any change is normal, unless nothing at all is left. */
const FEW_ROWS = 1000;
const FEW_ENTRIES = 100;
const FEW_BYTES = 64 * 2 ** 20;
/** A smaller share of the former content than this is a loss. */
const SHARE = 0.5;

type Compared = Pick<Manifest, 'id' | 'databases' | 'volumes' | 'left' | 'accepted'>;

/** A part of the data that has much less than it had. */
interface Loss {
  /** ID of the last backup that still has it. */
  readonly good: string;
  /** No backup before the newest lacks it. */
  readonly fresh: boolean;
  /** A sentence. */
  readonly text: string;
}

/**
 * What the newest backup lacks: of each database and volume more than half, and of each table of some size everything.
 * A loss stays until the content is back, or until a person accepts it.
 *
 * @param backups of the same installation, oldest first; a part that one of them lacks is compared with the newest that
 * has it
 */
export function lossesIn(backups: readonly Compared[]): Loss[] {
  const newest = backups.at(-1);
  if (newest === undefined) return [];
  const accepted = backups.at(-2)?.accepted ?? '';
  const looked = backups.filter((one) => one === newest || one.id > accepted);
  const databases = new Set(newest.databases.map(titleOf));
  const volumes = new Set(newest.volumes.map(({ name }) => name));
  // A part that failed is still lost.
  for (const { databases: all, volumes: others } of looked) {
    for (const title of all.map(titleOf)) if (newest.left.includes(title)) databases.add(title);
    for (const { name } of others) if (newest.left.includes(name)) volumes.add(name);
  }
  const ofDatabase = (title: string): Point<readonly Table[]>[] =>
    looked.flatMap(({ id, databases: all }) =>
      all.flatMap((one) => (titleOf(one) === title && one.tables !== null ? [{ id, value: one.tables }] : [])),
    );
  return [
    ...[...databases].flatMap((title) => lossesOfDatabase(title, ofDatabase(title), newest.id)),
    ...[...volumes].flatMap((name) => lossOfVolume(name, looked, newest.id)),
  ];
}

/**
 * ID of the backup up to which losses are accepted from now on. A loss that nobody has seen yet cannot be accepted.
 *
 * @param asked a person asks for all removals, and has looked
 */
export function acceptedNow(made: Compared, earlier: readonly Compared[], asked: boolean): string | null {
  const last = earlier.at(-1);
  const accepts = asked && !lossesIn([...earlier, made]).some(({ fresh }) => fresh);
  return (accepts ? last?.id : last?.accepted) ?? null;
}

function titleOf({ service, database }: { readonly service: string; readonly database: string }): string {
  return `${service}/${database}`;
}

function lossesOfDatabase(title: string, points: readonly Point<readonly Table[]>[], newest: string): Loss[] {
  const lost = openLoss(points, (then, now) => isLoss(rowsOf(then), rowsOf(now), FEW_ROWS));
  const last = points.at(-1);
  if (last === undefined) return [];
  if (lost === null)
    return emptiedTables(points).map(({ name, open, rows }) => ({
      ...base(open, newest),
      text: `${title}: the table ${name} ${rows === null ? 'is gone' : `has ${rows} rows`}${since(open, newest)}, and had ${open.good.value} rows in the backup before (${open.good.id}). ${LOOK}`,
    }));
  const { good } = lost;
  const left = new Map(last.value.map(({ schema, table, rows }) => [`${schema}.${table}`, rows]));
  const emptied = good.value
    .filter(({ schema, table, rows }) => (rows ?? 0) > 0 && (left.get(`${schema}.${table}`) ?? 0) === 0)
    .toSorted((a, b) => (b.rows ?? 0) - (a.rows ?? 0))
    .map(({ schema, table, rows }) => `${schema}.${table} (${rows})`);
  const names = emptied.length === 0 ? '' : `; without a row now: ${listed(emptied)}`;
  const text = `${title} has ${rowsOf(last.value)} rows${since(lost, newest)}, and ${rowsOf(good.value)} in the backup before (${good.id})${names}. ${LOOK}`;
  return [{ ...base(lost, newest), text }];
}

function lossOfVolume(name: string, backups: readonly Compared[], newest: string): Loss[] {
  const points = backups.flatMap(({ id, volumes }) =>
    volumes.flatMap((one) => (one.name === name ? [{ id, value: one }] : [])),
  );
  const files = openLoss(points, (then, now) => isLoss(then.entries, now.entries, FEW_ENTRIES));
  const last = points.at(-1);
  if (last === undefined) return [];
  if (files !== null) {
    const { good } = files;
    const text = `${name} has ${last.value.entries} files, folders and links${since(files, newest)}, and ${good.value.entries} in the backup before (${good.id}). ${LOOK}`;
    return [{ ...base(files, newest), text }];
  }
  const sizes = points.flatMap(({ id, value }) =>
    value.volumeBytes === null ? [] : [{ id, value: value.volumeBytes }],
  );
  const bytes = openLoss(sizes, (then, now) => isLoss(then, now, FEW_BYTES));
  if (bytes === null) return [];
  const { good } = bytes;
  const now = mib(sizes.at(-1)?.value ?? 0);
  const text = `${name} has ${now} MiB${since(bytes, newest)}, and ${mib(good.value)} MiB in the backup before (${good.id}). ${LOOK}`;
  return [{ ...base(bytes, newest), text }];
}

function isLoss(then: number, now: number, few: number): boolean {
  return now < then * SHARE && (then >= few || now === 0);
}

function base<T>({ good, since }: OpenLoss<T>, newest: string): Pick<Loss, 'good' | 'fresh'> {
  return { good: good.id, fresh: since.id === newest };
}

/** Nothing where the newest backup is the first that lacks it. */
function since<T>(open: OpenLoss<T>, newest: string): string {
  return open.since.id === newest ? '' : ` since ${open.since.id}`;
}

const LOOK =
  'If that is not intended, restore the older backup: no rule removes it. If it is intended, a run with `prune: all` says so.';

function rowsOf(tables: readonly Table[]): number {
  return tables.reduce((sum, { rows }) => sum + (rows ?? 0), 0);
}

function listed(names: readonly string[]): string {
  const shown = names.slice(0, 5).join(', ');
  return names.length > 5 ? `${shown} and ${names.length - 5} more` : shown;
}
