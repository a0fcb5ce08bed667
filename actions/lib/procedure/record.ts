/** Records a procedure's steps while they are shown. */
import type { Progress } from '../progress';
import type { TimelineEntry } from './report';

type Open = { step: string; begin: number; marks: { at: number; text: string }[] };

/** A {@link Progress} that passes everything on and keeps the timeline. */
export class Recorder implements Progress {
  readonly #shown: Progress;
  readonly #entries: TimelineEntry[] = [];
  #open: Open | null = null;
  /** Whether a step may have changed the host. */
  changed = false;

  constructor(shown: Progress) {
    this.#shown = shown;
  }

  step(title: string): void {
    this.#close('done');
    this.#open = { step: title, begin: Date.now(), marks: [] };
    this.#shown.step(title);
  }

  /** A milestone within the step. */
  mark(text: string): void {
    this.#open?.marks.push({ at: Date.now(), text });
  }

  info(text: string): void {
    this.#shown.info(text);
  }

  remote(line: string): void {
    this.#shown.remote(line);
  }

  warning(text: string): void {
    this.#shown.warning(text);
  }

  secret(value: string): void {
    this.#shown.secret(value);
  }

  masked(text: string): string {
    return this.#shown.masked(text);
  }

  keep(names: readonly string[]): void {
    this.#shown.keep(names);
  }

  /** Ends the last step and returns all of them. */
  finish(status: TimelineEntry['status']): readonly TimelineEntry[] {
    this.#close(status);
    return this.#entries;
  }

  #close(status: TimelineEntry['status']): void {
    if (this.#open === null) return;
    this.#entries.push({ ...this.#open, end: Date.now(), status });
    this.#open = null;
  }
}
