/** Shows a procedure's progress on a terminal; text from a host cannot move the cursor. */
import { UserError } from '../errors';
import type { Redactor } from '../procedure/redact';
import type { Progress } from '../progress';

/** Control characters except line breaks and tabs: ESC begins sequences that a terminal obeys. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out
const CONTROLS = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g;

export class TerminalLog implements Progress {
  readonly #redactor: Redactor;
  readonly #write: (line: string) => void;

  /** @param write prints one line */
  constructor(redactor: Redactor, write: (line: string) => void) {
    this.#redactor = redactor;
    this.#write = write;
  }

  step(title: string): void {
    this.#lines('', `\n== ${title}`);
  }

  info(text: string): void {
    this.#lines('   ', text);
  }

  remote(line: string): void {
    this.#lines('   | ', line);
  }

  warning(text: string): void {
    this.#lines(' ! ', text);
  }

  secret(value: string): void {
    this.#redactor.add(value);
  }

  masked(text: string): string {
    return this.#redactor.apply(text);
  }

  keep(names: readonly string[]): void {
    this.#redactor.keep(names);
  }

  /** Prints a separate text, such as a report. */
  text(text: string): void {
    this.#lines('', text);
  }

  /** The error of a bug shows its stack. */
  failure(error: unknown): void {
    const text =
      error instanceof UserError
        ? error.message
        : `This is a bug: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`;
    this.#lines('', `\n${text}`);
  }

  #lines(before: string, text: string): void {
    for (const line of this.#redactor.apply(text).split('\n')) this.#write(before + line.replace(CONTROLS, ''));
  }
}
