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

/** What became of an unfinished swap, as the host saw it afterwards. */
export interface SwapEnd {
  /** `back`: the former data is live. `kept`: what came is. `partial`, `stuck`: neither of both whole; it stays recorded. */
  readonly data: 'back' | 'kept' | 'partial' | 'stuck';
  /** Services of the writers that do not run, or are not healthy. */
  readonly down: readonly string[];
  /** Names had changed before. */
  readonly exchanged: boolean;
  readonly untold: Untold | null;
}

/**
 * Why a proxy may still call a service that writes where that was before. `kind`: it cannot be told, and may ask only when
 * it starts. `refused`: nginx did not take its configuration.
 */
export type Untold = 'kind' | 'refused';

interface Swapped {
  /** Services that were stopped for it. */
  readonly stopped: readonly string[];
  /** `null`: it was told, or nothing has another address. */
  readonly untold: Untold | null;
}

interface SwapTools {
  readonly steps: Steps;
  /** Called when the swap did not come to its commit and was reversed. */
  readonly onEnd?: (end: SwapEnd) => void;
  /** Milestones: writers stopped, names swapped, writers started, healthy. */
  readonly mark: (text: string) => void;
  /** What the host says besides, such as what it waits for. */
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
 * @throws {UserError} when it did not come to the commit; RB-RESTORE-UNSETTLED or RB-WRITERS-DOWN where not everything
 * is as it was then
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
      // What fails after the commit takes nothing back.
      explain: (told) => (observer.committed ? null : withEnd(explainRestore(told), observer.end)),
    },
  );
  if (error === null) return { stopped: observer.stopped, untold: observer.untold };
  if (!isUnknownEnd(error) && observer.end !== null) onEnd?.(observer.end);
  throw error;
}

/** Ends what an interrupted restore left. @returns what was done, one sentence each @throws {UserError} */
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

/** For people. */
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

  /** What became of a swap that was begun and not committed; `null`: none was. */
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

/** The error of a failed swap, with what its reversal came to in the first line where that is not what one expects. */
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
