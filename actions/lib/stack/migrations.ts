/**
 * The schema that a release leads to, and the schema that the data has, by the host's record of migrations: one line of
 * JSON for each migration that succeeded. Pure.
 */
import type { Runbook } from '../config/runbook';
import { hashOf, sameImage, sameMounts } from './identity';
import type { MigrationRecord } from './migration-record';
import type { Release, ReleaseService, State } from './model';

/** Hexadecimal digits of each half of a schema's name. */
const HALF = 32;

/**
 * The name of the schema that a migration leads to: `<image and uploaded files>-<definition>`. If one of these changes,
 * it may be a new migration, which has to run again. Between hosts, whose passwords differ, only the first half is
 * compared.
 */
export function schemaName({ image, digest, imageId, mounts, definition }: ReleaseService): string {
  const source = hashOf({ image: digest ?? imageId ?? image, mounts });
  return `${source.slice(0, HALF)}-${hashOf(definition).slice(0, HALF)}`;
}

/** Earlier versions named a schema by the migration's image alone. */
function isNamedByImage(schema: string): boolean {
  return schema.startsWith('sha256:');
}

/** The schema that a release leads to, by its present name; `null` if the release has no migration. */
export function schemaOf(release: Pick<Release, 'services' | 'schema'>, { migration }: Runbook): string | null {
  const service = migration.service === null ? undefined : release.services[migration.service];
  return service === undefined ? release.schema : schemaName(service);
}

/** Ignores a torn last line, which a crash may leave. */
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

/** The migrations that were applied to the present data, oldest first; without those that a restore took back. */
export function appliedOf(records: readonly MigrationRecord[]): readonly MigrationRecord[] {
  let applied: readonly MigrationRecord[] = [];
  /** Applied migrations after each record, by its schema and release; and before each swap. */
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

/** Why the migration of a release has to run, in words; `null` if the data has its schema. */
export function whyMigrate(state: State, target: Release, runbook: Runbook): string | null {
  const wanted = schemaOf(target, runbook);
  const last = appliedOf(state.migrations).at(-1);
  if (last?.schema === wanted || newerThan(state, target, runbook) !== null) return null;
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

/**
 * The last migration of the data, if it came after the one that the current release and the target have: after a
 * rollback, or after a run that failed when its migration had succeeded. The older migration does not know that schema:
 * it would fail, or take it back. `null`: the data has no such schema, or the target brings another migration, or a
 * person declares that the target breaks the schema, and so wants it changed.
 */
export function newerThan(
  { current, migrations }: Pick<State, 'current' | 'migrations'>,
  target: Release,
  runbook: Runbook,
): MigrationRecord | null {
  const service = target.services[runbook.migration.service ?? ''];
  const wanted = schemaOf(target, runbook);
  if (service === undefined || wanted === null || current === null || !target.schemaCompatible) return null;
  if (schemaOf(current, runbook) !== wanted) return null;
  const applied = appliedOf(migrations);
  const names = [wanted, service.digest ?? service.imageId];
  const own = applied.findLastIndex(({ schema }) => names.includes(schema) || isSame(schema, wanted));
  const last = applied.at(-1);
  // A record without a name stands for data of which nobody knows the schema.
  return own === -1 || last === undefined || own === applied.length - 1 || last.schema === '' ? null : last;
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
 * The first migration since the target was made whose schema the target cannot use; `null` if the target may run. By
 * the numbers of releases, because an older version may bring the name of a schema back, and what a migration broke
 * stays.
 */
export function breakingSince(migrations: readonly MigrationRecord[], target: Release): MigrationRecord | null {
  return (
    appliedOf(migrations).find(({ compatible, release }) => !compatible && number(release) > number(target.id)) ?? null
  );
}

/** Whether two names stand for the same image and files; on another host the definition may differ by a password. */
function isSame(a: string, b: string): boolean {
  return a === b || (!isNamedByImage(a) && a.slice(0, HALF) === b.slice(0, HALF));
}

/**
 * Compares the schema of a backup with that of the current release: `same`; `older`: one that this host had before;
 * `newer`: any other. `null`: one of them is not known.
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
  // After a rollback the data may have a schema that the current release does not lead to.
  if (applied?.schema === schema)
    return number(applied.release) > number(current.back ?? current.id) ? 'same' : 'older';
  const order = migrations.filter(({ swap }) => swap === undefined).map((record) => record.schema);
  const own = order.findLastIndex((one) => isSame(one, schema));
  const present = order.findLastIndex((one) => isSame(one, now));
  if (own !== -1 && (present === -1 || own < present)) return 'older';
  const service = current.services[runbook.migration.service ?? ''];
  return service !== undefined && (service.digest ?? service.imageId) === schema ? 'older' : 'newer';
}

/** The record of a restore. `whole`: it restored all databases of the backup. */
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

/** The record of an undo. `undoes`: time of the restore that is undone; `null`: only a part of it is. */
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
