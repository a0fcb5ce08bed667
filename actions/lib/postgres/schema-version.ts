/** Reads the version of a database's schema from the tables of migration tools. Changes nothing. */
import type { Runbook } from '../config/runbook';
import type { MigrationDatabase } from '../config/sections/migration';
import type { Host } from '../host/host';
import { quote } from '../host/quote';
import { connection } from '../stack/psql';
import { sectionsOf } from '../stack/sections';
import { INVALID_QUERY, type Tool, tablesQuery } from './schema-tables';
import { psqlScript } from './scripts';

/** What one table of a migration tool says. */
export interface SchemaVersion {
  readonly tool: Tool;
  /** `schema.table`; `version-query` for a query. */
  readonly table: string;
  /** `null`: no migration has succeeded. */
  readonly version: string | null;
  /** Number of rows, if each row stands for a migration. */
  readonly count: number | null;
  /** The migration that began and did not succeed; empty: none. */
  readonly broken: string;
}

/** An index that no query uses: it is being built, or its building was broken off. */
interface InvalidIndex {
  /** `schema.index` */
  readonly invalid: string;
  /** Its table. */
  readonly of: string;
}

/** The schema versions of one database. `problem`: why they are not known, in words. */
export interface SchemaState {
  /** `service/database` */
  readonly name: string;
  readonly versions: readonly SchemaVersion[];
  readonly invalid: readonly InvalidIndex[];
  readonly problem: string | null;
}

/** Milliseconds for all databases together. */
const TIMEOUT = 30_000;

/** The databases that the migration of a stack changes. */
function migratedDatabases({ migration, backup }: Runbook): readonly MigrationDatabase[] {
  return migration.databases ?? backup.databases;
}

/** Never fails: if a database cannot be read, its state says so. */
export async function readSchemas(host: Host, runbook: Runbook): Promise<readonly SchemaState[]> {
  const databases = migratedDatabases(runbook);
  if (databases.length === 0) return [];
  const outcome = await host.run(schemaScript(runbook), { timeout: TIMEOUT }).catch((error: Error) => ({
    outcome: 'unknown' as const,
    reason: error.message,
  }));
  const sections = outcome.outcome === 'unknown' ? new Map<string, string[]>() : sectionsOf(outcome.stdout);
  return databases.map(({ service, database }, index) => {
    const name = `${service}/${database}`;
    if (outcome.outcome === 'unknown') return unknown(name, outcome.reason);
    return parseSchema(name, sections.get(`schema-${index}`) ?? []);
  });
}

/** @param lines output of psql: a line of JSON for each table and each such index; any other line is an error */
export function parseSchema(name: string, lines: readonly string[]): SchemaState {
  const said = lines.filter((line) => line.trim() !== '');
  if (said[0] === 'down') return unknown(name, `no container of ${name.split('/')[0]} runs`);
  const versions: SchemaVersion[] = [];
  const invalid: InvalidIndex[] = [];
  for (const line of said) {
    try {
      const row = JSON.parse(line) as SchemaVersion | InvalidIndex;
      if ('invalid' in row) invalid.push(row);
      else versions.push(row);
    } catch {
      return unknown(name, said.join(' ').slice(0, 300));
    }
  }
  return { name, versions, invalid, problem: null };
}

function unknown(name: string, problem: string): SchemaState {
  return { name, versions: [], invalid: [], problem };
}

export function schemaScript(runbook: Runbook): string {
  const { versionQuery } = runbook.migration;
  const sql = versionQuery === null ? tablesQuery() : queried(versionQuery);
  return [
    'PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin',
    `PROJECT=${quote(runbook.stack)} VERSION_SQL=${quote(`${BOUNDS}\n${INVALID_QUERY}\n${sql}`)}`,
    psqlScript(),
    ...migratedDatabases(runbook).map(({ service, user, database }, index) =>
      [
        `printf '\\n#rb-section %s\\n' schema-${index}`,
        `container=$(database_container ${quote(service)})`,
        `if [ -z "$container" ]; then echo down; else`,
        `  printf '%s\\n' "$VERSION_SQL" | sql_told "$container" ${quote(user)} ${quote(connection(database))}`,
        'fi',
      ].join('\n'),
    ),
  ].join('\n');
}

/** These queries must not wait for a migration that holds locks. */
const BOUNDS = `set lock_timeout = '3s';
set statement_timeout = '10s';
set default_transaction_read_only = on;`;

/** The query, wrapped so that it gives one row. A semicolon at its end is removed, or the wrapping would break. */
function queried(query: string): string {
  const text = query.trim().replace(/;+\s*$/, '');
  return `set search_path = "$user", public;
select json_build_object('tool', 'query', 'table', 'version-query', 'version', string_agg(nullif(v, ''), ', '), 'count', null, 'broken', '')
from (select left(trim(both '()' from q::text), 200) as v from (${text}
) as q limit 5) as rows;`;
}
