/** Lines between a channel that sends them and a reader that may be slower. */

/** Lines in the queue above which the sender is paused. */
const FULL = 1000;

/** For one reader. When the reader stops (`break`), the sender goes on and its lines are dropped. */
export class LineQueue implements AsyncIterable<string> {
  readonly #pause: () => void;
  readonly #resume: () => void;
  #lines: string[] = [];
  #ended = false;
  #dropping = false;
  #wake: (() => void) | undefined;

  /** @param pause stops the sender; @param resume lets it go on */
  constructor(pause: () => void, resume: () => void) {
    this.#pause = pause;
    this.#resume = resume;
  }

  push(lines: readonly string[]): void {
    if (this.#dropping) return;
    this.#lines.push(...lines);
    if (this.#lines.length > FULL) this.#pause();
    this.#wake?.();
  }

  end(): void {
    this.#ended = true;
    this.#wake?.();
  }

  /** Drops this and all later lines, because the reader has stopped. */
  drop(): void {
    this.#dropping = true;
    this.#lines = [];
    this.#resume();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<string, void, undefined> {
    try {
      while (true) {
        const lines = this.#lines;
        this.#lines = [];
        yield* lines;
        if (this.#lines.length > 0) continue;
        if (this.#ended) return;
        this.#resume();
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
        this.#wake = undefined;
      }
    } finally {
      this.drop();
    }
  }
}
