/**
 * What the `failed` event of a step says, and the words for it: each KIND that a script can `fail` with has its own.
 */
import { UserError } from '../errors';
import { dataBusy } from './data-lock';
import { ending, isEnding } from './endings';

/** What the step's `failed` event told. */
export interface Failure {
  readonly kind: string;
  /** The service, release, image, file or database concerned. */
  readonly subject: string;
  /** Last lines of output of the command that failed. */
  readonly log: readonly string[];
}

/** The error for one kind of failure. */
export type Words = (failure: Failure) => UserError;

/** Kinds of failure that every step can have; see step.sh and data-lock.sh. */
export const STEP_WORDS: Readonly<Record<string, Words>> = {
  lock: () =>
    new UserError('RB-LEASE-HELD', {
      what: 'another step of this stack is still running on the host',
      why: 'it held the lock for 120 s; nothing was changed by this run',
      remedy: 'see the newest folder in .runbook/steps on the host, and run this again when that step has ended',
    }),
  'lease-lost': () =>
    new UserError('RB-LEASE-LOST', {
      what: 'another run took over the lease of this stack',
      remedy: 'look at the other run first; this run changed nothing more',
    }),
  unmarked: (failure) =>
    new UserError('RB-DISK-FULL', {
      what: 'the host could not record that a run changes the stack',
      why: 'its disk has no room, or did not take what was written; without the record an interruption would not be noticed',
      remedy: 'see `df` and `dmesg` on the host, and run it again; nothing was changed',
      ...shown(failure),
    }),
  'not-started': (failure) =>
    new UserError('RB-HOST-UNSUITABLE', {
      what: 'the host could not start a step',
      why: failure.log.at(-1) ?? 'its shell gave no message',
      remedy: 'see `df` and `free` on the host, and run it again; nothing was changed',
    }),
  'data-lock': dataBusy,
};

/** The lines below an error, and the name of what printed them. */
export function shown({ log, subject }: Failure): { readonly log?: readonly string[]; readonly logOf?: string } {
  return log.length > 0 ? { log, logOf: subject } : {};
}

/** @returns `null` where the step ended without a `failed` event, or was killed */
export function explained(failure: Failure, words: Readonly<Record<string, Words>>): UserError | null {
  if (isEnding(failure.kind)) return ending(failure.kind);
  const known = Object.hasOwn(words, failure.kind) ? words[failure.kind] : STEP_WORDS[failure.kind];
  return known?.(failure) ?? null;
}
