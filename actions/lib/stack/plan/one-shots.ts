/**
 * Decides which services that run to their end have to run: the migration by its record, others if they changed. Pure.
 */
import { type Runbook, settingsOf } from '../../config/runbook';
import type { ComposeModel } from '../compose-model';
import { sameContainers } from '../identity';
import { appliedOf, newerThan, schemaOf, unseenMounts, whyMigrate } from '../migrations';
import type { Release, ReleaseService, State } from '../model';
import { emptied, emptiedDatabase } from './filled';
import { isOneShot } from './strategy';

export interface OneShotOptions {
  readonly runbook: Runbook;
  /** False for a rollback: the schema stays as it is, and no migration runs backwards unasked. */
  readonly migrate: boolean;
  /** Whether the migration runs even if nothing about it changed. */
  readonly asked?: boolean;
}

/** The reason for a migration that runs although nothing about it changed. */
export const ASKED = 'asked for';

/** Why a one-shot service has to run, in words; `null`: it does not have to. */
export function whyRun(
  name: string,
  wanted: ReleaseService,
  state: State,
  target: Release,
  { runbook, migrate, asked }: OneShotOptions,
): string | null {
  if (runbook.migration.service === name) {
    const empty = migrate ? emptiedDatabase(state, target, name) : null;
    if (empty !== null) return `migration: ${empty} was made anew, empty`;
    const why = migrate ? (whyMigrate(state, target, runbook) ?? (asked === true ? ASKED : null)) : null;
    return why === null ? null : `migration: ${why}`;
  }
  const was = state.current?.services[name];
  const gone = emptied(wanted, state, target, runbook);
  if (was !== undefined && gone.length > 0) return `fills ${gone.join(', ')}, which is made anew`;
  if (was !== undefined && sameContainers(was, wanted)) return null;
  if (!migrate && settingsOf(runbook, name).runOnRollback !== true) return null;
  return was === undefined ? 'new' : 'changed';
}

/** Sentences on one-shots that do not run although people may expect it, and on the schema. */
export function oneShotNotes(
  state: State,
  target: Release,
  changed: ReadonlySet<string>,
  { runbook, migrate }: OneShotOptions,
): string[] {
  if (target.id === state.current?.id) return [];
  const { service: migration } = runbook.migration;
  const notes: string[] = [];
  for (const [name, service] of Object.entries(target.services)) {
    if (changed.has(name) || !isOneShot(name, target, runbook)) continue;
    const was = state.current?.services[name];
    if (name === migration) {
      const newer = migrate ? newerThan(state, target, runbook) : null;
      const unseen = migrate ? unseenMounts(service, runbook) : [];
      if (newer !== null) notes.push(newerNote(name, newer.release));
      else if (unseen.length > 0) notes.push(unseenNote(name, unseen));
    } else if (!migrate && !(was !== undefined && sameContainers(was, service))) {
      notes.push(
        `${name} is not run: a rollback does not run one-shots unasked. Set \`run-on-rollback: true\` for this service in runbook.yml to run it.`,
      );
    }
  }
  return migrate ? [...notes, ...olderNotes(state, target, runbook)] : notes;
}

function newerNote(name: string, release: string): string {
  return `${name} is not run: it is unchanged, and the data has the schema of a later migration, that of release ${release}. If the older migration can run on that schema, the action migrate runs it.`;
}

function unseenNote(name: string, unseen: readonly string[]): string {
  return `${name} is not run: its image, definition and uploaded files are those of its last run. The content of ${unseen.join(', ')} is only on the host and was not compared; to run it again, change one of the three.`;
}

/** Notes on an older version that is deployed again, and gets the schema of a newer one. */
function olderNotes(state: State, target: Release, runbook: Runbook): string[] {
  const applied = appliedOf(state.migrations);
  const schema = schemaOf(target, runbook);
  const own = applied.findIndex((record) => record.schema === schema);
  const breaking = own === -1 ? undefined : applied.slice(own + 1).find(({ compatible }) => !compatible);
  if (breaking === undefined) return [];
  return [
    `The migration of this version ran before that of release ${breaking.release}, which was declared breaking: the schema stays as that release left it, and this version may fail with it.`,
  ];
}

/** Names of tools, in a service's name, image or command. */
const TOOLS =
  /migrat|alembic|flyway|liquibase|sqitch|dbmate|database update|\bdb:(schema|setup|prepare)|\b(goose|sqlx|knex|prisma|drizzle|ecto)\b/i;

/** Sentences on one-shots that look like a migration, but are not named as the migration in `runbook.yml`. */
export function unnamedMigrations({ services }: ComposeModel, release: Release, runbook: Runbook): string[] {
  const { service: migration } = runbook.migration;
  return Object.entries(services).flatMap(([name, { image, entrypoint, command }]) => {
    if (name === migration || !isOneShot(name, release, runbook)) return [];
    const repository = String(image ?? '').split('@')[0] ?? '';
    const text = [name, repository, entrypoint, command].flat().join(' ');
    if (!TOOLS.test(text)) return [];
    const known = migration !== null && release.services[migration] !== undefined;
    return [
      `${name} looks like a migration, but migration.service in runbook.yml is ${known ? `${migration}, another service` : (migration ?? 'null')}. Only the service that it names waits for backups, is recorded, and keeps a rollback from a release that cannot use the schema.`,
    ];
  });
}
