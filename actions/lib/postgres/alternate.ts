/**
 * Two roles of PostgreSQL that take turns: the one gets a new password while its clients use the other. What the second
 * makes belongs to the first, for each of its sessions begins with `SET ROLE`. No password is in any statement, see `scram.ts`.
 */
import type { Host } from '../host/host';
import { quote } from '../host/quote';
import { connection, psqlPiece } from '../stack/psql';
import { ident, literal } from './names';

export interface Server {
  readonly stack: string;
  readonly service: string;
  /** Who may do everything there, over the container's own socket. */
  readonly admin: string;
  readonly database: string;
}

export interface RoleFacts {
  /** E.g. 150018. */
  readonly version: number;
  /** Whether the admin may see and change every role. */
  readonly all: boolean;
  readonly roles: readonly {
    readonly name: string;
    /** Verifier of its password. A secret. */
    readonly kept: string | null;
    readonly login: boolean;
    readonly sessions: number;
  }[];
  /** User names of each line of pg_hba.conf for connections over TCP. */
  readonly rules: readonly (readonly string[])[];
}

/** Milliseconds. */
const TIMEOUT = 60_000;

/** In words, without a statement. */
export class SqlFailed extends Error {}

const FACTS = `select jsonb_build_object(
  'version', current_setting('server_version_num')::int,
  'all', (select rolsuper from pg_roles where rolname = current_user),
  'roles', (select coalesce(jsonb_agg(jsonb_build_object('name', rolname, 'kept', rolpassword, 'login', rolcanlogin,
    'sessions', (select count(*) from pg_stat_activity where usename = rolname))), '[]') from pg_authid where rolname !~ '^pg_'),
  'rules', (select coalesce(jsonb_agg(user_name), '[]') from pg_hba_file_rules where type <> 'local' and user_name is not null));
`;

/** @throws {SqlFailed} */
export async function roleFacts(host: Host, server: Server): Promise<RoleFacts> {
  const text = await statements(host, server, FACTS);
  try {
    return JSON.parse(text.trim().split('\n').at(-1) ?? '') as RoleFacts;
  } catch {
    throw new SqlFailed(`${server.service} does not tell its roles`);
  }
}

export interface Turn {
  /** What is there belongs to it. */
  readonly owner: string;
  /** That clients use now, and the other one. */
  readonly from: string;
  readonly to: string;
  /** From `scramVerifier`. */
  readonly verifier: string;
}

/** The other role, ready to be used; the one that is used is not touched. All or nothing. @throws {SqlFailed} */
export async function prepareRole(host: Host, server: Server, turn: Turn): Promise<void> {
  await statements(host, server, prepareSql(turn));
}

export function prepareSql({ owner, from, to, verifier }: Turn): string {
  const made = to === owner ? '' : partner(owner, to);
  return `begin;
select format('create role %I', ${literal(to)}) where not exists (select from pg_roles where rolname = ${literal(to)})
\\gexec
alter role ${ident(to)} login inherit valid until 'infinity' password ${literal(verifier)};
select format('alter role %I connection limit %s', ${literal(to)}, rolconnlimit) from pg_roles where rolname = ${literal(from)}
\\gexec
${made}commit;
`;
}

/** With the settings that the owner has for its sessions: `SET ROLE` does not bring them. */
function partner(owner: string, to: string): string {
  return `grant ${ident(owner)} to ${ident(to)};
alter role ${ident(to)} reset all;
with own as (
  select split_part(one, '=', 1) as name, substr(one, strpos(one, '=') + 1) as value,
    case when setdatabase = 0 then '' else (select format('in database %I', datname) from pg_database where oid = setdatabase) end as place
  from pg_db_role_setting, unnest(setconfig) as one where setrole = (select oid from pg_roles where rolname = ${literal(owner)})
)
select format('select set_config(%L, %L, true)', name, value), format('alter role %I %s set %s from current', ${literal(to)}, place, name)
from own where name <> 'role'
\\gexec
alter role ${ident(to)} set role = ${literal(owner)};
`;
}

/** No password of it is taken any more. What it owns, and logins that ask for none, stay. @throws {SqlFailed} */
export async function closeRole(host: Host, server: Server, role: string): Promise<void> {
  await statements(host, server, `alter role ${ident(role)} password null;\n`);
}

/** @returns open ones, as `address (application)` @throws {SqlFailed} */
export async function sessionsOf(host: Host, server: Server, role: string): Promise<readonly string[]> {
  const rows = await statements(
    host,
    server,
    `select coalesce(host(client_addr), 'the socket') || ' (' || application_name || ')' from pg_stat_activity where usename = ${literal(role)};\n`,
  );
  return rows.split('\n').filter((row) => row !== '');
}

/** By standard input: no argument has them. What the server says of one that fails is its SQLSTATE alone. */
async function statements(host: Host, { stack, service, admin, database }: Server, text: string): Promise<string> {
  const script = `PROJECT=${quote(stack)}
${psqlPiece()}
id=$(database_container ${quote(service)})
[ -n "$id" ] || exit 3
sql "$id" ${quote(admin)} ${quote(connection(database))}`;
  const outcome = await host.run(script, { input: `\\set VERBOSITY sqlstate\n${text}`, timeout: TIMEOUT });
  if (outcome.outcome === 'unknown') throw new SqlFailed(`nobody knows: ${outcome.reason}`);
  if (outcome.code === 0) return outcome.stdout;
  if (outcome.code === 3 && outcome.stderr === '') throw new SqlFailed(`${service} does not run`);
  const state = /(?:ERROR|FATAL):\s+([0-9A-Z]{5})\b/.exec(outcome.stderr)?.[1];
  throw new SqlFailed(`${service} refuses it as ${admin}${state === undefined ? '' : ` with SQLSTATE ${state}`}`);
}
