/** The runner's side of the lease. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from '../errors';
import { quote } from '../host/quote';
import { processes } from './scripts';

/** Seconds without a sign of life of its owner after which another run may take a lease. */
const LEASE_EXPIRY = 45;

interface LeaseWish {
  /** URL of the run with its attempt. */
  readonly owner: string;
  readonly procedure: string;
  /** Seconds to wait for the lease. */
  readonly timeout: number;
  /** Whether to end another run's deploy that drains or watches. */
  readonly preempt: boolean;
  /** Seconds without a sign of life. Default {@link LEASE_EXPIRY}. */
  readonly expiry?: number;
}

/** The run that holds the lease. */
export interface Holder {
  /** `busy`: the owner is gone, and its step still runs by itself. */
  readonly state: 'held' | 'busy';
  readonly token: number;
  readonly owner: string;
  readonly procedure: string;
  readonly seconds: number;
  /** Operation of its step; empty between steps. */
  readonly operation: string;
}

/** What the host says next about the lease. */
export type LeaseNews = { readonly token: number } | { readonly holder: Holder } | { readonly timeout: true };

export function leaseScript(): string {
  return `${processes()}\n${readFileSync(join(__dirname, 'lease.sh'), 'utf8')}`;
}

/** A line for a script that contains {@link leaseScript} and knows RB_ROOT; {@link LeaseReader} reads its output. */
export function acquireLease({ owner, procedure, timeout, preempt, expiry = LEASE_EXPIRY }: LeaseWish): string {
  return `lease_acquire ${quote(oneLine(owner))} ${quote(oneLine(procedure))} ${expiry} ${preempt ? 1 : 0} ${Math.ceil(timeout)}`;
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim() || '-';
}

/** Puts the lines of `lease_acquire` together. */
export class LeaseReader {
  #lines: string[] = [];

  /** @throws {UserError} RB-HOST-UNSUITABLE for a line that is not such news: the lease could not be written */
  read(line: string): LeaseNews | null {
    if (this.#lines.length === 0) {
      const token = /^token (\d+)$/.exec(line)?.[1];
      if (token !== undefined) return { token: Number(token) };
      if (line === 'timeout') return { timeout: true };
      if (line !== 'held' && line !== 'busy') throw unwritable(line);
    }
    this.#lines.push(line);
    if (this.#lines.length < 6) return null;
    const [state, token, owner = '', procedure = '', seconds, operation = ''] = this.#lines;
    this.#lines = [];
    return {
      holder: {
        state: state as Holder['state'],
        token: Number(token),
        owner,
        procedure,
        seconds: Number(seconds),
        operation: operation === '-' ? '' : operation,
      },
    };
  }
}

export function describeHolder({ state, owner, procedure, seconds, operation }: Holder): string {
  const step = operation === '' ? '' : `, at the step ${operation}`;
  const how = state === 'busy' ? '; its run is gone, its step is being ended' : '';
  return `${procedure} of ${owner} for ${seconds} s${step}${how}`;
}

/** @param holder null when the host never said who holds it, see `locked` in lease.sh */
export function leaseHeld(holder: Holder | null): UserError {
  if (holder === null)
    return new UserError('RB-LEASE-HELD', {
      what: 'the lease of this stack could not be asked for',
      why: 'another process on the host held the lock of lease.lock, in the folder .runbook, all the time',
      remedy: 'run it again; if that does not help, find the process with `fuser -v .runbook/lease.lock` on the host',
    });
  const { procedure, seconds, operation, owner, state } = holder;
  return new UserError('RB-LEASE-HELD', {
    what: `another run holds the lease of this stack: ${procedure}, for ${seconds} s${operation === '' ? '' : `, at the step ${operation}`}`,
    why: state === 'held' ? `its owner is ${owner}` : `its owner, ${owner}, is gone, but its step goes on by itself`,
    remedy:
      state === 'held'
        ? `wait for that run, or cancel it, or raise lease-timeout; its lease ends ${LEASE_EXPIRY} s after its last sign of life`
        : 'run it again when that step has ended; the journal on the host records the end of a step',
  });
}

function unwritable(why: string): UserError {
  return new UserError('RB-HOST-UNSUITABLE', {
    what: "the lease could not be taken in the stack's directory",
    why: why || 'it cannot be written',
    remedy: 'create the directory on the host, give it to the SSH user, and see that the disk has room',
  });
}
