/** The other side of a secret: a server that has to take the new value, too. */
import { UserError } from '../lib/errors';
import type { Run } from '../lib/procedure/define';
import { close, prepare, prove, type Turn } from './database';
import type { RotateSecretsInputs } from './inputs';
import { type Former, proveSingle, putBack, setSingle, takeBack } from './single';

type Running = Run<RotateSecretsInputs>;

export interface OtherSide {
  /** Name of the secret. */
  readonly name: string;
  /**
   * Proves that the services' present value is in use there, and that a new one can be set. Changes nothing.
   *
   * @param pending the value that an earlier run stored and maybe set, before it was ended; `null`: none
   * @returns sentences for the plan
   * @throws {UserError} RB-SECRET-SERVER
   */
  prove(pending: string | null): Promise<readonly string[]>;
  /** Takes back a value that an earlier run set, before another one is stored: it is stored in one place only. */
  takeBack(): Promise<void>;
  /** Gives the server the new value, and tries it. @throws {UserError} RB-SECRET-SERVER */
  set(): Promise<void>;
  /** After a failure: the services keep their value. @returns whether the server needs no stored value any more */
  undo(): Promise<boolean>;
  /** Once the services have the new value, and the repository has it. @throws {UserError} RB-ROLE-OPEN */
  finish(): Promise<void>;
}

/** Two roles of PostgreSQL that take turns. */
export function twoRoles(run: Running, turn: Turn): OtherSide {
  return {
    name: turn.name,
    prove: () => prove(run, turn),
    takeBack: async () => {},
    set: () => prepare(run, turn),
    undo: async () => {
      await closeUnused(run, turn);
      return true;
    },
    finish: () => closeFormer(run, turn),
  };
}

/** A single role of PostgreSQL. */
export function singleRole(run: Running, turn: Turn): OtherSide {
  let former: Former | null = null;
  return {
    name: turn.name,
    prove: async (pending) => {
      const proven = await proveSingle(run, turn, pending);
      former = proven.former;
      return proven.notes;
    },
    takeBack: () => takeBack(run, turn, former!),
    set: () => setSingle(run, turn),
    undo: () => putBack(run, turn, former!),
    finish: async () => {},
  };
}

export async function closeFormer(run: Running, turn: Turn): Promise<void> {
  run.recorder.step(`Close ${turn.from.role}`);
  const seen = await close(run, turn, turn.from);
  run.notes.push(`${turn.from.role} of ${turn.server.service} is closed: no session used it, and ${seen}.`);
}

/** A role that got a password that no service has. */
async function closeUnused(run: Running, turn: Turn): Promise<void> {
  try {
    await close(run, turn, turn.to, 0);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    run.recorder.warning(
      `${turn.to.role} of ${turn.server.service} may have a new password that no service uses: ${error.details.why ?? error.details.what}`,
    );
  }
}
