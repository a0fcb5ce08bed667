/**
 * Which schema a release leads to, and which the data has: the host's record of migrations, one JSON line each,
 * appended when a migration has ended well. Pure.
 */
import type { Runbook } from '../config/runbook';
import { hashOf, sameImage, sameMounts } from './identity';
import type { MigrationRecord } from './migration-record';
import type { Release, ReleaseService, State } from './model';

/** Hexadecimal digits of each half of a schema's name. */
const HALF = 32;

/**
 * The name of the schema that a migration leads to: `<image and uploaded files>-<definition>`. Whatever of these
 * changes may be a new migration, so that it runs again; the first half alone tells schemas of two hosts apart,
 * whose passwords differ.
 */
export function schemaName({ image, digest, imageId, mounts, definition }: ReleaseService): string {
  const source = hashOf({ image: digest ?? imageId ?? image, mounts });
  return `${source.slice(0, HALF)}-${hashOf(definition).slice(0, HALF)}`;
}

/** Earlier versions named a schema by the migration's image alone. */
function isNamedByImage(schema: string): boolean {
  return schema.startsWith('sha256:');
}

/** The schema that a release leads to, under its present name; `null` where it has no migration. */
export function schemaOf(release: Pick<Release, 'services' | 'schema'>, { migration }: Runbook): string | null {
  const service = migration.service === null ? undefined : release.services[migration.service];
  return service === undefined ? release.schema : schemaName(service);
}

/** A torn last line, left by a crash, is passed over. */
export function parseMigrations(lines: readonly string[]): MigrationRecord[] {
  return lines.flatMap((line) => {
    try {
      const { schema, release, compatible, restored, whole, swap, undoes } = JSON.parse(line) as MigrationRecord;
      const moved = restored !== undefined || undoes !== undefined;
      return [{ schema, release, compatible, ...(moved ? { restored, whole, swap, undoes } : {}) } as MigrationRecord];
    } catch {
      return [];
    }
  });
}

/** The migrations that the data has behind it, oldest first: what a restore took back is not among them. */
export function appliedOf(records: readonly MigrationRecord[]): readonly MigrationRecord[] {
  let applied: readonly MigrationRecord[] = [];
  /** By the record that came last; and by the swap that came next. */
  const after = new Map<string, readonly MigrationRecord[]>();
  const before = new Map<string, readonly MigrationRecord[]>();
  for (const record of records) {
    const unknown = [...applied, { ...record, schema: '' }];
    if (record.swap !== undefined) before.set(record.swap, applied);
    if (record.undoes !== undefined) applied = before.get(record.undoes) ?? unknown;
    else if (record.restored === undefined) applied = [...applied, record];
    else if (record.whole === false) applied = unknown;
    else applied = after.get(keyOf(record)) ?? [record];
    if (record.restored === undefined && record.undoes === undefined) after.set(keyOf(record), applied);
  }
  return applied;
}

function keyOf({ schema, release }: MigrationRecord): string {
  return `${schema} ${release}`;
}

/** Why the migration of a release has to run, in words; `null` when the data has its schema. */
export function whyMigrate(state: State, target: Release, runbook: Runbook): string | null {
  const wanted = schemaOf(target, runbook);
  const last = appliedOf(state.migrations).at(-1);
  if (last?.schema === wanted) return null;
  const restored = state.migrations.at(-1)?.restored;
  if (restored !== undefined) return `the data was restored from the backup ${restored}`;
  if (last === undefined) return 'no migration is recorded on this host';
  const service = runbook.migration.service ?? '';
  const now = target.services[service];
  if (isNamedByImage(last.schema)) {
    const same = (now?.digest ?? now?.imageId) === last.schema;
    return same ? 'an earlier version of this action recorded the last migration, by its image only' : 'another image';
  }
  const then = state.releases.find(({ id }) => id === last.release)?.services[service];
  const changed = then === undefined || now === undefined ? [] : changesOf(then, now);
  // A release that never committed may have had the same ID.
  return changed.join(', ') || `differs from the migration that ran for release ${last.release}`;
}

function changesOf(was: ReleaseService, now: ReleaseService): string[] {
  const paths = [...new Set([...Object.keys(was.mounts), ...Object.keys(now.mounts)])];
  return [
    ...(sameImage(was, now) ? [] : ['another image']),
    ...(was.definition === now.definition ? [] : ['another definition or environment']),
    ...(sameMounts(was, now) ? [] : paths.filter((path) => was.mounts[path] !== now.mounts[path]).sort()),
  ];
}

/**
 * Mounts of a migration that are not compared, because their content is only on the host: those without uploaded files.
 */
export function unseenMounts({ traits, mounts }: ReleaseService, { directory }: Runbook): string[] {
  return traits.volumes.flatMap((mount) => {
    const [type = '', source = ''] = mount.split(':', 2);
    if (type !== 'volume' && type !== 'bind') return [];
    const seen = Object.keys(mounts).some((path) =>
      `${directory}/${path}/`.startsWith(`${source.replace(/\/+$/, '')}/`),
    );
    return type === 'bind' && seen ? [] : [source];
  });
}

/**
 * The first migration since the target was made that its code cannot live with; `null` when it may run. Counted by the
 * releases' numbers: a schema's name may come again with an older version, and what it broke stays.
 */
export function breakingSince(migrations: readonly MigrationRecord[], target: Release): MigrationRecord | null {
  return (
    appliedOf(migrations).find(({ compatible, release }) => !compatible && number(release) > number(target.id)) ?? null
  );
}

/** Whether the names are of one image with the same files: on another host the definition may differ by a password. */
function isSame(a: string, b: string): boolean {
  return a === b || (!isNamedByImage(a) && a.slice(0, HALF) === b.slice(0, HALF));
}

/**
 * How the schema of a backup stands to that of the current release: the same, or one that this host had before; `newer`
 * is any other. `null` where one of them is not known.
 */
export function compareSchema(
  schema: string | null,
  { current, migrations }: Pick<State, 'current' | 'migrations'>,
  runbook: Runbook,
): 'same' | 'older' | 'newer' | null {
  const now = current === null ? null : schemaOf(current, runbook);
  if (schema === null || current === null || now === null) return null;
  if (isSame(schema, now) || schema === current.schema) return 'same';
  const applied = appliedOf(migrations).at(-1);
  // After a rollback the data has a schema that its release does not lead to.
  if (applied?.schema === schema)
    return number(applied.release) > number(current.back ?? current.id) ? 'same' : 'older';
  const order = migrations.filter(({ swap }) => swap === undefined).map((record) => record.schema);
  const own = order.findLastIndex((one) => isSame(one, schema));
  const present = order.findLastIndex((one) => isSame(one, now));
  if (own !== -1 && (present === -1 || own < present)) return 'older';
  const service = current.services[runbook.migration.service ?? ''];
  return service !== undefined && (service.digest ?? service.imageId) === schema ? 'older' : 'newer';
}

/** The record of a restore. `whole`: all databases of the backup. */
export function restoredRecord(
  backup: { readonly id: string; readonly schema: string | null; readonly migrated: string | null },
  whole: boolean,
  swap: string,
  records: readonly MigrationRecord[],
): MigrationRecord {
  const schema = backup.schema ?? '';
  const ran = records.findLast((record) => record.schema === schema && record.restored === undefined);
  const release = backup.migrated ?? ran?.release ?? '';
  return { schema, release, compatible: true, restored: backup.id, whole, swap };
}

/** The record of an undo. `undoes`: the time of the restore that put aside what comes back; `null`: not all of it. */
export function undoneRecord(
  undoes: string | null,
  swap: string,
  records: readonly MigrationRecord[],
): MigrationRecord {
  const undone = { schema: '', release: '', compatible: true, swap, undoes: undoes ?? '' };
  const last = appliedOf([...records, undone]).at(-1);
  return { ...undone, schema: last?.schema ?? '', release: last?.release ?? '' };
}

function number(id: string): number {
  return Number.parseInt(id, 10);
}
