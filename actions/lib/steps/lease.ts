/** The runner's side of the lease. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from '../errors';
import { quote } from '../host/quote';

/** Seconds without a sign of its owner after which a lease may be taken over. */
export const LEASE_EXPIRY = 60;

export function leaseScript(): string {
  return readFileSync(join(__dirname, 'lease.sh'), 'utf8');
}

/** A line for a script that holds {@link leaseScript} and knows RB_ROOT. Prints what {@link parseLease} reads. */
export function takeLease(owner: string, procedure: string): string {
  return `lease_take ${quote(oneLine(owner))} ${quote(procedure)} ${LEASE_EXPIRY}`;
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ');
}

/**
 * @returns the fencing token
 * @throws {UserError} RB-LEASE-HELD with who holds it, RB-HOST-UNSUITABLE when it could not be written
 */
export function parseLease(lines: readonly string[]): number {
  const [first = '', owner = '', procedure = '', seconds = ''] = lines;
  const token = /^token (\d+)$/.exec(first)?.[1];
  if (token !== undefined) return Number(token);
  if (first === 'held') {
    throw new UserError('RB-LEASE-HELD', {
      what: `another run holds the lease of this stack: ${procedure}, for ${seconds} s`,
      why: `its owner is ${owner}`,
      remedy: `wait for that run, or cancel it; its lease ends ${LEASE_EXPIRY} s after its last sign of life`,
    });
  }
  throw new UserError('RB-HOST-UNSUITABLE', {
    what: "the lease could not be taken in the stack's directory",
    why: lines.join(' ') || 'it cannot be written',
    remedy: 'create the directory on the host and give it to the SSH user',
  });
}
