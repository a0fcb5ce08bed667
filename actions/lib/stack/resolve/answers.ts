/** Collects the lines `#rb NAME BASE64` of the host's script. */
import { UserError } from '../../errors';
import type { Session } from '../../host/host';
import type { RegistryAnswer } from './registry';

export class Answers {
  readonly #session: Session;
  readonly #lines: AsyncIterator<string>;
  readonly #found = new Map<string, string>();
  readonly #stopped: Promise<never>;
  #stop: (error: UserError) => void = () => {};

  /** @param timeout milliseconds from now after which waiting for an answer fails */
  constructor(session: Session, timeout: number, signal?: AbortSignal) {
    this.#session = session;
    this.#lines = session.lines[Symbol.asyncIterator]();
    this.#stopped = new Promise((_resolve, reject) => {
      this.#stop = reject;
    });
    this.#stopped.catch(() => {});
    const timer = setTimeout(() => this.#stop(timedOut(timeout)), timeout);
    const abort = () => this.#stop(cancelled());
    if (signal?.aborted) abort();
    signal?.addEventListener('abort', abort, { once: true });
    void session.done.then(() => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', abort);
    });
  }

  has(name: string): boolean {
    return this.#found.has(name);
  }

  /** @throws {Error} if the script did not say `name` */
  text(name: string): string {
    const encoded = this.#found.get(name);
    if (encoded === undefined) throw new Error(`resolve: the host said nothing of ${name}`);
    return new TextDecoder('utf-8', { fatal: false }).decode(Buffer.from(encoded, 'base64'));
  }

  registry(index: number): RegistryAnswer {
    const part = (name: string): string =>
      this.has(`image-${index}-${name}`) ? this.text(`image-${index}-${name}`) : '';
    return {
      http: part('http'),
      id: part('id'),
      manifest: part('manifest'),
      error: part('error'),
      platform: this.text('platform'),
    };
  }

  /**
   * Reads until the script has said `name`. Rejects if the script ends before that, at the deadline and on
   * cancellation.
   */
  async until(name: string): Promise<void> {
    while (!this.has(name)) {
      const next = await Promise.race([this.#lines.next(), this.#stopped]);
      if (next.done === true) throw await this.#ended();
      const match = /^#rb (\S+) ?(\S*)$/.exec(next.value);
      if (match !== null) this.#found.set(match[1] ?? '', match[2] ?? '');
    }
  }

  async #ended(): Promise<UserError> {
    const outcome = await this.#session.done;
    const stderr = outcome.stderr.trim().split('\n').slice(-50);
    if (outcome.outcome === 'exited') {
      return new UserError('RB-HOST-UNSUITABLE', {
        what: `the host could not resolve the release (exit status ${outcome.code})`,
        remedy:
          'see the message of its shell; the host needs Docker, Compose, tar, base64, mktemp, sha256sum and timeout',
        log: stderr,
        logOf: 'the host',
      });
    }
    return new UserError('RB-CONNECTION-LOST', {
      what: 'the connection broke while the release was resolved',
      why: outcome.reason,
      remedy: 'run it again; nothing was changed',
    });
  }
}

function timedOut(timeout: number): UserError {
  return new UserError('RB-TIMEOUT', {
    what: `the host did not resolve the release within ${Math.round(timeout / 1000)} s`,
    remedy: 'look at the load of the host and at its way to the registry; nothing was changed',
  });
}

function cancelled(): UserError {
  return new UserError('RB-CANCELLED', {
    what: 'cancelled while the release was resolved',
    remedy: 'nothing was changed',
  });
}
