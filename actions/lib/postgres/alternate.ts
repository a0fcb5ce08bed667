/**
 * Changes passwords of PostgreSQL roles: of a single role, or of two roles that take turns, so that one gets a new
 * password while clients use the other. Objects that the second role makes belong to the first, because each session of
 * the second begins with `SET ROLE`. No password is in any statement, see `scram.ts`.
 */
import type { UserError } from '../errors';
import type { Host } from '../host/host';
import { quote } from '../host/quote';
import { connection, psqlPiece } from '../stack/psql';
import { explained } from '../steps/failures';
import { onHost } from '../steps/on-host';
import type { Steps } from '../steps/step';
import { ident, literal } from './names';
import { roleStepPiece } from './scripts';

export interface Server {
  readonly stack: string;
  readonly service: string;
  /** The role that may do everything on the server; it connects by the socket in the container. */
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
    /** Verifier of the role's password. A secret. */
    readonly kept: string | null;
    readonly login: boolean;
    readonly sessions: number;
  }[];
  /** User names of each line of pg_hba.conf for connections over TCP. */
  readonly rules: readonly (readonly string[])[];
  /** How connections by the socket are authenticated: `trust`, `peer`, … */
  readonly socket: readonly string[];
}

/** Milliseconds. */
const TIMEOUT = 60_000;

/** A query failed. The message is in words, and quotes no statement. */
export class SqlFailed extends Error {}

const FACTS = `select jsonb_build_object(
  'version', current_setting('server_version_num')::int,
  'all', (select rolsuper from pg_roles where rolname = current_user),
  'roles', (select coalesce(jsonb_agg(jsonb_build_object('name', rolname, 'kept', rolpassword, 'login', rolcanlogin,
    'sessions', (select count(*) from pg_stat_activity where usename = rolname))), '[]') from pg_authid where rolname !~ '^pg_'),
  'socket', (select coalesce(jsonb_agg(auth_method), '[]') from pg_hba_file_rules where type = 'local' and auth_method is not null),
  'rules', (select coalesce(jsonb_agg(user_name), '[]') from pg_hba_file_rules where type <> 'local' and user_name is not null));
`;

/** @throws {SqlFailed} */
export async function roleFacts(host: Host, server: Server): Promise<RoleFacts> {
  const text = await statements(host, server, FACTS);
  try {
    return JSON.parse(text.trim().split('\n').at(-1) ?? '') as RoleFacts;
  } catch {
    throw new SqlFailed(`${server.service} does not list its roles`);
  }
}

interface Turn {
  /** The role to which the objects in the database belong. */
  readonly owner: string;
  /** The role that clients use now; `to` is the other one. */
  readonly from: string;
  readonly to: string;
  /** From `scramVerifier`. */
  readonly verifier: string;
}

/**
 * Makes the other role ready to be used, in one transaction. The role in use is not touched.
 *
 * @throws {SqlFailed | UserError}
 */
export async function prepareRole(steps: Steps, server: Server, turn: Turn): Promise<void> {
  await changed(steps, server, `prepare-${turn.to}`, prepareSql(turn));
}

function prepareSql({ owner, from, to, verifier }: Turn): string {
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

/** Makes `to` a member of the owner, with the owner's settings for sessions, which `SET ROLE` does not apply. */
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

/**
 * Removes the role's password, so that the server refuses every password. Objects that the role owns stay, and so do
 * logins that need no password.
 *
 * @throws {SqlFailed | UserError}
 */
export async function closeRole(steps: Steps, server: Server, role: string): Promise<void> {
  await changed(steps, server, `close-${role}`, `alter role ${ident(role)} password null;\n`);
}

/** @returns the open sessions of a role, as `address (application)` @throws {SqlFailed} */
export async function sessionsOf(host: Host, server: Server, role: string): Promise<readonly string[]> {
  const rows = await statements(
    host,
    server,
    `select coalesce(host(client_addr), 'the socket') || ' (' || application_name || ')' from pg_stat_activity where usename = ${literal(role)};\n`,
  );
  return rows.split('\n').filter((row) => row !== '');
}

/**
 * Gives the role in use another password: open sessions go on, new ones with the former password are refused.
 *
 * @param verifier the password as the server keeps it
 * @param id ID of the step
 * @throws {SqlFailed | UserError}
 */
export async function setPassword(
  steps: Steps,
  server: Server,
  id: 'set' | 'put-back',
  role: string,
  verifier: string,
): Promise<void> {
  await changed(steps, server, `${id}-${role}`, `alter role ${ident(role)} password ${literal(verifier)};\n`);
}

/** Of a statement that fails, the server reports the SQLSTATE alone, because its message may quote the statement. */
const BRIEF = '\\set VERBOSITY sqlstate\n';

/** Runs queries that change nothing. They go to standard input, so that no process has them as an argument. */
async function statements(host: Host, { stack, service, admin, database }: Server, text: string): Promise<string> {
  const script = `PROJECT=${quote(stack)}
${psqlPiece()}
id=$(database_container ${quote(service)})
[ -n "$id" ] || exit 3
sql "$id" ${quote(admin)} ${quote(connection(database))}`;
  const outcome = await host.run(script, { input: `${BRIEF}${text}`, timeout: TIMEOUT });
  if (outcome.outcome === 'unknown') throw new SqlFailed(`the outcome is not known: ${outcome.reason}`);
  if (outcome.code === 0) return outcome.stdout;
  if (outcome.code === 3 && outcome.stderr === '') throw new SqlFailed(`${service} does not run`);
  throw refusedBy(service, admin, /(?:ERROR|FATAL):\s+([0-9A-Z]{5})\b/.exec(outcome.stderr)?.[1]);
}

/**
 * Runs statements as a step on the host, which needs the run's lease. @param id unique for the server within the run
 */
async function changed(steps: Steps, server: Server, id: string, text: string): Promise<void> {
  const { stack, service, admin, database } = server;
  const script = [
    `PROJECT=${quote(stack)}`,
    psqlPiece(),
    roleStepPiece(),
    `role_statements ${[id, service, admin, connection(database)].map(quote).join(' ')} || exit 1`,
  ].join('\n');
  const error = await onHost<SqlFailed | UserError>(
    steps,
    { id: `${id}-${service}`, script, input: Buffer.from(`${BRIEF}${text}`) },
    {
      lost: {
        what: `the connection was lost while a role of ${service} was changed`,
        remedy: 'run it again: the new run finds out what the server has',
      },
      explain: (told) => {
        if (told.kind === 'no-server') return new SqlFailed(`${service} does not run`);
        if (told.kind === 'statement') return refusedBy(service, admin, told.subject);
        return explained(told, {}) ?? new SqlFailed(`${service} did not finish it`);
      },
    },
  );
  if (error !== null) throw error;
}

function refusedBy(service: string, admin: string, state: string | undefined): SqlFailed {
  return new SqlFailed(`${service} refuses it as ${admin}${state ? ` with SQLSTATE ${state}` : ''}`);
}
