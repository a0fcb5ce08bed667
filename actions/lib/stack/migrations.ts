/**
 * Which schema a release leads to, and which one the data has: the host's record of migrations, one JSON line each,
 * appended when a migration has ended well. Pure.
 */
import type { Runbook } from '../config/runbook';
import { hashOf, sameImage, sameMounts } from './identity';
import type { MigrationRecord, Release, ReleaseService, State } from './model';

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
export function isNamedByImage(schema: string): boolean {
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
      const { schema, release, compatible } = JSON.parse(line) as MigrationRecord;
      return [{ schema, release, compatible }];
    } catch {
      return [];
    }
  });
}

/** Why the migration of a release has to run, in words; `null` when the data has its schema. */
export function whyMigrate(state: State, target: Release, runbook: Runbook): string | null {
  const wanted = schemaOf(target, runbook);
  const last = state.migrations.at(-1);
  if (last?.schema === wanted) return null;
  if (last === undefined) return 'none is recorded on this host';
  const service = runbook.migration.service ?? '';
  const now = target.services[service];
  if (isNamedByImage(last.schema)) {
    const same = (now?.digest ?? now?.imageId) === last.schema;
    return same ? 'the last one is recorded by its image alone, by an earlier version of this action' : 'another image';
  }
  const then = state.releases.find(({ id }) => id === last.release)?.services[service];
  const changed = then === undefined || now === undefined ? [] : changesOf(then, now);
  // A release that never committed may have had the same ID.
  return changed.join(', ') || `other than what ran for release ${last.release}`;
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
 * What a migration reads that nobody compares, because it is on the host alone: mounts that no uploaded file lies in.
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
  return migrations.find(({ compatible, release }) => !compatible && number(release) > number(target.id)) ?? null;
}

function number(id: string): number {
  return Number.parseInt(id, 10);
}
