/** Why a step ended after it was told to, or is not followed any more: the same words for every procedure. */
import { UserError } from '../errors';
import type { StepResult } from './step';

/** Why a cancelled step is not followed any more. */
export const STILL_ENDING = 'the step goes on to put back what it has changed';

/** Whether a failure's kind is a word with which a step is told to end; see step_end in process.sh. */
export function isEnding(kind: string): boolean {
  return /^(cancel|taken|preempt)\b/.test(kind);
}

/** What such a word means. @param kind of the step's `failed` event */
export function ending(kind: string): UserError {
  const [word, by = 'another run'] = kind.split(' ');
  if (word === 'cancel') {
    return new UserError('RB-CANCELLED', {
      what: 'the run was cancelled',
      why: 'its step on the host was told to end before it had committed, and put back what it had changed',
      remedy: 'run it again when you want it',
    });
  }
  if (word === 'preempt') {
    return new UserError('RB-PREEMPTED', {
      what: 'another run ended this one before its release was committed',
      why: `${by} was told to preempt`,
      remedy: 'look at that run',
    });
  }
  return new UserError('RB-LEASE-LOST', {
    what: 'another run took over the lease of this stack',
    why: 'this run gave no signs of life for too long',
    remedy: 'look at the other run first; this run changed nothing more',
  });
}

/** To be called before a step begins. @throws {UserError} RB-CANCELLED */
export function requireGoing(signal: AbortSignal | undefined): void {
  if (signal?.aborted !== true) return;
  throw new UserError('RB-CANCELLED', {
    what: 'the run was cancelled',
    why: 'it stopped before its next step on the host',
    remedy: 'run it again when you want it',
  });
}

/** The error for a step whose end this run does not know. @param lost what a lost connection means for this step */
export function unknownEnd(
  result: StepResult & { readonly outcome: 'unknown' },
  lost: { readonly what: string; readonly remedy: string },
): UserError {
  if (result.cancelled !== true) return new UserError('RB-CONNECTION-LOST', { ...lost, why: result.reason });
  return new UserError('RB-CANCELLED', {
    what: 'the run was cancelled',
    why: result.reason,
    remedy: 'run it again; the new run waits until that step has ended, and continues from the state that it finds',
  });
}

/** Whether an error says that a step may still go on. */
export function isUnknownEnd({ code, details }: UserError): boolean {
  return code === 'RB-CONNECTION-LOST' || (code === 'RB-CANCELLED' && details.why === STILL_ENDING);
}
