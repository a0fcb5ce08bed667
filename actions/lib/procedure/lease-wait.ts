/** Waits for the lease of a stack, says which run holds it, and finds out whether that run still lives. */
import type { Session } from '../host/host';
import { describeHolder, type Holder, LeaseReader, leaseHeld } from '../steps/lease';

export interface LeaseWatcher {
  /** Whether the run that holds the lease is known to have ended; called repeatedly while it holds the lease. */
  readonly hasEnded: (owner: string) => Promise<boolean>;
  readonly say: (text: string) => void;
}

/** Milliseconds between two questions about the owner's run. */
const ASK_INTERVAL = 3000;

export class LeaseWait {
  readonly #session: Session;
  readonly #watcher: LeaseWatcher;
  readonly #reader = new LeaseReader();
  #holder: Holder | null = null;
  #asking: NodeJS.Timeout | null = null;

  constructor(session: Session, watcher: LeaseWatcher) {
    this.#session = session;
    this.#watcher = watcher;
  }

  /**
   * Reads one line of the host.
   *
   * @returns the fencing token, once the host has sent it
   * @throws {UserError} RB-LEASE-HELD when the time is over, RB-HOST-UNSUITABLE
   */
  read(line: string): number | null {
    const news = this.#reader.read(line);
    if (news === null) return null;
    if ('token' in news) {
      this.end();
      return news.token;
    }
    if ('timeout' in news) {
      this.end();
      throw leaseHeld(this.#holder);
    }
    this.#tell(news.holder);
    return null;
  }

  end(): void {
    if (this.#asking !== null) clearInterval(this.#asking);
    this.#asking = null;
  }

  #tell(holder: Holder): void {
    this.#holder = holder;
    this.#watcher.say(`waiting for the lease: ${describeHolder(holder)}`);
    if (this.#asking !== null || holder.state === 'busy') return;
    this.#asking = setInterval(() => void this.#ask(), ASK_INTERVAL);
    void this.#ask();
  }

  async #ask(): Promise<void> {
    const holder = this.#holder;
    if (holder === null || !(await this.#watcher.hasEnded(holder.owner).catch(() => false))) return;
    if (this.#asking === null) return;
    this.#watcher.say(`the run ${holder.owner} has ended without giving its lease back: this run takes the lease over`);
    this.#session.write(`dead ${holder.token}`);
  }
}
