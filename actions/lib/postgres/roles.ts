/** Makes roles that a server lacks, from the output of `pg_dumpall --globals-only`. */
import { UserError } from '../errors';
import type { Host } from '../host/host';
import { quote } from '../host/quote';
import { ending, isEnding } from '../steps/endings';
import { onHost } from '../steps/on-host';
import type { Steps } from '../steps/step';
import type { Server } from './facts';
import { membershipIn, nameIn, parameterRightsIn, ROLE_NAME, type Roles, statementsOf } from './globals';
import { maintenance } from './names';
import { parseRoles, ROLE_FACTS } from './role-differences';
import { printer, psqlScript, rolesPiece } from './scripts';

/**
 * Statements that make the missing roles, with their memberships in both directions: the roles that a missing role is a
 * member of, and the roles that are members of it. Otherwise existing roles are not changed.
 *
 * @returns the missing roles, and their statements, which hold verifiers of passwords
 */
export function missingRoles(globals: string, present: ReadonlySet<string>): { names: string[]; statements: string } {
  const all = statementsOf(globals);
  const names = all
    .map((statement) => nameIn(statement, new RegExp(`^CREATE ROLE ${ROLE_NAME};$`)))
    .filter((name) => name !== null && !present.has(name)) as string[];
  const missing = new Set(names);
  const own = new RegExp(`^(?:CREATE|ALTER|COMMENT ON) ROLE ${ROLE_NAME}[ ;]`);
  const kept = all.filter((statement) => {
    // Settings of a role for one database are restored with that database.
    if (/^ALTER ROLE ("(?:[^"]|"")+"|\S+) IN DATABASE /.test(statement)) return false;
    if (missing.has(nameIn(statement, own) ?? '')) return true;
    if (parameterRightsIn(statement).some(({ role }) => missing.has(role))) return true;
    const membership = membershipIn(statement);
    if (membership === null) return false;
    const ends = [membership.role, membership.member];
    return ends.some((name) => missing.has(name)) && ends.every((name) => missing.has(name) || present.has(name));
  });
  // The role that granted it may not exist on this server.
  const statements = kept.map((line) => line.replace(new RegExp(` GRANTED BY ${ROLE_NAME};$`), ';'));
  return { names, statements: statements.map((line) => `${line}\n`).join('') };
}

/** Runs the statements in one transaction. @throws {UserError} RB-RESTORE-FAILED */
export async function makeRoles(stack: string, server: Server, statements: string, steps: Steps): Promise<void> {
  const script = [
    `PROJECT=${quote(stack)}`,
    psqlScript(),
    rolesPiece(),
    `make_roles ${quote(server.service)} ${quote(server.user)} ${quote(maintenance(server.databases))} || exit 1`,
  ].join('\n');
  const input = Buffer.from(`\\set VERBOSITY terse\nbegin;\n${statements}commit;\n`);
  const what = `the missing roles of ${server.service} could not be made`;
  const remedy = 'create them by hand, then restore without roles: true; no database was changed';
  const error = await onHost(
    steps,
    { id: `roles-${server.service}`, script, input },
    {
      lost: { what, remedy },
      explain: ({ kind, log }) =>
        isEnding(kind)
          ? ending(kind)
          : new UserError('RB-RESTORE-FAILED', { what, why: log[0] ?? 'psql ended with an error', remedy }),
    },
  );
  if (error !== null) throw error;
}

/** @throws {UserError} RB-DATABASE-DOWN, RB-CONNECTION-LOST */
export async function readRoles(host: Host, stack: string, server: Server): Promise<Roles> {
  const { service, user, databases } = server;
  const outcome = await host.run(
    [
      'PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin',
      `PROJECT=${quote(stack)}`,
      psqlScript(),
      printer('ask', ROLE_FACTS),
      `ask | sql "$(database_container ${quote(service)})" ${quote(user)} ${quote(maintenance(databases))}`,
    ].join('\n'),
  );
  if (outcome.outcome === 'unknown') {
    throw new UserError('RB-CONNECTION-LOST', {
      what: 'the roles of a database server could not be read',
      why: outcome.reason,
      remedy: 'run it again',
    });
  }
  if (outcome.code === 0) return parseRoles(outcome.stdout);
  throw new UserError('RB-DATABASE-DOWN', {
    what: `the roles of ${service} cannot be read`,
    why: outcome.stderr.trim().slice(0, 500) || `psql ended with exit status ${outcome.code}`,
    remedy: `see \`docker compose ps ${service}\` on the host, and run it again`,
  });
}
