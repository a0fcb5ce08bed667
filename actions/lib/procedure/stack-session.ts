/** A run's session with a stack: the connection, the lease if the run will change something, and the observed state. */
import { createHash } from 'node:crypto';
import type { Runbook } from '../config/runbook';
import { UserError } from '../errors';
import { connect, type SshTarget } from '../host/connect';
import type { Host, Session } from '../host/host';
import { quote } from '../host/quote';
import type { ComposeModel } from '../stack/compose-model';
import { requireSettled } from '../stack/interrupted';
import type { State } from '../stack/model';
import { type HostEnvFile, observeScript, parseHostEnvFile, parseModels, parseState } from '../stack/observe/observe';
import { checkPlace, type Place, parsePlace } from '../stack/observe/place';
import { namesOf } from '../stack/resolve/names';
import { secretsIn, secretsInModel } from '../stack/resolve/secrets';
import { acquireLease, leaseScript } from '../steps/lease';
import { LeaseWait, type LeaseWatcher } from './lease-wait';

interface OpenRequest {
  readonly target: SshTarget;
  readonly runbook: Runbook;
  /** Paths of uploaded files whose content on the host matters. */
  readonly paths: readonly string[];
  /** URL of the run with its attempt. */
  readonly run: string;
  readonly procedure: string;
  /** A procedure that only copies data has its own lease, and may run beside a deploy. Default: the stack's lease. */
  readonly scope?: 'stack' | 'backup';
  /** `null` for a run that only looks. */
  readonly lease: LeaseRequest | null;
  /** This run settles an interrupted restore; until then every other run that changes something is refused. */
  readonly settles?: boolean;
  readonly signal?: AbortSignal | undefined;
  /** Called when the host answers, before its whole answer is read. */
  readonly onAnswer?: () => void;
}

export interface LeaseRequest extends LeaseWatcher {
  /** Seconds to wait for it. */
  readonly timeout: number;
  /** End a deploy that drains or watches. */
  readonly preempt: boolean;
  /** Called with the fencing token. */
  readonly onTaken?: (token: number) => void;
}

/** Milliseconds of silence after which the host is given up. */
const SILENCE = 60_000;
/** Milliseconds between two signs of life. */
const BEAT_INTERVAL = 5000;
/** Milliseconds for giving the lease back. */
const GOODBYE = 10_000;
const END = '#rb-section end';

export class StackSession {
  readonly host: Host;
  /** `<directory>/.runbook` */
  readonly root: string;
  /** Where lease and steps of this run lie: the root, or a folder below it. */
  readonly leaseRoot: string;
  readonly #request: OpenRequest;
  readonly #session: Session;
  #token = 0;
  #state!: State;
  #envFile: HostEnvFile | null = null;
  #models: readonly ComposeModel[] = [];
  #place!: Place;
  #beats: NodeJS.Timeout | null = null;

  private constructor(host: Host, session: Session, root: string, request: OpenRequest) {
    this.host = host;
    this.#session = session;
    this.root = root;
    this.leaseRoot = leaseRootOf(root, request);
    this.#request = request;
  }

  /** One handshake and one session channel, which stays to carry signs of life. */
  static async open(request: OpenRequest): Promise<StackSession> {
    const { target, runbook, signal } = request;
    const host = await connect(target);
    let opened: StackSession | null = null;
    // A run that has the lease goes on to the end of its observation, so that it can give the lease back.
    const cancel = (): void => {
      if (opened === null || opened.token === 0) host.close();
    };
    signal?.addEventListener('abort', cancel, { once: true });
    try {
      if (signal?.aborted) throw cancelled();
      const root = `${runbook.directory}/.runbook`;
      const session = await host.open(openScript(root, request));
      opened = new StackSession(host, session, root, request);
      await opened.#read();
      opened.#require();
      if (signal?.aborted) throw cancelled();
      return opened;
    } catch (error) {
      await opened?.close();
      host.close();
      throw signal?.aborted ? cancelled() : error;
    } finally {
      signal?.removeEventListener('abort', cancel);
    }
  }

  /** Fencing token; 0 without a lease. */
  get token(): number {
    return this.#token;
  }

  get state(): State {
    return this.#state;
  }

  /** The env file on the host; `null`: it has none that can be read. */
  get envFile(): HostEnvFile | null {
    return this.#envFile;
  }

  /** @throws {UserError} see {@link checkPlace} */
  requirePlace(services: Parameters<typeof checkPlace>[3]): void {
    checkPlace(
      this.#place,
      this.#request.runbook,
      this.#state.current ?? this.#state.releases.at(-1) ?? null,
      services,
    );
  }

  /** Values of the host's env file and of the retained releases that must not be shown. */
  get secrets(): readonly string[] {
    const here = this.#envFile === null ? [] : secretsIn(this.#envFile.content.toString('utf8'));
    return [...new Set([...here, ...this.#models.flatMap(secretsInModel)])];
  }

  /** Names that stay readable. */
  get names(): readonly string[] {
    return namesOf(this.#request.runbook, { releases: this.#state.releases });
  }

  /** Observes once more; one session channel. */
  async observe(): Promise<void> {
    const { runbook, paths } = this.#request;
    const outcome = await this.host.run(observeScript({ ...runbook, paths }));
    if (outcome.outcome === 'unknown') throw unobserved(outcome.reason);
    this.#take(outcome.stdout);
  }

  /**
   * If the connection still stands, gives the lease back, removes `staging` and closes the connection. Never rejects.
   */
  async close(staging: string | null = null): Promise<void> {
    if (this.#beats !== null) clearInterval(this.#beats);
    if (this.#token > 0 && this.host.connected) {
      const script = [
        `RB_ROOT=${quote(this.leaseRoot)}`,
        leaseScript(),
        ...(staging === null ? [] : [`rm -rf ${quote(staging)}`]),
        `lease_release ${this.#token}`,
      ].join('\n');
      await this.host.run(script, { timeout: GOODBYE }).catch(() => {});
    }
    this.#session.close();
    this.host.close();
  }

  /** @throws {UserError} where this run must not continue */
  #require(): void {
    const { lease, settles = false, scope, procedure } = this.#request;
    // A deploy may bring a stack that does not run yet.
    this.requirePlace(procedure === 'deploy' ? null : 'all');
    if (lease !== null && !settles) requireSettled(this.#state.interrupted, scope !== 'backup');
  }

  async #read(): Promise<void> {
    const { lease, onAnswer } = this.#request;
    const wait = lease === null ? null : new LeaseWait(this.#session, lease);
    const observed: string[] = [];
    let silence: NodeJS.Timeout | null = null;
    let answered = false;
    try {
      const patience = (): void => {
        if (silence !== null) clearTimeout(silence);
        silence = setTimeout(() => this.#session.close(), SILENCE);
      };
      patience();
      for await (const line of this.#session.lines) {
        patience();
        if (!answered) onAnswer?.();
        answered = true;
        if (wait !== null && this.#token === 0) this.#taken(wait.read(line));
        else observed.push(line);
        if (line === END) break;
      }
    } finally {
      if (silence !== null) clearTimeout(silence);
      wait?.end();
    }
    if (observed.at(-1) !== END) {
      const outcome = await this.#session.done;
      if (observed.length === 0 && outcome.outcome === 'unknown') throw unobserved(outcome.reason);
    }
    this.#take(observed.join('\n'));
  }

  #taken(token: number | null): void {
    if (token === null) return;
    this.#token = token;
    this.#request.lease?.onTaken?.(token);
    this.#beats = setInterval(() => this.#session.write('beat'), BEAT_INTERVAL);
  }

  #take(output: string): void {
    // A backup of the data needs no release.
    const state = parseState(output, this.#request.runbook.stack, this.#request.scope !== 'backup');
    const found = parseHostEnvFile(output);
    this.#envFile = found;
    this.#models = parseModels(output);
    const hash = found && createHash('sha256').update(found.content).digest('hex');
    this.#state = found && hash ? { ...state, files: { ...state.files, [found.path]: hash } } : state;
    this.#place = parsePlace(output);
  }
}

function leaseRootOf(root: string, { scope = 'stack' }: OpenRequest): string {
  return scope === 'stack' ? root : `${root}/${scope}`;
}

function openScript(root: string, request: OpenRequest): string {
  const { runbook, paths, lease, run, procedure } = request;
  const observe = observeScript({ ...runbook, paths });
  if (lease === null) return observe;
  return [
    `RB_ROOT=${quote(leaseRootOf(root, request))}`,
    leaseScript(),
    'exec 4<&0',
    `${acquireLease({ owner: run, procedure, timeout: lease.timeout, preempt: lease.preempt })} || exit 0`,
    observe,
    'lease_keep',
  ].join('\n');
}

function cancelled(why?: string): UserError {
  return new UserError('RB-CANCELLED', {
    what: 'the run was cancelled',
    why,
    remedy: 'nothing was changed on the host; run it again when you want it',
  });
}

function unobserved(reason: string): UserError {
  return new UserError('RB-CONNECTION-LOST', {
    what: 'the host could not be observed',
    why: reason,
    remedy: 'run it again; nothing was changed',
  });
}

/** What a connection cost, for the log. */
export function costOf({ counters }: Host): string {
  return `connection: ${counters.handshakes} handshakes, ${counters.sessions} sessions, ${counters.forwards} forwards`;
}
