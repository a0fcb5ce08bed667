/** What speaks against a migration that ended with exit status 0, besides the tables of its tool. Pure. */
import type { SchemaState } from '../postgres/schema-version';
import type { MigrationTold } from '../stack/apply/migration-told';

type Told = Pick<MigrationTold, 'suspects' | 'unseen'>;

/** Sentences that are warnings. */
export function doubtsOf(service: string, { suspects }: Told, after: readonly SchemaState[]): string[] {
  const quoted = suspects.map((line) => JSON.stringify(line.trim())).join(', ');
  return [
    ...(suspects.length === 0
      ? []
      : [
          `${service} ended with exit status 0, and yet its log has errors: ${quoted}. Its tool may go on behind a statement that failed, as psql does without \`-v ON_ERROR_STOP=1\`: see the log.`,
        ]),
    ...after.flatMap(({ name, problem }) =>
      problem === null ? [] : [`Whether ${service} changed ${name} is not known: ${problem}.`],
    ),
  ];
}

/** Sentences on what nobody saw, which may be as it should be. */
export function unseenOf(service: string, { unseen }: Told, after: readonly SchemaState[]): string[] {
  return [
    ...(hasNoTable(after)
      ? [
          `Whether ${service} changed anything is not known: it ended with exit status 0, and behind it ${namesOf(after)} has no table of a migration tool that is known here. If its tool is one of those, it found no migrations, or it migrated another database or schema; if it is another tool, migration.version-query in runbook.yml can tell the version.`,
        ]
      : []),
    ...(unseen === 0 || after.length === 0
      ? []
      : [
          `Which sessions block ${service} was not watched: in ${unseen} s none of its own was found in ${namesOf(after)}. It reaches the database through a pooler (such as PgBouncer) or from another address, it was connected only for moments, or it migrates another database.`,
        ]),
  ];
}

function hasNoTable(after: readonly SchemaState[]): boolean {
  return after.length > 0 && after.every(({ problem, versions }) => problem === null && versions.length === 0);
}

function namesOf(after: readonly SchemaState[]): string {
  return after.map(({ name }) => name).join(' and ');
}
