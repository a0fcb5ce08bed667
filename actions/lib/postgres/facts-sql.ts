/** Queries for facts of a server and its databases. */
import { BEYOND, SERVER_SETTINGS } from './beyond';
import { PROPERTIES } from './properties';

/**
 * Roles that own something in a database or have rights there, for a row `d` of `pg_database`. Names of roles must be
 * read in the database that wrote them: another database may have another encoding.
 */
const ROLES_OF = `(select coalesce(json_agg(distinct r.rolname), '[]') from pg_shdepend s join pg_roles r on r.oid = s.refobjid
      where s.refclassid = 'pg_authid'::regclass and r.rolname !~ '^pg_' and s.dbid = d.oid)`;

/** One JSON object: version, databases with sizes and properties, roles, tablespaces, available extensions. */
export const FACTS = `select json_build_object(
  'version', current_setting('server_version_num')::int,
  'databases', (select json_agg(json_build_object('name', d.datname, 'bytes', pg_database_size(d.oid),
    'properties', ${PROPERTIES}, 'roles', ${ROLES_OF}) order by d.datname)
    from pg_database d where d.datname not in ('template0', 'template1')),
  'tablespaces', (select json_agg(spcname) from pg_tablespace),
  'slots', (select coalesce(json_agg(json_build_object('database', database, 'name', slot_name, 'plugin', plugin)), '[]')
    from pg_replication_slots where database is not null and not temporary),
  'subscriptions', (select coalesce(json_agg(json_build_object('database', d.datname, 'name', s.subname, 'slot', s.subslotname)), '[]')
    from pg_subscription s join pg_database d on d.oid = s.subdbid),
  'roles', (select json_agg(rolname) from pg_roles),
  'unused', (select not exists (select from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where c.relkind in ('r', 'p', 'm') and n.nspname <> 'information_schema' and n.nspname !~ '^pg_')),
  ${SERVER_SETTINGS},
  'super', (select rolsuper from pg_roles where rolname = current_user),
  'extensions', (select coalesce(json_agg(json_build_object('name', name, 'version', default_version)), '[]') from pg_available_extensions));`;

/**
 * One JSON list for each table: schema, name, rows. Of an extension's own table, an archive holds only the rows that
 * the extension asked for: `null` stands for none.
 */
export const COUNTS = `with counted as (
  select n.nspname, c.relname,
    exists (select from pg_depend d where d.classid = 'pg_class'::regclass and d.objid = c.oid
      and d.refclassid = 'pg_extension'::regclass and d.deptype = 'e') as owned,
    (select x.condition from pg_extension e, unnest(e.extconfig, e.extcondition) as x (oid, condition)
      where x.oid = c.oid) as condition
  from pg_class c join pg_namespace n on n.oid = c.relnamespace
  where c.relkind = 'r' and n.nspname <> 'information_schema' and n.nspname !~ '^pg_')
select case when owned and condition is null then format('select json_build_array(%L, %L, null)', nspname, relname)
  else format('select json_build_array(%L, %L, count(*)) from only %I.%I %s', nspname, relname, nspname, relname, condition) end
from counted order by nspname, relname
\\gexec
`;

/** Rows of one table. */
export interface TableCount {
  readonly schema: string;
  readonly table: string;
  /** `null`: an extension's own table, of which an archive holds no rows. */
  readonly rows: number | null;
}

/** One JSON object about the connected database, for the manifest of a backup. */
export const DUMP_FACTS = `select json_build_object(
  'version', current_setting('server_version_num')::int,
  'server', current_setting('server_version'),
  'bytes', pg_database_size(current_database()),
  'extensions', (select coalesce(json_agg(extname order by extname), '[]') from pg_extension),
  'beyond', ${BEYOND},
  'tablespaces', (select coalesce(json_agg(distinct t.spcname), '[]') from pg_tablespace t
    join pg_class c on c.reltablespace = t.oid where t.spcname <> 'pg_global'));
`;
