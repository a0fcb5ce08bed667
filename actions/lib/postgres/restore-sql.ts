/** Statements of a restore. Every name and value in them is quoted here; psql's `\gexec` runs what a query makes. */
import { besideName, ident, literal } from './names';

/** Names of a database that is being exchanged. */
export interface Exchange {
  /** The name that the stack knows. */
  readonly live: string;
  /** What becomes live. */
  readonly incoming: string;
  /** What the live one is called afterwards; `null` where there is none yet. */
  readonly outgoing: string | null;
  /** What `incoming` is called after a reversal: it was live, and nothing that clears up may take it for a new one. */
  readonly reversed: string;
}

/** Comment of a database that was never live, until the swap gives it its own. */
const NEVER_LIVE = 'restore in progress';

/** One JSON object: version, folder, databases with sizes, roles, extensions that can be had. */
export const FACTS = `select json_build_object(
  'version', current_setting('server_version_num')::int,
  'databases', (select json_agg(json_build_object('name', datname, 'bytes', pg_database_size(oid)) order by datname)
    from pg_database where not datistemplate),
  'roles', (select json_agg(rolname) from pg_roles),
  'extensions', (select json_agg(name) from pg_available_extensions));`;

/** One JSON list for each table: schema, name, rows. */
export const COUNTS = `select format('select json_build_array(%L, %L, count(*)) from only %I.%I', n.nspname, c.relname, n.nspname, c.relname)
from pg_class c join pg_namespace n on n.oid = c.relnamespace
where c.relkind = 'r' and n.nspname <> 'information_schema' and n.nspname !~ '^pg_' order by n.nspname, c.relname
\\gexec
`;

/** One JSON object on the database that one is connected to, for the manifest of a backup. */
export const DUMP_FACTS = `select json_build_object(
  'version', current_setting('server_version_num')::int,
  'server', current_setting('server_version'),
  'bytes', pg_database_size(current_database()),
  'extensions', (select coalesce(json_agg(extname order by extname), '[]') from pg_extension),
  'roles', (select coalesce(json_agg(distinct r.rolname), '[]') from pg_shdepend d join pg_roles r on r.oid = d.refobjid
    where d.refclassid = 'pg_authid'::regclass and r.rolname !~ '^pg_'
      and d.dbid = (select oid from pg_database where datname = current_database())));
`;

/**
 * An empty database with owner, encoding and locale of the live one.
 * @param owner for a server that has no such database yet
 */
export function createSql(name: string, live: string, owner: string): string {
  return `select format('create database %I template template0 owner %I encoding %L lc_collate %L lc_ctype %L',
    ${literal(name)}, r.rolname, pg_encoding_to_char(d.encoding), d.datcollate, d.datctype)
  || case to_jsonb(d) ->> 'datlocprovider'
    when 'i' then format(' locale_provider icu icu_locale %L', coalesce(to_jsonb(d) ->> 'datlocale', to_jsonb(d) ->> 'daticulocale'))
    when 'b' then format(' locale_provider builtin builtin_locale %L', to_jsonb(d) ->> 'datlocale')
    else '' end
from pg_database d join pg_roles r on r.oid = d.datdba where d.datname = ${literal(live)}
union all
select format('create database %I template template0 owner %I', ${literal(name)}, ${literal(owner)})
where not exists (select from pg_database where datname = ${literal(live)})
\\gexec
select format('comment on database %I is %L', ${literal(name)}, ${literal(NEVER_LIVE)})
\\gexec
`;
}

/** What belongs to a database and is in no archive: limits, settings, grants; as the live one has them. */
export function finishSql(name: string, live: string): string {
  const source = `pg_database d where d.datname = ${literal(live)}`;
  // These hold lists of names, which are quoted already.
  const lists = `'search_path', 'local_preload_libraries', 'session_preload_libraries', 'temp_tablespaces'`;
  return `select format('alter database %I connection limit %s', ${literal(name)}, d.datconnlimit) from ${source}
\\gexec
select format(case when s.setrole = 0 then 'alter database %1$I set %3$I to %4$s'
    else 'alter role %2$I in database %1$I set %3$I to %4$s' end,
  ${literal(name)}, r.rolname, split_part(c.setting, '=', 1),
  case when split_part(c.setting, '=', 1) in (${lists}) then substr(c.setting, strpos(c.setting, '=') + 1)
    else quote_literal(substr(c.setting, strpos(c.setting, '=') + 1)) end)
from pg_db_role_setting s join pg_database d on d.oid = s.setdatabase left join pg_roles r on r.oid = s.setrole
cross join unnest(s.setconfig) as c (setting) where d.datname = ${literal(live)}
\\gexec
select format('revoke all on database %I from public', ${literal(name)}) from ${source} and d.datacl is not null
\\gexec
select format('grant %s on database %I to %s%s', a.privilege_type, ${literal(name)},
  case when a.grantee = 0 then 'public' else quote_ident(r.rolname) end,
  case when a.is_grantable then ' with grant option' else '' end)
from pg_database d cross join aclexplode(d.datacl) a left join pg_roles r on r.oid = a.grantee
where d.datname = ${literal(live)} and (a.grantee = 0 or r.rolname is not null)
\\gexec
`;
}

/** Removes a database with whoever is still connected to it; nothing where there is none. */
export function dropSql(name: string): string {
  return dropWhere(`datname = ${literal(name)}`);
}

/** Removes what earlier restores were filling for `live` and what was never live itself, and prints the names. */
export function cleanSql(live: string): string {
  const id = '20260102T030405Z';
  const start = besideName(live, 'restore', id).slice(0, -id.length);
  const rest = `substr(datname, ${[...start].length + 1})`;
  const which = `starts_with(datname::text, ${literal(start)}) and ${rest} ~ '^[0-9]{8}T[0-9]{6}Z$'
    and shobj_description(oid, 'pg_database') = ${literal(NEVER_LIVE)}`;
  return `select datname from pg_database where ${which};\n${dropWhere(which)}`;
}

function dropWhere(which: string): string {
  return `select format('alter database %I allow_connections false', datname) from pg_database where ${which}
\\gexec
select pg_terminate_backend(pid) from pg_stat_activity where datname in (select datname from pg_database where ${which})
\\g /dev/null
select format('drop database %I', datname) from pg_database where ${which}
\\gexec
`;
}

/** All of one server in one transaction. Nobody can connect to what had the live name until {@link reopenSql}. */
export function swapSql(exchanges: readonly Exchange[]): string {
  const former = exchanges.filter(({ outgoing }) => outgoing !== null).map(({ live }) => live);
  return [
    "set lock_timeout = '5s'; set statement_timeout = '30s';",
    ...former.map((live) => `alter database ${ident(live)} allow_connections false;`),
    disconnect(exchanges.flatMap(({ live, incoming }) => [live, incoming])),
    'begin;',
    ...exchanges.flatMap(({ live, incoming, outgoing }) => [
      ...(outgoing === null ? [] : [`alter database ${ident(live)} rename to ${ident(outgoing)};`]),
      `alter database ${ident(incoming)} rename to ${ident(live)};`,
      ...commented(live, outgoing),
    ]),
    'commit;',
    '',
  ].join('\n');
}

/** Undoes as much of {@link swapSql} as was done, in one transaction; may be run again. */
export function reverseSql(exchanges: readonly Exchange[]): string {
  return [
    "set lock_timeout = '5s'; set statement_timeout = '30s';",
    ...exchanges.flatMap((exchange) =>
      generated(`alter database %I allow_connections false`, [exchange.live], swapped(exchange)),
    ),
    disconnect(exchanges.flatMap(({ live, incoming }) => [live, incoming])),
    'begin;',
    ...exchanges.flatMap((exchange) => {
      const { live, reversed, outgoing } = exchange;
      const back = generated('alter database %I rename to %I', [live, reversed], swapped(exchange));
      if (outgoing === null) return back;
      const former = generated(
        'alter database %I rename to %I',
        [outgoing, live],
        `${exists(outgoing)} and not ${exists(live)}`,
      );
      return [...back, ...former];
    }),
    'commit;',
    ...exchanges.flatMap(({ live, incoming, reversed }) =>
      [...new Set([live, incoming, reversed])].flatMap((name) =>
        generated('alter database %I allow_connections true', [name], exists(name)),
      ),
    ),
    '',
  ].join('\n');
}

/** `whole` where all of {@link swapSql} was done. */
export function wholeSql(exchanges: readonly Exchange[]): string {
  const all = exchanges.map(
    ({ live, incoming, outgoing }) =>
      `${exists(live)} and not ${exists(incoming)}${outgoing === null ? '' : ` and ${exists(outgoing)}`}`,
  );
  return `select 'whole' where ${all.join(' and ')};`;
}

/** After the commit: the former databases can be looked at again. */
export function reopenSql(exchanges: readonly Exchange[]): string {
  return exchanges
    .flatMap(({ outgoing }) => (outgoing === null ? [] : [`alter database ${ident(outgoing)} allow_connections true;`]))
    .join('\n');
}

/** The comment of what was live, on what is live now, where that has none of its own yet. */
function commented(live: string, outgoing: string | null): string[] {
  const former =
    outgoing === null
      ? 'null'
      : `(select shobj_description(oid, 'pg_database') from pg_database
    where datname = ${literal(outgoing)})`;
  return [
    `select format('comment on database %I is %L', ${literal(live)}, ${former})
  from pg_database where datname = ${literal(live)} and shobj_description(oid, 'pg_database') = ${literal(NEVER_LIVE)}`,
    '\\gexec',
  ];
}

function swapped({ live, incoming, outgoing }: Exchange): string {
  const moved = `${exists(live)} and not ${exists(incoming)}`;
  return outgoing === null ? moved : `${exists(outgoing)} and ${moved}`;
}

function exists(name: string): string {
  return `exists (select from pg_database where datname = ${literal(name)})`;
}

function generated(statement: string, names: readonly string[], when: string): string[] {
  return [`select format(${literal(statement)}, ${names.map(literal).join(', ')}) where ${when}`, '\\gexec'];
}

function disconnect(names: readonly string[]): string {
  const list = names.map(literal).join(', ');
  return `select pg_terminate_backend(pid) from pg_stat_activity where datname in (${list}) and pid <> pg_backend_pid()\n\\g /dev/null`;
}
