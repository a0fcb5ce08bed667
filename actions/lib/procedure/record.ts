/** Records a procedure's steps while they are shown. */
import type { Progress } from '../progress';
import { phasesOf } from '../stack/apply/phases';
import type { TimelineEntry } from './report';

type Open = {
  step: string;
  begin: number;
  marks: { at: number; text: string }[];
  parts: { at: number; title: string }[];
};

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
    this.#open = { step: title, begin: Date.now(), marks: [], parts: [] };
    this.#shown.step(title);
  }

  /** A milestone within the step. */
  mark(text: string): void {
    this.#open?.marks.push({ at: Date.now(), text });
  }

  /** The step comes to another operation. */
  part(title: string): void {
    this.#open?.parts.push({ at: Date.now(), title });
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
    const { parts, ...entry } = this.#open;
    const end = Date.now();
    this.#entries.push({ ...entry, end, status, ...partsOf(this.#open, end) });
    this.#open = null;
  }
}

function partsOf({ begin, parts }: Open, end: number): Pick<TimelineEntry, 'parts'> {
  if (parts.length === 0) return {};
  const all = [{ at: begin, title: 'prepare' }, ...parts];
  const timed = all.map(({ at, title }, index) => ({ title, seconds: ((all[index + 1]?.at ?? end) - at) / 1000 }));
  let at = begin;
  const phases = phasesOf(timed).map(({ name, seconds }) => {
    const from = at;
    at += Math.round(seconds * 1000);
    return { name, begin: from, end: at };
  });
  return { parts: phases };
}
