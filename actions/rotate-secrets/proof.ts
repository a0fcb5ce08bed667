/** Tries whether a database accepts a password, and explains where it does not. */
import { UserError } from '../lib/errors';
import { SqlFailed } from '../lib/postgres/alternate';
import { type LoginTried, tryLogin } from '../lib/postgres/login';
import type { Run } from '../lib/procedure/define';
import type { Turn } from './database';
import type { RotateSecretsInputs } from './inputs';

interface Words {
  readonly refused: string;
  readonly unknown: string;
}

/** By a query over TCP. */
export function login(
  host: Run<RotateSecretsInputs>['session']['host'],
  { server }: Turn,
  { role, password }: Turn['from'],
): Promise<LoginTried> {
  const { stack, service, database } = server;
  return tryLogin(host, { stack, service, user: role, database, password });
}

/** @throws {UserError} RB-SECRET-SERVER if the password is not accepted, or that cannot be found out */
export function requireTaken(tried: LoginTried, what: Words): void {
  if (tried.taken !== true) throw refusal(tried.taken === null ? what.unknown : what.refused, tried.why);
}

/** @throws {UserError} RB-SECRET-SERVER for what the server refuses */
export async function said<T>(what: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof SqlFailed)) throw error;
    throw refusal(what, error.message);
  }
}

export function refusal(what: string, why: string): UserError {
  return new UserError('RB-SECRET-SERVER', {
    what,
    why,
    remedy: 'put that right in the server, or correct `postgres` of the policy; no service was changed',
  });
}

/** Of the password that is in use. */
export function presently({ name, from }: Turn): Words {
  return {
    refused: `${name} is not the present password of ${from.role}`,
    unknown: `it cannot be checked whether ${name} is the present password of ${from.role}`,
  };
}

/** Of the new one. */
export function freshly({ name, to }: Turn): Words {
  return {
    refused: `${to.role} does not log in with the new ${name}`,
    unknown: `it cannot be checked whether ${to.role} logs in with the new ${name}`,
  };
}
