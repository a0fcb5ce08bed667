/**
 * A restore that was interrupted before its commit: its record holds the way back, and until a person decides which data stays no run may build on it. Known to every procedure, as it is part of what is observed.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from '../errors';

export interface InterruptedRestore {
  /** A restore, or the guard that reverses it, may still be at it. */
  readonly running: boolean;
  /** The swap of databases and volumes; `null`: none is open. */
  readonly data: {
    /** `stopping`: nothing is exchanged yet. `swapping`, `swapped`, `reversing`: what has the live names may be either. */
    readonly phase: string;
    /** The host was rebooted since. */
    readonly rebooted: boolean;
    /** The host's time when the swap began, as `YYYYMMDDTHHMMSSZ`; empty where that is not known. */
    readonly since: string;
  } | null;
  /** Each Qdrant that a restore was changing. */
  readonly qdrant: readonly { readonly service: string; readonly phase: string }[];
}

/** Defines `interrupted_restore` on the host. */
export function interruptedScript(): string {
  return readFileSync(join(__dirname, 'interrupted.sh'), 'utf8');
}

/** @param lines of `interrupted_restore` */
export function parseInterrupted(lines: readonly string[]): InterruptedRestore | null {
  let data: InterruptedRestore['data'] = null;
  const qdrant: { service: string; phase: string }[] = [];
  for (const line of lines) {
    const [word, first = '', second = '', third = ''] = line.split(' ');
    if (word === 'data') data = { phase: first, rebooted: second === 'other', since: third };
    if (word === 'qdrant') qdrant.push({ service: first, phase: second });
  }
  if (data === null && qdrant.length === 0) return null;
  return { running: lines.includes('running'), data, qdrant };
}

/** The data that was live when it was interrupted is unchanged: the next run may put the rest right unasked. */
const UNTOUCHED: ReadonlySet<string> = new Set(['stopping']);
/** Qdrant's collections are as they were, or stay as they are: only clearing up is left. */
const SETTLED: ReadonlySet<string> = new Set(['saving', 'kept', 'back']);

/** Clients may have written since into the restored data. */
export function isUndecided({ phase }: NonNullable<InterruptedRestore['data']>): boolean {
  return !UNTOUCHED.has(phase);
}

/**
 * For runs that change the stack or copy its data.
 *
 * @param ours this run has the stack's lease, so that no restore can be at it
 * @throws {UserError} RB-RESTORE-UNSETTLED
 */
export function requireSettled(interrupted: InterruptedRestore | null, ours: boolean): void {
  if (interrupted === null || (interrupted.running && !ours)) return;
  const { data, qdrant } = interrupted;
  const open = qdrant.filter(({ phase }) => !SETTLED.has(phase)).map(({ service }) => service);
  if (data !== null || open.length > 0) throw unsettled(data, open);
}

/** @param qdrant services */
export function unsettled(data: InterruptedRestore['data'], qdrant: readonly string[]): UserError {
  const subject = [
    ...(data === null ? [] : [`in the swap of databases and volumes${data.since === '' ? '' : ` (${data.since})`}`]),
    ...(qdrant.length > 0 ? [`while it changed Qdrant (${qdrant.join(', ')})`] : []),
  ].join(' and ');
  const since = data?.rebooted ? 'the host was rebooted since' : 'nothing has put it right since';
  return new UserError('RB-RESTORE-UNSETTLED', {
    what: `a restore was interrupted ${subject}, and it is not decided which data stays`,
    why:
      data === null || isUndecided(data)
        ? `${since}; the live data may be the restored data, with everything that was written to it since`
        : `${since}; the former data is live, and the writers that were stopped may still be stopped`,
    remedy:
      'look at the data that the stack serves, and run restore with interrupted: forward (the restored data stays) or interrupted: back (the former data is live again; the databases and volumes that served until then are kept under a name with "undone", the collections of Qdrant are not)',
  });
}
