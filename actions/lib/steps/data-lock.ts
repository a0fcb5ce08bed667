/** Keeps runs that copy data and runs that replace it apart, by a lock on the host that steps hold. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from '../errors';

export function dataLockScript(): string {
  return readFileSync(join(__dirname, 'data-lock.sh'), 'utf8');
}

/** The error for the failure kind `data-lock` of a step. */
export function dataBusy(): UserError {
  return new UserError('RB-DATA-BUSY', {
    what: 'the data of this stack is in use by another run',
    why: 'a backup and a run that replaces data (a restore, a migration) exclude each other, and the other run did not end in time',
    remedy: 'run it again when the other run has ended; the journal on the host names it',
  });
}
