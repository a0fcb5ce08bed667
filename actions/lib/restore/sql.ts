/**
 * Statements of a restore. Every name and value in them is quoted here. psql's `\gexec` runs rows of a query as
 * statements.
 */
import { type Beyond, lacksSql } from '../postgres/beyond';
import { besideName, ident, literal } from '../postgres/names';
import { createStatement, type DatabaseProperties, propertyStatements } from '../postgres/properties';

/** Names of a database that is being exchanged. */
export interface Exchange {
  /** The name that the stack knows. */
  readonly live: string;
  /** Name of the database that becomes live. */
  readonly incoming: string;
  /** Name that the live database gets; `null` if there is none yet. */
  readonly outgoing: string | null;
  /** Name that `incoming` gets on a reversal. It was live, so clearing up must not take it for a new database. */
  readonly reversed: string;
  /** Comment of the database that becomes live. Default: its own comment, or that of the former live database. */
  readonly comment?: string | null;
}

/** Comment of a database that was never live; the swap gives it another. */
const NEVER_LIVE = 'restore in progress';

/** Properties with which a new database is made. */
export interface Making {
  /** `null`: neither the backup nor the server has them, so the server's defaults hold. */
  readonly properties: DatabaseProperties | null;
  /** `null`: not known. */
  readonly beyond: Beyond | null;
  /** The owner, if `properties` is `null`. */
  readonly owner: string;
  /** Major version of the server. */
  readonly major: number;
  /** Whether the server has login triggers, and the role that loads may keep them from running. */
  readonly silent: boolean;
  /** Whether the database is made in its own tablespace; else in the server's default one. */
  readonly tablespaces: boolean;
}

/** Makes an empty database that is not live yet. */
export function createSql(name: string, { properties, owner, major, tablespaces }: Making): string {
  const create =
    properties === null
      ? `create database ${ident(name)} template template0 owner ${ident(owner)};`
      : createStatement(name, properties, major, tablespaces);
  return `${create}\ncomment on database ${ident(name)} is ${literal(NEVER_LIVE)};\n`;
}

/** Drops what the database shall not have; runs in the empty database, before it is filled. */
export function emptySql({ beyond }: Pick<Making, 'beyond'>): string {
  return beyond === null ? '' : lacksSql(beyond);
}

/** Grants, settings and limit, which no archive holds. Comes last, because they hold for every later connection. */
export function finishSql(name: string, properties: DatabaseProperties | null): string {
  return properties === null ? '' : `${propertyStatements(name, properties).join('\n')}\n`;
}

/** Removes a database, and ends its sessions; does nothing if there is no such database. */
export function dropSql(name: string): string {
  return dropWhere(`datname = ${literal(name)}`);
}

/** Removes databases that earlier restores were filling for `live` and that were never live; prints their names. */
export function cleanSql(live: string): string {
  const id = '20260102T030405Z';
  const start = besideName(live, 'restore', id).slice(0, -id.length);
  const rest = `substr(datname, ${[...start].length + 1})`;
  const which = `starts_with(datname::text, ${literal(start)}) and ${rest} ~ '^[0-9]{8}T[0-9]{6}Z$'
    and shobj_description(oid, 'pg_database') = ${literal(NEVER_LIVE)}`;
  return `select datname from pg_database where ${which};\n${dropWhere(which)}`;
}

/** What is left of a database whose removal was cut off (`datconnlimit` -2) can be dropped, but not altered. */
function dropWhere(which: string): string {
  return `select format('alter database %I is_template false allow_connections false', datname) from pg_database where ${which} and datconnlimit <> -2
\\gexec
select pg_terminate_backend(pid) from pg_stat_activity where datname in (select datname from pg_database where ${which})
\\g /dev/null
select format('drop database %I', datname) from pg_database where ${which}
\\gexec
`;
}

/** Exchanges a server's databases in one transaction. The former ones refuse connections until {@link reopenSql}. */
export function swapSql(exchanges: readonly Exchange[]): string {
  const former = exchanges.filter(({ outgoing }) => outgoing !== null).map(({ live }) => live);
  return [
    "set lock_timeout = '5s'; set statement_timeout = '30s';",
    ...former.map((live) => `alter database ${ident(live)} allow_connections false;`),
    // A database that was live before may still refuse connections, if the host went down before it was reopened.
    ...exchanges.map(({ incoming }) => `alter database ${ident(incoming)} allow_connections true;`),
    disconnect(exchanges.flatMap(({ live, incoming }) => [live, incoming])),
    'begin;',
    ...exchanges.flatMap(({ live, incoming, outgoing, comment }) => [
      ...(outgoing === null ? [] : [`alter database ${ident(live)} rename to ${ident(outgoing)};`]),
      `alter database ${ident(incoming)} rename to ${ident(live)};`,
      ...(comment === undefined
        ? commented(live, outgoing)
        : [`comment on database ${ident(live)} is ${comment === null ? 'null' : literal(comment)};`]),
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

/** Prints `whole` if all of {@link swapSql} was done. */
export function wholeSql(exchanges: readonly Exchange[]): string {
  const all = exchanges.map(
    ({ live, incoming, outgoing }) =>
      `${exists(live)} and not ${exists(incoming)}${outgoing === null ? '' : ` and ${exists(outgoing)}`}`,
  );
  return `select 'whole' where ${all.join(' and ')};`;
}

/** After the commit: lets people connect to the former databases again. */
export function reopenSql(exchanges: readonly Exchange[]): string {
  return exchanges
    .flatMap(({ outgoing }) => (outgoing === null ? [] : [`alter database ${ident(outgoing)} allow_connections true;`]))
    .join('\n');
}

/** Copies the comment of the former live database to the one that is live now, if that has none of its own. */
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
