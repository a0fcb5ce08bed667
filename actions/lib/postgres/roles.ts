/** Roles that a server lacks, from what `pg_dumpall --globals-only` wrote. */
import { UserError } from '../errors';
import { quote } from '../host/quote';
import type { Steps } from '../steps/step';
import type { Server } from './facts';
import { maintenance } from './names';
import { psqlScript, rolesPiece } from './scripts';

const NAME = '("(?:[^"]|"")+"|[^\\s";]+)';

/**
 * Statements that make the roles which are not there; those that are keep everything that they have.
 * @returns the missing roles, and their statements, which hold verifiers of passwords
 */
export function missingRoles(globals: string, present: ReadonlySet<string>): { names: string[]; statements: string } {
  const lines = globals.split('\n').filter((line) => line.endsWith(';'));
  const names = lines
    .map((line) => nameIn(line, new RegExp(`^CREATE ROLE ${NAME};$`)))
    .filter((name) => name !== null && !present.has(name)) as string[];
  const missing = new Set(names);
  const patterns = [`^(?:CREATE|ALTER|COMMENT ON) ROLE ${NAME}[ ;]`, `^GRANT .+ TO ${NAME}[ ;]`].map(
    (pattern) => new RegExp(pattern),
  );
  const kept = lines.filter((line) => {
    // What holds in one database only comes with that database.
    if (/^ALTER ROLE .* IN DATABASE /.test(line)) return false;
    return patterns.some((pattern) => missing.has(nameIn(line, pattern) ?? ''));
  });
  // Whoever granted it may not be here.
  const statements = kept.map((line) => line.replace(new RegExp(` GRANTED BY ${NAME};$`), ';'));
  return { names, statements: statements.map((line) => `${line}\n`).join('') };
}

function nameIn(line: string, pattern: RegExp): string | null {
  const found = pattern.exec(line)?.[1];
  if (found === undefined) return null;
  return found.startsWith('"') ? found.slice(1, -1).replaceAll('""', '"') : found;
}

/** Runs them in one transaction. @throws {UserError} RB-RESTORE-FAILED */
export async function makeRoles(stack: string, server: Server, statements: string, steps: Steps): Promise<void> {
  const log: string[] = [];
  const script = [
    `PROJECT=${quote(stack)}`,
    psqlScript(),
    rolesPiece(),
    `make_roles ${quote(server.service)} ${quote(server.user)} ${quote(maintenance(server.databases))} || exit 1`,
  ].join('\n');
  const input = Buffer.from(`\\set VERBOSITY terse\nbegin;\n${statements}commit;\n`);
  const step = await steps.start(
    { id: `roles-${server.service}`, title: 'Make missing roles', script, input },
    { onEvent: ({ name, fields }) => name === 'log' && log.push(fields.line ?? '') },
  );
  const result = await step.result;
  if (result.outcome === 'exited' && result.code === 0) return;
  throw new UserError('RB-RESTORE-FAILED', {
    what: `the missing roles of ${server.service} could not be made`,
    why: result.outcome === 'unknown' ? result.reason : (log[0] ?? 'psql ended with an error'),
    remedy: 'create them by hand, and restore without roles: true; no database was touched',
  });
}
