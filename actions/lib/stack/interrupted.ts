/**
 * A restore that was interrupted before its commit: its record holds the way back, and until a person decides which
 * data stays no run may build on it. Known to every procedure, as it is part of what is observed.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from '../errors';

export interface InterruptedRestore {
  /** Whether a restore, or the guard that reverses it, may still be at work. */
  readonly running: boolean;
  /** The unfinished swap of databases and volumes; `null`: there is none. */
  readonly data: {
    /**
     * `stopping`: nothing is exchanged yet. `swapping`, `swapped`, `reversing`: former or restored data may be live.
     */
    readonly phase: string;
    /** Whether the host was rebooted since. */
    readonly rebooted: boolean;
    /** The host's time when the swap began, as `YYYYMMDDTHHMMSSZ`; empty: not known. */
    readonly since: string;
  } | null;
  /** Each Qdrant that a restore was changing. */
  readonly qdrant: readonly { readonly service: string; readonly phase: string }[];
}

/** Defines `interrupted_restore` on the host. */
export function interruptedScript(): string {
  return readFileSync(join(__dirname, 'interrupted.sh'), 'utf8');
}

/** @param lines output of `interrupted_restore` */
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

/** Phases in which the data that was live is unchanged: the next run may clear up unasked. */
const UNTOUCHED: ReadonlySet<string> = new Set(['stopping']);
/** Phases in which Qdrant's collections are as they were, or stay as they are: only clearing up is left. */
const SETTLED: ReadonlySet<string> = new Set(['saving', 'kept', 'back']);

/** Whether a person must decide which data stays: clients may have written to the restored data since. */
export function isUndecided({ phase }: NonNullable<InterruptedRestore['data']>): boolean {
  return !UNTOUCHED.has(phase);
}

/**
 * Refuses runs that change the stack or copy its data until an interrupted restore is settled.
 *
 * @param ours whether this run has the stack's lease, so that no restore can be at work
 * @throws {UserError} RB-RESTORE-UNSETTLED
 */
export function requireSettled(interrupted: InterruptedRestore | null, ours: boolean): void {
  if (interrupted === null || (interrupted.running && !ours)) return;
  const { data, qdrant } = interrupted;
  const open = qdrant.filter(({ phase }) => !SETTLED.has(phase)).map(({ service }) => service);
  if (data !== null || open.length > 0) throw unsettled(data, open);
}

/** @param qdrant services of Qdrant that are not settled */
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
