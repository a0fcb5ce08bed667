/** The schema around a migration: its version before and after, what the migration left, and the way out. */
import type { Runbook } from '../config/runbook';
import { UserError } from '../errors';
import { readSchemas, type SchemaState, type SchemaVersion } from '../postgres/schema-version';
import type { Applied } from '../stack/apply/apply';
import { sayBrokenOff } from '../stack/broken-off';
import type { Plan, Release, State } from '../stack/model';
import { ASKED } from '../stack/plan/one-shots';
import { isUnknownEnd } from '../steps/endings';
import type { Block, Line } from './blocks';
import { whyUnchanged } from './covered';
import type { Run } from './define';
import { doubtsOf, unseenOf } from './doubts';

type Looking = Pick<Run<never>, 'session' | 'recorder' | 'notes'>;

/** What a plan will do with the schema, and the schema's present state. */
interface SchemaBefore {
  /** The migration is one of the plan's changes. */
  readonly migrates: boolean;
  readonly schemas: readonly SchemaState[];
}

/** Looks at the schema if the plan migrates or a migration was broken off. Changes nothing; findings become notes. */
export async function schemaBefore(
  { session, recorder, notes }: Looking,
  plan: Plan,
  state: State,
  runbook: Runbook,
): Promise<SchemaBefore> {
  const migrates = plan.changes.some(({ service }) => service === runbook.migration.service);
  const brokenOff = state.brokenOff ?? null;
  // On an empty host there is no database yet, unless a first deploy broke off there.
  if (brokenOff === null && (!migrates || state.current === null)) return { migrates, schemas: [] };
  const schemas = await readSchemas(session.host, runbook);
  const known = schemas.length > 0 ? schemas.flatMap(saySchema) : [NO_DATABASE];
  const said = migrates ? known : [];
  for (const text of said) recorder.info(text);
  const broken = [
    ...(brokenOff === null ? [] : [sayBrokenOff(brokenOff)]),
    ...schemas.flatMap(sayBroken),
    ...schemas.flatMap(sayInvalid),
  ];
  for (const text of broken) recorder.warning(text);
  notes.push(...said, ...broken);
  return { migrates, schemas };
}

interface Outcome {
  readonly applied: Applied;
  readonly plan: Plan;
  readonly target: Release;
  readonly runbook: Runbook;
  /** Backup from just before the migration; `null`: this run knows of none. */
  readonly backup: string | null;
}

/** How the migration ended: for the report, and for the error if the migration failed. */
export async function schemaAfter(
  { session, recorder, notes }: Looking,
  { migrates, schemas: before }: SchemaBefore,
  { applied, plan, target, runbook, backup }: Outcome,
): Promise<{ readonly error: UserError | null; readonly blocks: readonly Block[] }> {
  const { error, migrated, migration: told } = applied;
  if (!migrates) return { error, blocks: [] };
  const service = runbook.migration.service ?? '';
  const failed = error !== null && !migrated && told.operation === `one-shot ${service}`;
  if (!migrated && !failed) return { error, blocks: [] };
  if (failed && isUnknownEnd(error)) {
    notes.push(
      `That does not break off ${service}: it continues on the host to its end, and the next run waits for it.`,
    );
    return { error, blocks: [] };
  }
  const after = session.host.connected ? await readSchemas(session.host, runbook) : [];
  const blocks = schemaBlocks(before, after);
  if (failed) return { error: withState(error, applied, after, backup), blocks };
  const wrong = [
    ...after
      .flatMap(sayBroken)
      .map((text) => `${service} ended with exit status 0, and yet something is wrong. ${text}`),
    ...after.flatMap((state) => sayInvalid(withoutFormer(state, before))),
    ...doubtsOf(service, told, after),
  ];
  for (const text of wrong) recorder.warning(text);
  notes.push(...wrong);
  notes.push(...unseenOf(service, told, after));
  if (told.waited !== null) notes.push(`Seen while it ran: ${service} ${told.waited}.`);
  const unchanged = whatStayed(before, after);
  const reason = plan.changes.find((change) => change.service === service)?.reasons.join(', ') ?? '';
  if (unchanged !== null && !reason.includes(ASKED)) {
    const wanted = target.services[service];
    const why = wanted === undefined ? null : await whyUnchanged(session.host, runbook.stack, service, wanted);
    const text = `${service} changed nothing: ${unchanged}, although it ran for a reason (${reason}). ${why ?? NO_CAUSE}`;
    recorder.warning(text);
    notes.push(text);
  }
  return { error, blocks };
}

const NO_DATABASE =
  'Nothing was asked about the schema, neither its version nor which sessions block the migration: runbook.yml names no PostgreSQL database (migration.databases, or backup.databases).';

const NO_CAUSE =
  'Either this version brings no new migration, or the migration files are not where the tool looks, or the tool migrates another database.';

/** `null` where something changed, or where that is not known. */
export function whatStayed(before: readonly SchemaState[], after: readonly SchemaState[]): string | null {
  const known = after.length > 0 && [...before, ...after].every(({ problem }) => problem === null);
  if (!known || after.every(({ versions }) => versions.length === 0)) return null;
  if (JSON.stringify(before) !== JSON.stringify(after)) return null;
  return after.flatMap(({ name, versions }) => versions.map((one) => `${name} stays at ${sayVersion(one)}`)).join('; ');
}

function sayVersion({ table, version, count }: SchemaVersion): string {
  const rows = count === null ? '' : ` (${count} ${count === 1 ? 'migration' : 'migrations'})`;
  return `${version ?? 'no version'}${rows} by ${table}`;
}

/** How the schema of a database stands, in sentences. */
export function saySchema({ name, versions, problem }: SchemaState): string[] {
  if (problem !== null) return [`The version of the schema of ${name} is not known: ${problem}.`];
  if (versions.length === 0)
    return [
      `The version of the schema of ${name} is not known: the database has no table of a migration tool that is known here (golang-migrate, Flyway, Liquibase, Alembic, Django, Prisma, Rails, Laravel and others); migration.version-query in runbook.yml can tell it.`,
    ];
  return versions.map((one) => `The schema of ${name} is at ${sayVersion(one)}.`);
}

/** Sentences on migrations that a tool's own record marks as dirty or failed, with the way out. */
export function sayBroken({ name, versions }: SchemaState): string[] {
  return versions
    .filter(({ broken }) => broken !== '')
    .map((one) => `${name}: ${one.table} says ${one.broken}. ${WAYS_OUT[one.tool]}`);
}

/** Sentences on indexes that no query uses, with the way out. */
function sayInvalid({ name, invalid }: Pick<SchemaState, 'name' | 'invalid'>): string[] {
  return invalid.map(
    (one) =>
      `${name}: the index ${one.invalid} of ${one.of} is not valid, so that no query uses it: its building was broken off, or is still under way. If nothing builds it, run \`reindex index concurrently ${one.invalid}\`, or drop it and let the migration make it again; with \`if not exists\` a migration takes it for made.`,
  );
}

/** The state without those indexes that were not valid before, either. */
function withoutFormer(
  { name, invalid }: SchemaState,
  before: readonly SchemaState[],
): Pick<SchemaState, 'name' | 'invalid'> {
  const former = before.find((state) => state.name === name)?.invalid.map((one) => one.invalid) ?? [];
  return { name, invalid: invalid.filter((one) => !former.includes(one.invalid)) };
}

const WAYS_OUT: Readonly<Record<SchemaVersion['tool'], string>> = {
  'golang-migrate':
    'golang-migrate runs nothing more until that is settled: see which part of that version was applied, complete or undo it, then run `migrate force VERSION` (that version if you completed it, the version before if you undid it), or restore the backup from before.',
  flyway:
    'Flyway runs nothing more until that is settled: undo the applied part and run `flyway repair`, or restore the backup from before.',
  prisma:
    'Prisma runs nothing more until that is settled: run `prisma migrate resolve --rolled-back NAME` if you undid it, `--applied NAME` if you completed it, or restore the backup from before.',
  liquibase:
    'Liquibase waits for that lock, and then fails: if no migration runs, see which change sets were applied and run `liquibase release-locks`, or restore the backup from before.',
  knex: 'Knex runs nothing more while that lock is there: if no migration runs, see which were applied and run `knex migrate:unlock`, or restore the backup from before.',
  atlas:
    'Atlas goes on behind the last statement that it applied, once the rest of that file is right; if you completed or undid it by hand, run `atlas migrate set VERSION`, or restore the backup from before.',
  alembic: 'See `alembic current` and `alembic history`, or restore the backup from before.',
  rows: 'See which of its migrations were applied, or restore the backup from before.',
  query: 'See which migrations were applied, or restore the backup from before.',
};

/** The failure of a migration, with the session that blocked it and the state that it left. */
function withState(
  error: UserError,
  { migration: told }: Applied,
  after: readonly SchemaState[],
  backup: string | null,
): UserError {
  const { details } = error;
  const broken = after.flatMap(sayBroken);
  const status = told.code !== null && /^\d+$/.test(told.code) ? ` (exit status ${told.code})` : '';
  const why = [
    ...(details.why === undefined ? [] : [`${details.why}${status}`]),
    ...(told.waited === null ? [] : [`it ${told.waited}`]),
    ...(mayBeLocked(told.code, details.log) ? told.holders : []).map(
      (holder) => `${holder} holds an advisory lock, with which migration tools keep each other out`,
    ),
    ...(told.sessionsEnded > 0 ? [`${told.sessionsEnded} sessions that it had left in the database were ended`] : []),
    ...(broken.length > 0 ? broken : [stateOf(after)]),
    ...after.flatMap(sayInvalid),
  ];
  const remedy =
    backup === null ? details.remedy : `${details.remedy}; or restore the backup ${backup}, which is from just before`;
  return new UserError(error.code, { ...details, remedy, why: why.map((text) => text.replace(/\.$/, '')).join('; ') });
}

/** Applications use advisory locks too: a lock is named only where a migration tool may have polled for it. */
function mayBeLocked(code: string | null, log: readonly string[] = []): boolean {
  return code === 'timeout' || log.some((line) => /\block/i.test(line));
}

function stateOf(after: readonly SchemaState[]): string {
  const said = after.flatMap(({ name, versions }) => versions.map((one) => `${name} is at ${sayVersion(one)}`));
  return said.length > 0
    ? `nothing is marked dirty or failed: ${said.join(', ')}`
    : 'the state of the schema is not known';
}

/** The versions before and after, side by side. */
export function schemaBlocks(before: readonly SchemaState[], after: readonly SchemaState[]): Block[] {
  const rows = after.flatMap((now) => {
    const then = before.find(({ name }) => name === now.name);
    const tables = [...new Set([...(then?.versions ?? []), ...now.versions].map(({ table }) => table))];
    if (tables.length === 0)
      return [[now.name, '', then?.problem ?? 'not known', now.problem ?? 'not known'] as Line[]];
    return tables.map((table): Line[] => [now.name, { code: table }, cellOf(then, table), cellOf(now, table)]);
  });
  if (rows.length === 0) return [];
  return [
    { kind: 'heading', text: 'Schema' },
    { kind: 'table', head: ['database', 'told by', 'before', 'after'], rows },
  ];
}

function cellOf(state: SchemaState | undefined, table: string): Line {
  const version = state?.versions.find((one) => one.table === table);
  if (version === undefined) return state?.problem === null ? 'no such table' : 'not known';
  const { version: at, count, broken } = version;
  const rows = count === null ? '' : ` (${count})`;
  return [{ code: at ?? 'none' }, rows, ...(broken === '' ? [] : [', ', { strong: broken }])];
}
