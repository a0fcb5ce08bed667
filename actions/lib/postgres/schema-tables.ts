/** The tables in which migration tools record what they have applied, and a query that reads those that exist. */

/** The tools whose ways out of a broken migration differ. */
export type Tool =
  | 'golang-migrate'
  | 'flyway'
  | 'alembic'
  | 'prisma'
  | 'liquibase'
  | 'knex'
  | 'atlas'
  | 'rows'
  | 'query';

interface History {
  /** `rows`: a tool whose table has a row for each migration, and no way out of its own. */
  readonly tool: Exclude<Tool, 'query'>;
  readonly table: string;
  /** Columns by which the table is recognised: applications have tables of such names, too. */
  readonly columns: readonly string[];
  /** SQL expressions; `%1$s` is the table, `%2$s` the table of `lock`. */
  readonly version: string;
  /** Number of migrations; left out if rows do not stand for migrations. */
  readonly count?: string;
  /** The migration that began and did not succeed. */
  readonly broken?: string;
  /** A table that says whether a migration runs, or was broken off; `broken` counts only where it exists. */
  readonly lock?: string;
}

const ALL = '(select count(*)::int from %1$s)';
const last = (column: string, order: string, where = ''): string =>
  `(select ${column}::text from %1$s ${where} order by ${order} desc limit 1)`;

/** The highest of versions that may be text: as numbers where they are, because as text 9 comes after 10. */
const HIGHEST = `(select version::text from %1$s order by case when version::text ~ '^[0-9]{1,40}$' then version::text::numeric end desc nulls last, version::text desc limit 1)`;

/**
 * Of two with one table the first whose columns are there. Sources: the documentation and the sources of the tools.
 * `schema_migrations` without `dirty` is of Rails, dbmate and Ecto.
 */
const HISTORIES: readonly History[] = [
  {
    tool: 'golang-migrate',
    table: 'schema_migrations',
    columns: ['version', 'dirty'],
    version: '(select max(version)::text from %1$s)',
    broken: "(select max('dirty at version ' || version) from %1$s where dirty)",
  },
  {
    tool: 'rows',
    table: 'schema_migrations',
    columns: ['version'],
    version: HIGHEST,
    count: ALL,
  },
  {
    tool: 'flyway',
    table: 'flyway_schema_history',
    columns: ['version', 'description', 'success', 'installed_rank'],
    version: last('coalesce(version, description)', 'installed_rank', 'where success'),
    count: '(select count(*)::int from %1$s where success)',
    broken: "(select string_agg('failed: ' || script, ', ' order by installed_rank) from %1$s where not success)",
  },
  {
    tool: 'alembic',
    table: 'alembic_version',
    columns: ['version_num'],
    version: "(select string_agg(version_num, ', ' order by version_num) from %1$s)",
  },
  {
    tool: 'prisma',
    table: '_prisma_migrations',
    columns: ['migration_name', 'started_at', 'finished_at', 'rolled_back_at'],
    version: last('migration_name', 'started_at', 'where finished_at is not null and rolled_back_at is null'),
    count: '(select count(*)::int from %1$s where finished_at is not null and rolled_back_at is null)',
    broken:
      "(select string_agg('begun and not finished: ' || migration_name, ', ' order by started_at) from %1$s where finished_at is null and rolled_back_at is null)",
  },
  {
    tool: 'liquibase',
    table: 'databasechangelog',
    columns: ['id', 'orderexecuted'],
    version: last('id', 'orderexecuted'),
    count: ALL,
    broken:
      "(select max('locked since ' || to_char(lockgranted, 'YYYY-MM-DD HH24:MI:SS') || coalesce(' by ' || lockedby, '')) from %2$s where locked)",
    lock: 'databasechangeloglock',
  },
  {
    tool: 'knex',
    table: 'knex_migrations',
    columns: ['id', 'name', 'migration_time'],
    version: last('name', 'id'),
    count: ALL,
    broken: "(select max('locked by knex_migrations_lock') from %2$s where is_locked = 1)",
    lock: 'knex_migrations_lock',
  },
  // Django
  {
    tool: 'rows',
    table: 'django_migrations',
    columns: ['id', 'app', 'name'],
    version: last("(app || '.' || name)", 'id'),
    count: ALL,
  },
  // Laravel
  {
    tool: 'rows',
    table: 'migrations',
    columns: ['id', 'migration', 'batch'],
    version: last('migration', 'id'),
    count: ALL,
  },
  // TypeORM
  { tool: 'rows', table: 'migrations', columns: ['id', 'timestamp', 'name'], version: last('name', 'id'), count: ALL },
  // Sequelize
  {
    tool: 'rows',
    table: 'SequelizeMeta',
    columns: ['name'],
    version: '(select max(name) from %1$s)',
    count: ALL,
  },
  // Entity Framework Core
  {
    tool: 'rows',
    table: '__EFMigrationsHistory',
    columns: ['MigrationId'],
    version: '(select max("MigrationId") from %1$s)',
    count: ALL,
  },
  // goose
  {
    tool: 'rows',
    table: 'goose_db_version',
    columns: ['id', 'version_id', 'is_applied'],
    version: last('version_id', 'id', 'where is_applied'),
  },
  // sqlx
  {
    tool: 'rows',
    table: '_sqlx_migrations',
    columns: ['version', 'description', 'success'],
    version: '(select max(version)::text from %1$s where success)',
    count: '(select count(*)::int from %1$s where success)',
    broken: "(select max('partially applied: ' || version || ' ' || description) from %1$s where not success)",
  },
  // Drizzle
  {
    tool: 'rows',
    table: '__drizzle_migrations',
    columns: ['hash', 'created_at'],
    version: '(select max(created_at)::text from %1$s)',
    count: ALL,
  },
  // Its own rows begin with a dot. Type 4: somebody has settled it by `atlas migrate set`.
  {
    tool: 'atlas',
    table: 'atlas_schema_revisions',
    columns: ['version', 'applied', 'total', 'type', 'executed_at'],
    version: "(select max(version)::text from %1$s where version !~ '^[.]' and (applied >= total or type & 4 <> 0))",
    count: "(select count(*)::int from %1$s where version !~ '^[.]' and (applied >= total or type & 4 <> 0))",
    broken:
      "(select string_agg('partially applied: ' || version || ' (' || applied || ' of ' || total || ' statements)', ', ' order by version) from %1$s where version !~ '^[.]' and applied < total and type & 4 = 0)",
  },
  // Sqitch
  {
    tool: 'rows',
    table: 'changes',
    columns: ['change_id', 'change', 'project', 'committed_at'],
    version: last("(project || ':' || change)", 'committed_at'),
    count: ALL,
  },
  // node-pg-migrate
  { tool: 'rows', table: 'pgmigrations', columns: ['id', 'name', 'run_on'], version: last('name', 'id'), count: ALL },
  // Diesel
  {
    tool: 'rows',
    table: '__diesel_schema_migrations',
    columns: ['version', 'run_on'],
    version: HIGHEST,
    count: ALL,
  },
  // Kysely
  {
    tool: 'rows',
    table: 'kysely_migration',
    columns: ['name', 'timestamp'],
    version: last('name', 'name'),
    count: ALL,
  },
  // MikroORM
  {
    tool: 'rows',
    table: 'mikro_orm_migrations',
    columns: ['id', 'name', 'executed_at'],
    version: last('name', 'id'),
    count: ALL,
  },
  // SeaORM
  { tool: 'rows', table: 'seaql_migrations', columns: ['version', 'applied_at'], version: HIGHEST, count: ALL },
  // Doctrine
  {
    tool: 'rows',
    table: 'doctrine_migration_versions',
    columns: ['version', 'executed_at'],
    version: '(select max(version) from %1$s)',
    count: ALL,
  },
];

/**
 * A query whose rows are statements, one for each table that exists; psql's \\gexec runs them. Tables of the same name
 * in other schemas belong to other applications, and are read, too.
 */
export function tablesQuery(): string {
  const known = HISTORIES.map(
    ({ tool, table, columns, version, count = 'null::int', broken = 'null', lock }, place) => {
      const query = (text: string): string => literal(`select ${version}, ${count}, ${text}::text`);
      const asks = [query(lock === undefined ? broken : 'null'), query(broken)];
      const needs = `array[${columns.map(literal).join(', ')}]`;
      const words = [place, literal(tool), literal(table), needs, lock === undefined ? 'null' : literal(lock), ...asks];
      return `(${words.join(', ')})`;
    },
  );
  const names = HISTORIES.flatMap(({ table, lock }) => (lock === undefined ? [table] : [table, lock]));
  return `with known(place, tool, name, needs, lock, alone, locking) as (values
${known.join(',\n')}
), tables as (
  select n.nspname as s, c.relname as t, array_agg(a.attname::text) as columns
  from pg_class c join pg_namespace n on n.oid = c.relnamespace
    join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
  where c.relkind in ('r', 'p') and n.nspname !~ '^pg_' and c.relname in (${[...new Set(names)].map(literal).join(', ')})
  group by 1, 2
), found as (
  select distinct on (tables.s, tables.t) tool, tables.s, tables.t, lock,
    case when locks.t is null then alone else locking end as query
  from tables join known on known.name = tables.t and tables.columns @> known.needs
    left join tables as locks on locks.s = tables.s and locks.t = known.lock
  order by tables.s, tables.t, place
)
select format('select json_build_object(''tool'', %L, ''table'', %L, ''version'', v, ''count'', n, ''broken'', coalesce(b, '''')) from (%s) as q(v, n, b)',
  tool, s || '.' || t, format(query, format('%I.%I', s, t), format('%I.%I', s, coalesce(lock, t))))
from found order by s, t
\\gexec`;
}

/**
 * A query for indexes that no query uses: what is left of `create index concurrently` when it is broken off. The index
 * of a partitioned table is valid only once all partitions have it, and has no building of its own.
 */
export const INVALID_QUERY = `select json_build_object('invalid', format('%I.%I', n.nspname, c.relname), 'of', t.relname)
from pg_index i join pg_class c on c.oid = i.indexrelid join pg_class t on t.oid = i.indrelid
  join pg_namespace n on n.oid = c.relnamespace
where not i.indisvalid and c.relkind = 'i' and n.nspname !~ '^pg_' order by n.nspname, c.relname limit 10;`;

function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
