/** The host's record of migrations: one JSON line each, appended when a migration has ended well. */
import type { MigrationRecord, Release } from './model';

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

/**
 * The first migration after the target's own schema that its code cannot live with; `null` when it may run.
 */
export function breakingSince(migrations: readonly MigrationRecord[], target: Release): MigrationRecord | null {
  if (target.schema === null) return null;
  const own = migrations.findLastIndex((migration) => migration.schema === target.schema);
  return migrations.slice(own + 1).find((migration) => !migration.compatible) ?? null;
}
