/** Runs steps on a host: starts each detached, follows it, and finds it again after a lost connection. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Host, Session } from '../host/host';
import { quote } from '../host/quote';
import { requireGoing, STILL_ENDING } from './endings';
import { journalMembers, UNFINISHED } from './journal';
import { follower, launcher, prelude, processes } from './scripts';
import type { RunningStep, StepEvent, StepObserver, StepResult, StepSpec, Steps } from './step';

interface StepsContext {
  /** Folder of the lease that this run holds: `<directory>/.runbook`, or a folder below it. */
  readonly root: string;
  /** `<directory>/.runbook`, with the journal and the data lock. Default: {@link root}. */
  readonly stackRoot?: string;
  /** Fencing token of the lease that this run holds. */
  readonly token: number;
  /** URL of the run with its attempt. */
  readonly run: string;
  /** Who started it. */
  readonly actor: string;
  readonly procedure: string;
  /** The release that the procedure leads to. */
  readonly release: string | null;
  /** Aborted when the run is cancelled: the step ends at its next safe point and reverses what it has not committed. */
  readonly signal?: AbortSignal | undefined;
  /** Called before each step. */
  readonly onStart?: () => void;
}

const PATIENCE = 30;
const BEAT_INTERVAL = 5000;
/** Milliseconds during which the runner tries to connect again. */
const RECONNECT_FOR = 60_000;
/** Milliseconds for one attempt. */
const RECONNECT_TIMEOUT = 10_000;
/** Milliseconds: GitHub kills a cancelled action 7.5 s after it told it to stop. */
const CANCEL_PATIENCE = 5000;
const LEFT: StepResult = { outcome: 'unknown', reason: STILL_ENDING, cancelled: true };
/** Ends every line of the follower: a line without it was torn by a lost connection. */
const LINE_END = '\u001e';

export function createSteps(host: Host, context: StepsContext): Steps {
  return {
    start: async (spec, observer) => {
      requireGoing(context.signal);
      context.onStart?.();
      const folder = `${context.root}/steps/${context.token}-${spec.id}`;
      const session = await host.open(launchScript(spec, folder, context));
      return new Follower(host, (skip) => followScript(folder, context, skip), session, observer, context.signal);
    },
  };
}

function launchScript(spec: StepSpec, folder: string, context: StepsContext): string {
  const { root, stackRoot = root, token, run, actor, procedure, release } = context;
  const variables = {
    RB_JOURNAL: `${stackRoot}/journal.jsonl`,
    RB_UNFINISHED: release === null ? '' : `${stackRoot}/${UNFINISHED}`,
    RB_DATA_LOCK: `${stackRoot}/data.lock`,
    RB_ROOT: root,
    RB_STEP: folder,
    RB_TOKEN: String(token),
    RB_PATIENCE: String(spec.patience ?? PATIENCE),
    RB_ENTRY: journalMembers({ procedure, step: spec.id, run, actor, release }),
  };
  const script = [
    ...Object.entries(variables).map(([name, value]) => `${name}=${quote(value)}`),
    prelude(),
    spec.script,
    '',
  ].join('\n');
  // `printf` is built into the shell, so neither script nor input becomes an argument that others can see.
  const input = spec.input === undefined ? ':' : `printf %s ${quote(spec.input.toString('base64'))} | base64 -d`;
  return [
    `RB_ROOT=${quote(root)} RB_STEP=${quote(folder)}`,
    `write_script() { printf %s ${quote(script)}; }`,
    `write_input() { ${input}; }`,
    processes(),
    launcher(),
    followScript(folder, context, 0),
  ].join('\n');
}

/** @param skip number of lines that the runner has seen already */
function followScript(folder: string, { root, token }: StepsContext, skip: number): string {
  const variables = `RB_ROOT=${quote(root)} RB_STEP=${quote(folder)} RB_TOKEN=${token} SKIP=${skip}`;
  return [variables, processes(), follower()].join('\n');
}

class Follower implements RunningStep {
  readonly result: Promise<StepResult>;
  readonly #host: Host;
  readonly #script: (skip: number) => string;
  readonly #observer: StepObserver;
  #session: Session;
  #seen = 0;
  #lastWord: string | null = null;
  #cancelled = false;
  #left = false;
  /** When the connection was lost; `null` while it stands. */
  #lostSince: number | null = null;

  constructor(
    host: Host,
    script: (skip: number) => string,
    session: Session,
    observer: StepObserver,
    signal: AbortSignal | undefined,
  ) {
    this.#host = host;
    this.#script = script;
    this.#session = session;
    this.#observer = observer;
    let giveUp: (result: StepResult) => void = () => {};
    const late = new Promise<StepResult>((resolve) => {
      giveUp = resolve;
    });
    const cancel = (): void => this.#cancel(() => giveUp(LEFT));
    if (signal?.aborted) cancel();
    signal?.addEventListener('abort', cancel, { once: true });
    this.result = Promise.race([this.#follow(), late]).finally(() => signal?.removeEventListener('abort', cancel));
  }

  send(word: string): void {
    this.#lastWord = word;
    this.#session.write(word);
  }

  /** Tells the step to end at its next safe point, and follows it no longer than this run may live. */
  #cancel(giveUp: () => void): void {
    this.#cancelled = true;
    this.#session.write('cancel');
    setTimeout(() => {
      this.#left = true;
      this.#session.close();
      giveUp();
    }, CANCEL_PATIENCE).unref();
  }

  async #follow(): Promise<StepResult> {
    const beats = setInterval(() => this.#session.write('beat'), BEAT_INTERVAL);
    try {
      while (true) {
        this.#session.write('beat');
        const result = (await this.#read()) ?? (await this.#findAgain());
        if (result !== null) return result;
      }
    } finally {
      clearInterval(beats);
      this.#session.close();
    }
  }

  /** Reads until the step's end; `null` when the connection was lost before that. */
  async #read(): Promise<StepResult | null> {
    for await (const line of this.#session.lines) {
      if (!line.endsWith(LINE_END)) continue;
      const blank = line.indexOf(' ');
      const word = blank === -1 ? line.slice(0, -1) : line.slice(0, blank);
      const text = blank === -1 ? '' : line.slice(blank + 1, -1);
      if (/^\d+$/.test(word)) {
        this.#seen = Number(word);
        this.#tell(text);
      } else if (word === 'following') this.#lostSince = null;
      else if (word === 'exit') return { outcome: 'exited', code: Number(text) };
      else if (word === 'refused') return this.#refused(text);
      else if (word === 'gone') {
        return { outcome: 'unknown', reason: 'the step was killed on the host, or the host was rebooted' };
      } else if (word === 'absent') return { outcome: 'unknown', reason: 'the step never started on the host' };
    }
    return null;
  }

  /** The result of a step of which nothing was run. */
  #refused(why: string): StepResult {
    this.#observer.onEvent?.({ name: 'log', fields: { of: 'the start', line: why } });
    this.#observer.onEvent?.({ name: 'failed', fields: { kind: 'not-started', subject: '' } });
    return { outcome: 'exited', code: 73 };
  }

  #tell(line: string): void {
    const event = parseEvent(line);
    if (event !== null) this.#observer.onEvent?.(event);
    else this.#observer.onLine?.(line);
  }

  /** Connects again and follows from the line after the last one seen; returns a result where that failed. */
  async #findAgain(): Promise<StepResult | null> {
    if (this.#left) return LEFT;
    this.#lostSince ??= performance.now();
    let reason = 'the connection is lost again each time';
    for (let pause = 500; performance.now() - this.#lostSince < RECONNECT_FOR; pause = Math.min(pause * 2, 8000)) {
      await sleep(pause);
      if (this.#left) return LEFT;
      try {
        if (!this.#host.connected) await this.#host.reconnect(RECONNECT_TIMEOUT);
        this.#session = await this.#host.open(this.#script(this.#seen));
        // A verdict may have been on its way when the connection broke; saying it twice does no harm.
        if (this.#lastWord !== null) this.#session.write(this.#lastWord);
        if (this.#cancelled) this.#session.write('cancel');
        return null;
      } catch (error) {
        reason = error instanceof Error ? error.message : String(error);
      }
    }
    return { outcome: 'unknown', reason };
  }
}

/** `#rb NAME key=value …`, values percent-encoded. */
function parseEvent(line: string): StepEvent | null {
  if (!line.startsWith('#rb ')) return null;
  const [name = '', ...pairs] = line.slice(4).split(' ');
  const fields: Record<string, string> = {};
  for (const pair of pairs) {
    const equals = pair.indexOf('=');
    if (equals > 0) fields[pair.slice(0, equals)] = decode(pair.slice(equals + 1));
  }
  return { name, fields };
}

function decode(value: string): string {
  return value.replace(/%(09|0A|0D|20|25)/g, (_all, code: string) => String.fromCharCode(Number.parseInt(code, 16)));
}
