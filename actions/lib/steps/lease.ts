/** The runner's side of the lease. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from '../errors';
import { quote } from '../host/quote';
import { parseJournal } from './journal';

/** Seconds without a sign of its owner after which a lease may be taken over. */
export const LEASE_EXPIRY = 60;
/** Seconds for which a taker waits for a step that its owner left alone; less than the time for one command. */
const STEP_WAIT = 20;

export function leaseScript(): string {
  return readFileSync(join(__dirname, 'lease.sh'), 'utf8');
}

/**
 * A line for a script that holds {@link leaseScript} and knows RB_ROOT. Prints what {@link parseLease} reads.
 *
 * @param expiry seconds
 * @param wait seconds
 */
export function takeLease(owner: string, procedure: string, expiry = LEASE_EXPIRY, wait = STEP_WAIT): string {
  return `lease_take ${quote(oneLine(owner))} ${quote(oneLine(procedure))} ${expiry} ${wait}`;
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim() || '-';
}

/**
 * @returns the fencing token
 * @throws {UserError} RB-LEASE-HELD with who holds it, RB-HOST-UNSUITABLE when it could not be written
 */
export function parseLease(lines: readonly string[]): number {
  const token = /^token (\d+)$/.exec(lines.at(-1) ?? '')?.[1];
  if (token !== undefined) return Number(token);
  const refusal = lines.findIndex((line) => line === 'held' || line === 'busy');
  if (refusal === -1) {
    throw new UserError('RB-HOST-UNSUITABLE', {
      what: "the lease could not be taken in the stack's directory",
      why: lines.join(' ') || 'it cannot be written',
      remedy: 'create the directory on the host, give it to the SSH user, and see that the disk has room',
    });
  }
  const [word, owner = '', procedure = '', seconds = '', ...journal] = lines.slice(refusal);
  const entry = parseJournal(journal).at(-1);
  const step = entry?.event === 'begin' ? `, at the step ${entry.step}` : '';
  throw new UserError('RB-LEASE-HELD', {
    what: `another run holds the lease of this stack: ${procedure}, for ${seconds} s${step}`,
    why: word === 'held' ? `its owner is ${owner}` : `its owner, ${owner}, is gone, but its step goes on by itself`,
    remedy:
      word === 'held'
        ? `wait for that run, or cancel it; its lease ends ${LEASE_EXPIRY} s after its last sign of life`
        : 'run it again when that step has ended; the end of a step stands in the journal',
  });
}
