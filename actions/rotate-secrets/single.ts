/**
 * A database's password with a single role, which cannot take turns with another: the server gets it first, then the services. Meanwhile their open sessions continue, and their new logins fail. A failure puts the former password back.
 */
import { UserError } from '../lib/errors';
import { SqlFailed, setPassword } from '../lib/postgres/alternate';
import { passwordsOf } from '../lib/postgres/first-login';
import { scramVerifier } from '../lib/postgres/scram';
import type { Run } from '../lib/procedure/define';
import type { ComposeModel } from '../lib/stack/compose-model';
import { firstStarts } from '../lib/stack/plan/first-start';
import type { Steps } from '../lib/steps/step';
import { alike, factsFor, type Turn } from './database';
import type { RotateSecretsInputs } from './inputs';
import { freshly, login, presently, refusal, requireTaken, said } from './proof';

type Running = Run<RotateSecretsInputs>;

interface Proven {
  /** Sentences. */
  readonly notes: readonly string[];
  readonly former: Former;
}

/** The password that the services have. */
export interface Former {
  /** The password as the server stores it. A secret. */
  readonly kept: string;
  /** Whether the server has another password, which an earlier run set. */
  readonly ahead: boolean;
}

/**
 * @param pending the password that an earlier run stored and maybe set, before it was ended; `null`: none @throws {UserError} RB-SECRET-SERVER: it could not succeed
 */
export async function proveSingle(run: Running, turn: Turn, pending: string | null): Promise<Proven> {
  const { name, server, from } = turn;
  const { host } = run.session;
  const tried = await login(host, turn, from);
  const ahead =
    tried.taken === false &&
    pending !== null &&
    (await login(host, turn, { role: from.role, password: pending })).taken === true;
  if (!ahead) requireTaken(tried, presently(turn));
  const facts = await factsFor(run, turn);
  const kept = facts.roles.find((role) => role.name === from.role)!.kept!;
  const former = { kept: ahead ? scramVerifier(from.password) : kept, ahead };
  run.recorder.secret(former.kept);
  return {
    notes: [
      `${name}: ${server.service} has a single role for it. It gives ${from.role} the new password just before services are recreated: from then on the new logins of each service fail until it is recreated; open sessions continue. With two roles that take turns no login would fail.`,
      ...(ahead
        ? [
            `${server.service} has a password of ${from.role} that an earlier run set, but the services do not have it: their new logins fail until this run is done.`,
          ]
        : []),
      ...alike(facts, turn),
    ],
    former,
  };
}

/**
 * Refuses to overwrite the only copy of passwords that an earlier run set, for keys that this run does not rotate.
 *
 * @param left as `singlesLeft` has them
 * @throws {UserError} RB-SECRET-SERVER
 */
export async function refuseLeft({ session: { host } }: Running, left: readonly Turn[]): Promise<void> {
  for (const turn of left) {
    const { name, server, from, to } = turn;
    if ((await login(host, turn, from)).taken === true) continue;
    const { taken } = await login(host, turn, to);
    if (taken === false) continue;
    throw new UserError('RB-SECRET-SERVER', {
      what: `${server.service} ${taken ? 'has' : 'may have'} a password of ${from.role} that an earlier run set, but the services do not have it`,
      why: 'that run did not finish, and this run would replace the file with that password',
      remedy: `rotate ${name} first: the services' logins fail until then`,
    });
  }
}

/** @throws {UserError} RB-SECRET-SERVER */
export async function setSingle({ session, recorder, steps }: Running, turn: Turn): Promise<void> {
  const { name, server, to } = turn;
  const verifier = scramVerifier(to.password);
  recorder.secret(verifier);
  await said(`${to.role} of ${server.service} did not get the new password`, () =>
    setPassword(steps(null), server, 'set', to.role, verifier),
  );
  requireTaken(await login(session.host, turn, to), freshly(turn));
  recorder.info(
    `${to.role} logs in at ${server.service} with the new ${name}: seen by a query over TCP; new logins of each service fail until it has the password`,
  );
}

/**
 * Puts the former password back before another one is stored: the password that an earlier run set is stored in one place only.
 *
 * @throws {UserError} RB-SECRET-SERVER
 */
export async function takeBack(run: Running, turn: Turn, { kept, ahead }: Former): Promise<void> {
  if (!ahead) return;
  const { server, from } = turn;
  const why = await tried(run, turn, kept, run.steps(null));
  if (why !== null) throw refusal(`${from.role} of ${server.service} did not get its former password back`, why);
  run.recorder.info(
    `${from.role} of ${server.service} has the password of the services again: seen by a query over TCP`,
  );
}

/**
 * The services keep the former password. If it cannot be put back, a note says so: their logins fail.
 *
 * @returns whether it has it
 */
export async function putBack(run: Running, turn: Turn, { kept }: Former): Promise<boolean> {
  const { server, from } = turn;
  const why = await tried(run, turn, kept, run.clearing);
  if (why === null) {
    run.recorder.info(`${from.role} of ${server.service} has its former password again: seen by a query over TCP`);
    return true;
  }
  const text = `${from.role} of ${server.service} may still have the new password, which the services do not have, so that their logins fail (${why}): run this again; the new run sets another password and gives it to them.`;
  run.recorder.warning(text);
  run.notes.push(text);
  return false;
}

/** @returns why not, or `null`; the login counts, whatever the statement returned */
async function tried({ session }: Running, turn: Turn, kept: string, steps: Steps): Promise<string | null> {
  let why = '';
  try {
    await setPassword(steps, turn.server, 'put-back', turn.from.role, kept);
  } catch (error) {
    if (error instanceof SqlFailed) why = error.message;
    else if (error instanceof UserError) why = error.details.what;
    else throw error;
  }
  const had = await login(session.host, turn, turn.from);
  return had.taken === true ? null : why || had.why;
}

interface FirstSet {
  readonly service: string;
  readonly name: string;
}

interface Models {
  readonly before: ComposeModel;
  readonly after: ComposeModel;
  /** Services that are made anew. */
  readonly changed: readonly string[];
}

/** Variables that a server reads only at its first start and that only hold the password that it gets beforehand. Pure. */
export function setBefore({ server, to }: Turn, { before, after, changed }: Models): FirstSet[] {
  return firstStarts(before, after, changed).flatMap(({ service, names, environment }) => {
    if (service !== server.service) return [];
    const own = passwordsOf(to.role, environment);
    return names
      .filter((one) => own.includes(one) && environment[one] === to.password)
      .map((one) => ({ service, name: one }));
  });
}
