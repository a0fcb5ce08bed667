/**
 * The two roles of a database's password. First the present state is proven, and nothing is touched. Then the other role gets its password and is tried over TCP, before any service has it. At last, when no session uses it, the former role is closed.
 */
import type { SecretPolicy } from '../lib/config/sections/secrets';
import { UserError } from '../lib/errors';
import {
  closeRole,
  prepareRole,
  type RoleFacts,
  roleFacts,
  type Server,
  SqlFailed,
  sessionsOf,
} from '../lib/postgres/alternate';
import { superuserOf } from '../lib/postgres/first-login';
import { isVerifierOf, scramVerifier } from '../lib/postgres/scram';
import type { Run } from '../lib/procedure/define';
import type { ComposeModel } from '../lib/stack/compose-model';
import { environmentOf } from './environment';
import type { RotateSecretsInputs } from './inputs';
import { freshly, login, presently, refusal, requireTaken, said } from './proof';

type Running = Run<RotateSecretsInputs>;

/** A key whose role changes with it. */
export interface Turn {
  /** Name of the password. */
  readonly name: string;
  readonly server: Server;
  readonly owner: string;
  readonly from: Side;
  readonly to: Side;
}

interface Side {
  readonly role: string;
  readonly password: string;
}

/** Milliseconds that sessions of the former role may last, and between two looks. */
const PATIENCE = 60_000;
const PAUSE = 2000;
/** The least version that has SCRAM and shows the lines of its pg_hba.conf. */
const OLDEST = 120_000;

/** The turns of keys that a run gives new values. */
export function turnsOf({ runbook, rotation }: RotateSecretsInputs, model: ComposeModel): Turn[] {
  return rotation!.rotated.flatMap(({ name, old, fresh, role }) => {
    const policy = runbook.secrets[name]?.postgres;
    if (policy === undefined) return [];
    const [single] = policy.roles;
    const [before, after] = policy.roles.length === 1 ? [single!, single!] : [role!.old, role!.fresh];
    const [from, to] = [
      { role: before, password: old },
      { role: after, password: fresh },
    ];
    return [{ name, server: serverOf(policy, runbook.stack, model), owner: policy.roles[0]!, from, to }];
  });
}

/**
 * The turns of an earlier run that did not finish: the running services have its values, the file still has the former ones.
 *
 * @param differing names whose values differ from the file
 * @param now what runs has
 */
export function turnsLeft(
  { runbook, rotation }: RotateSecretsInputs,
  model: ComposeModel,
  differing: readonly string[],
  now: ReadonlyMap<string, string>,
): Turn[] {
  return Object.entries(runbook.secrets).flatMap(([name, { postgres: policy }]) => {
    // With a single role there is no former role that could be left open.
    if (policy?.user === undefined || policy.roles.length === 1) return [];
    const { user } = policy;
    if (![name, user].every((one) => differing.includes(one))) return [];
    const side = (values: ReadonlyMap<string, string>) => ({
      role: values.get(user) ?? '',
      password: values.get(name) ?? '',
    });
    const [from, to] = [side(rotation!.before), side(now)];
    if (![from, to].every(({ role }) => policy.roles.includes(role))) return [];
    return [{ name, server: serverOf(policy, runbook.stack, model), owner: policy.roles[0]!, from, to }];
  });
}

/**
 * Keys with a single role that a run does not rotate, for which an earlier, unfinished run stored values.
 *
 * @param kept what it stored
 */
export function singlesLeft(
  { runbook, keys, rotation }: RotateSecretsInputs,
  model: ComposeModel,
  kept: ReadonlyMap<string, string>,
): Turn[] {
  return Object.entries(runbook.secrets).flatMap(([name, { postgres: policy }]) => {
    const [before, after] = [rotation!.before.get(name), kept.get(name)];
    if (policy?.roles.length !== 1 || keys.includes(name) || before === after) return [];
    if (before === undefined || after === undefined) return [];
    const [from, to] = [before, after].map((password) => ({ role: policy.roles[0]!, password })) as [Side, Side];
    return [{ name, server: serverOf(policy, runbook.stack, model), owner: from.role, from, to }];
  });
}

function serverOf(
  { service, database }: NonNullable<SecretPolicy['postgres']>,
  stack: string,
  model: ComposeModel,
): Server {
  return { stack, service, database, admin: superuserOf(environmentOf(model.services[service]?.environment)) };
}

/** Whether a single role gets another password. */
export function isSingle({ from, to }: Pick<Turn, 'from' | 'to'>): boolean {
  return from.role === to.role;
}

/** @throws {UserError} RB-SECRET-SERVER: the present state does not allow it */
export async function factsFor({ session, recorder }: Running, turn: Turn): Promise<RoleFacts> {
  const { server } = turn;
  const facts = await said(`the roles of ${server.service} cannot be read`, () => roleFacts(session.host, server));
  for (const { kept } of facts.roles) if (kept !== null) recorder.secret(kept);
  const problem = problemOf(facts, turn);
  if (problem !== null) throw refusal(...problem);
  return facts;
}

/**
 * Checks the turn of two roles.
 *
 * @returns what there is to say of it; sentences
 * @throws {UserError} RB-SECRET-SERVER: it could not be ended well
 */
export async function prove(run: Running, turn: Turn): Promise<string[]> {
  const { name, server, from, to } = turn;
  requireTaken(await login(run.session.host, turn, from), presently(turn));
  const facts = await factsFor(run, turn);
  return [
    `${name}: ${server.service} gives ${to.role} the new password, services change from ${from.role} to ${to.role}, then ${from.role} is closed. Objects that ${to.role} creates belong to ${turn.owner}.`,
    ...alike(facts, turn),
  ];
}

/** Roles that have the same password by chance or for convenience; sentences. */
export function alike({ roles }: RoleFacts, { server, from, to }: Turn): string[] {
  const others = roles
    .filter(
      ({ name, kept }) => ![from.role, to.role].includes(name) && kept !== null && isVerifierOf(kept, from.password),
    )
    .map(({ name }) => name);
  return others.length > 0
    ? [`${others.join(', ')} of ${server.service} has the password of ${from.role} too, and keeps it.`]
    : [];
}

/** The objection to it; `null`: none. Pure. */
export function problemOf(
  { version, all, roles, rules, socket }: RoleFacts,
  { server: { service, admin }, owner, from, to }: Turn,
): readonly [what: string, why: string] | null {
  const of = (role: string) => roles.find(({ name }) => name === role);
  if (version < OLDEST) return [`${service} is PostgreSQL ${Math.floor(version / 10_000)}`, 'at least 12 is needed'];
  if (!all) return [`${admin} of ${service} may not create and change every role`, 'it is not a superuser'];
  if (of(owner) === undefined)
    return [`${service} has no role ${owner}`, 'the first of `roles` must be the owner of the present objects'];
  const kept = of(from.role)?.kept ?? '';
  if (!kept.startsWith('SCRAM-SHA-256$'))
    return [
      `${service} stores the password of ${from.role} in the old format (md5)`,
      'a client that only supports md5 would be refused with a new password, which is stored as SCRAM-SHA-256',
    ];
  if (isSingle({ from, to })) {
    const asks = socket.filter((how) => !['trust', 'peer'].includes(how));
    return admin !== from.role || asks.length === 0
      ? null
      : [
          `the socket of ${service} asks ${admin} for its password (${asks.join(', ')} in pg_hba.conf)`,
          'this password is the one that changes, and could not be put back from there',
        ];
  }
  const lines = rules.filter(
    (users) => users.includes(from.role) && !users.includes(to.role) && !users.includes('all'),
  );
  if (lines.length > 0)
    return [
      `pg_hba.conf of ${service} names ${from.role} and not ${to.role}`,
      `${to.role} could not log in from everywhere`,
    ];
  const sessions = of(to.role)?.sessions ?? 0;
  if (sessions > 0)
    return [
      `${to.role} of ${service} has ${sessions} sessions`,
      'clients other than the services use it, and would be refused with its present password',
    ];
  return null;
}

/** @throws {UserError} RB-SECRET-SERVER */
export async function prepare({ session, recorder, steps }: Running, turn: Turn): Promise<void> {
  const { name, server, owner, from, to } = turn;
  const verifier = scramVerifier(to.password);
  recorder.secret(verifier);
  await said(`${to.role} could not be made ready in ${server.service}`, () =>
    prepareRole(steps(null), server, { owner, from: from.role, to: to.role, verifier }),
  );
  requireTaken(await login(session.host, turn, to), freshly(turn));
  recorder.info(
    `${to.role} logs in at ${server.service} with the new ${name}: seen by a query over TCP; no service has it yet`,
  );
}

/**
 * Closes the former role once no session uses it, or the other role if no service got it.
 *
 * @returns what was seen of it, half a sentence
 * @throws {UserError} RB-ROLE-OPEN
 */
export async function close(
  { session, recorder, clearing }: Running,
  turn: Turn,
  { role, password }: Turn['from'],
  patience = PATIENCE,
): Promise<string> {
  const { server } = turn;
  const until = Date.now() + patience;
  try {
    for (;;) {
      const open = await sessionsOf(session.host, server, role);
      if (open.length === 0) break;
      if (Date.now() >= until) throw openError(server, role, `it has open sessions: ${open.join(', ')}`);
      await new Promise((resolve) => setTimeout(resolve, PAUSE));
    }
    await closeRole(clearing, server, role);
  } catch (error) {
    if (error instanceof SqlFailed) throw openError(server, role, error.message);
    if (!(error instanceof UserError) || error.code === 'RB-ROLE-OPEN') throw error;
    throw openError(server, role, error.details.what);
  }
  const tried = await login(session.host, turn, { role, password });
  if (tried.taken === true) throw openError(server, role, 'its former password is still taken over TCP');
  const seen = tried.taken === false ? 'its former password is refused' : `it has no password now (${tried.why})`;
  recorder.info(`${role} of ${server.service} is closed: ${seen}`);
  return seen;
}

function openError({ service }: Server, role: string, why: string): UserError {
  return new UserError('RB-ROLE-OPEN', {
    what: `the services use the new password, and ${role} of ${service} still takes the old one`,
    why,
    remedy: `end what uses ${role}, then close it (\`alter role "${role}" password null\`) or rotate again: that gives ${role} another password`,
  });
}
