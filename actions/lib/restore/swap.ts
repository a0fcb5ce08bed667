/**
 * Exchanges databases by their names, and the content of volumes by their folders: one step on the host that reverses
 * itself until its commit.
 */
import { UserError } from '../errors';
import { isUnknownEnd } from '../steps/endings';
import { onHost } from '../steps/on-host';
import type { StepEvent, StepObserver, Steps } from '../steps/step';
import { explainRestore } from './failures';
import { type Leftovers, recoverScript, type SwapRequest, swapScript, type Way } from './swap-script';

/** The end of an unfinished swap, as the host reported it. */
export interface SwapEnd {
  /**
   * `back`: the former data is live. `kept`: the restored data is. `partial`, `stuck`: neither is complete; the record
   * stays.
   */
  readonly data: 'back' | 'kept' | 'partial' | 'stuck';
  /** Writing services that do not run or are not healthy. */
  readonly down: readonly string[];
  /** Whether names had changed before. */
  readonly exchanged: boolean;
  readonly untold: Untold | null;
}

/**
 * Why a proxy may still use the former address of a writing service. `kind`: this kind of proxy cannot be told to
 * resolve names again, and may do so only when it starts. `refused`: nginx rejected its configuration.
 */
export type Untold = 'kind' | 'refused';

interface Swapped {
  /** Services that were stopped for the swap. */
  readonly stopped: readonly string[];
  /** `null`: the proxy was told, or no address changed. */
  readonly untold: Untold | null;
}

interface SwapTools {
  readonly steps: Steps;
  /** Called if the swap was not committed, and was reversed. */
  readonly onEnd?: (end: SwapEnd) => void;
  /** Milestones: writers stopped, names swapped, writers started, healthy. */
  readonly mark: (text: string) => void;
  /** Other messages of the host, such as what it waits for. */
  readonly remote: (line: string) => void;
}

const MARKS: Readonly<Record<string, string>> = {
  stopping: 'stopping the writers',
  stopped: 'writers stopped',
  swapped: 'names swapped',
  started: 'writers started',
  healthy: 'writers healthy',
  committed: 'committed',
  undoing: 'reversing',
};

/**
 * Carries out the swap.
 *
 * @throws {UserError} if the swap was not committed; RB-RESTORE-UNSETTLED or RB-WRITERS-DOWN if not everything is as
 *   it was before
 */
export async function swap(request: SwapRequest, { steps, mark, remote, onEnd }: SwapTools): Promise<Swapped> {
  const observer = new SwapObserver(mark, remote);
  const error = await onHost(
    steps,
    { id: 'swap', script: swapScript(request) },
    {
      ...observer.listening,
      lost: {
        what: 'it is not known how the swap ended',
        remedy:
          'the host finishes or goes back by itself; then undo: true with dry-run: true names the data that was put aside, if the swap finished',
      },
      // A failure after the commit reverses nothing.
      explain: (told) => (observer.committed ? null : withEnd(explainRestore(told), observer.end)),
    },
  );
  if (error === null) return { stopped: observer.stopped, untold: observer.untold };
  if (!isUnknownEnd(error) && observer.end !== null) onEnd?.(observer.end);
  throw error;
}

/** Clears up what an interrupted restore left. @returns a sentence on each thing that was done @throws {UserError} */
export async function endInterrupted(
  stack: string,
  left: Leftovers,
  steps: Steps,
  id: string,
  way: Way = 'leave',
): Promise<string[]> {
  const done: string[] = [];
  const observer = new SwapObserver(
    () => {},
    () => {},
    done,
  );
  const error = await onHost(
    steps,
    { id, script: recoverScript(stack, left, way) },
    {
      ...observer.listening,
      lost: {
        what: 'the connection to the host was lost while an earlier restore was cleared up',
        remedy: 'run it again',
      },
      explain: (told) => withEnd(explainRestore(told), observer.end),
    },
  );
  if (error !== null) throw error;
  return done;
}

/** A sentence for people. */
export function sayUntold(why: Untold): string {
  return why === 'kind'
    ? 'A proxy could not be told that services have other addresses now: restart it if it resolves names only when it starts.'
    : 'nginx did not accept its configuration and may still call services at their former addresses: correct it (`nginx -t`), and reload it.';
}

class SwapObserver {
  committed = false;
  stopped: readonly string[] = [];
  untold: Untold | null = null;
  readonly #mark: (text: string) => void;
  readonly #remote: (line: string) => void;
  readonly #done: string[];
  #due = false;
  #exchanged = false;
  #end: Omit<SwapEnd, 'untold'> | null = null;

  constructor(mark: (text: string) => void, remote: (line: string) => void, done: string[] = []) {
    this.#mark = mark;
    this.#remote = remote;
    this.#done = done;
  }

  get listening(): StepObserver {
    return { onEvent: (event) => this.#hear(event), onLine: (line) => this.#remote(line) };
  }

  #hear({ name, fields }: StepEvent): void {
    if (name === 'committed') this.committed = true;
    if (name === 'stopping') {
      this.#due = true;
      this.stopped = (fields.services ?? '').split(' ').filter((one) => one !== '');
    }
    if (name === 'swapped') this.#exchanged = true;
    if (name === 'untold') this.#untell(fields.why === 'kind' ? 'kind' : 'refused');
    if (name === 'settled') this.#settled(fields);
    else if (name === 'dropped') this.#done.push(`${fields.name}, left by an interrupted restore, was removed.`);
    else if (MARKS[name] !== undefined) this.#mark(MARKS[name]);
  }

  /** The end of a swap that began and was not committed; `null`: there was no such swap. */
  get end(): SwapEnd | null {
    const { untold } = this;
    if (this.#end !== null) return { ...this.#end, untold };
    return this.#due && !this.committed ? { data: 'stuck', down: [], exchanged: this.#exchanged, untold } : null;
  }

  #untell(why: Untold): void {
    if (this.untold !== 'refused') this.untold = why;
    this.#done.push(sayUntold(why));
  }

  #settled({ data = '', writers = '' }: StepEvent['fields']): void {
    const down = writers.split(',').filter((one) => one !== '');
    this.#end = { data: data as SwapEnd['data'], down, exchanged: this.#exchanged };
    if (data === 'back') this.#done.push('An unfinished swap was reversed: the former data is live.');
    if (data === 'kept') this.#done.push('An unfinished swap was ended: what the restore brought stays.');
    if (down.length > 0)
      this.#done.push(`Services that write to the data do not run, or are not healthy: ${down.join(', ')}.`);
  }
}

/**
 * The error of a failed swap. Its first line tells the result of the reversal, unless everything is as it was before.
 */
function withEnd(error: UserError, end: SwapEnd | null): UserError {
  if (end === null || (end.data === 'back' && end.down.length === 0)) return error;
  const { what, log, logOf } = error.details;
  const more = { log, logOf };
  if (end.data === 'back') {
    return new UserError('RB-WRITERS-DOWN', {
      what: `the former data is live again, but ${end.down.join(', ')} do not run or are not healthy`,
      why: `they were to start after a swap that failed: ${what}`,
      remedy: 'see `docker ps -a` and `docker logs` on the host, correct what keeps them from starting, and start them',
      ...more,
    });
  }
  return new UserError('RB-RESTORE-UNSETTLED', {
    what: `the swap failed and could not be put back: ${what}`,
    why: 'its reversal did not come to its end; which data is live must be looked at',
    remedy:
      'mend what the lines below say, and run restore with interrupted: back (the former data) or, where all of it was exchanged, interrupted: forward',
    ...more,
  });
}
