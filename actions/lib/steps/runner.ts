/** Runs steps on a host: starts each detached, follows it, and finds it again after a lost connection. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Host, Session } from '../host/host';
import { quote } from '../host/quote';
import { journalMembers } from './journal';
import { follower, launcher, prelude } from './scripts';
import type { RunningStep, StepEvent, StepObserver, StepResult, StepSpec, Steps } from './step';

export interface StepsContext {
  /** `<directory>/.runbook` */
  readonly root: string;
  /** Fencing token of the lease that this run holds. */
  readonly token: number;
  /** URL of the run with its attempt. */
  readonly run: string;
  readonly procedure: string;
  /** The release that the procedure leads to. */
  readonly release: string | null;
}

const PATIENCE = 30;
const BEAT_INTERVAL = 5000;
/** Milliseconds for which a lost connection is tried again. */
const RECONNECT_FOR = 60_000;

export function createSteps(host: Host, context: StepsContext): Steps {
  return {
    start: async (spec, observer) => {
      const folder = `${context.root}/steps/${context.token}-${spec.id}`;
      const session = await host.open(launchScript(spec, folder, context));
      return new Follower(host, context.root, folder, session, observer);
    },
  };
}

function launchScript(spec: StepSpec, folder: string, context: StepsContext): string {
  const { root, token, run, procedure, release } = context;
  const variables = {
    RB_ROOT: root,
    RB_STEP: folder,
    RB_TOKEN: String(token),
    RB_PATIENCE: String(spec.patience ?? PATIENCE),
    RB_ENTRY: journalMembers({ procedure, step: spec.id, run, release }),
  };
  const script = [
    ...Object.entries(variables).map(([name, value]) => `${name}=${quote(value)}`),
    prelude(),
    spec.script,
    '',
  ].join('\n');
  // The shell's own printf: neither script nor input stand in an argument.
  const input = spec.input === undefined ? ':' : `printf %s ${quote(spec.input.toString('base64'))} | base64 -d`;
  return [
    `RB_ROOT=${quote(root)} RB_STEP=${quote(folder)} SKIP=0`,
    `write_script() { printf %s ${quote(script)}; }`,
    `write_input() { ${input}; }`,
    launcher(),
    follower(),
  ].join('\n');
}

class Follower implements RunningStep {
  readonly result: Promise<StepResult>;
  readonly #host: Host;
  readonly #root: string;
  readonly #folder: string;
  readonly #observer: StepObserver;
  #session: Session;
  #seen = 0;
  #lastWord: string | null = null;

  constructor(host: Host, root: string, folder: string, session: Session, observer: StepObserver) {
    this.#host = host;
    this.#root = root;
    this.#folder = folder;
    this.#session = session;
    this.#observer = observer;
    this.result = this.#follow();
  }

  send(word: string): void {
    this.#lastWord = word;
    this.#session.write(word);
  }

  async #follow(): Promise<StepResult> {
    const beats = setInterval(() => this.#session.write('beat'), BEAT_INTERVAL);
    try {
      while (true) {
        const code = await this.#read();
        if (code !== null) return { outcome: 'exited', code };
        const reason = await this.#findAgain();
        if (reason !== null) return { outcome: 'unknown', reason };
      }
    } finally {
      clearInterval(beats);
      this.#session.close();
    }
  }

  /** Until the step's recorded exit status, or `null` when the connection ended before. */
  async #read(): Promise<number | null> {
    for await (const line of this.#session.lines) {
      const code = /^#rb-exit (\d+)$/.exec(line)?.[1];
      if (code !== undefined) return Number(code);
      this.#seen += 1;
      const event = parseEvent(line);
      if (event !== null) this.#observer.onEvent?.(event);
      else this.#observer.onLine?.(line);
    }
    return null;
  }

  /** Connects again and follows from the line after the last one seen; a reason when that failed. */
  async #findAgain(): Promise<string | null> {
    const until = Date.now() + RECONNECT_FOR;
    const script = [`RB_ROOT=${quote(this.#root)} RB_STEP=${quote(this.#folder)} SKIP=${this.#seen}`, follower()].join(
      '\n',
    );
    let reason = '';
    for (let pause = 500; Date.now() < until; pause = Math.min(pause * 2, 8000)) {
      try {
        if (!this.#host.connected) await this.#host.reconnect(10_000);
        this.#session = await this.#host.open(script);
        // A verdict may have been on its way when the connection broke; saying it twice does no harm.
        if (this.#lastWord !== null) this.#session.write(this.#lastWord);
        this.#session.write('beat');
        return null;
      } catch (error) {
        reason = error instanceof Error ? error.message : String(error);
        await sleep(pause);
      }
    }
    return reason;
  }
}

/** `#rb NAME key=value …`, values percent-encoded. */
export function parseEvent(line: string): StepEvent | null {
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
  return value.replace(/%(20|09|25)/g, (_all, code: string) => String.fromCharCode(Number.parseInt(code, 16)));
}
