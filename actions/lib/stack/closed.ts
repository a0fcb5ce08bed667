/** A closed site: its proxy answers 503 with a page until it is opened again. The record of that in a release. Pure. */
import type { Runbook } from '../config/runbook';
import { inWords } from './freeze';
import { canonical } from './identity';
import type { Release } from './model';

/** Times are `2026-01-31T02:00:00Z`, by the host's clock. */
export interface Closed {
  readonly since: string;
  /** When it should be over; `null`: not given. */
  readonly until: string | null;
  readonly reason: string;
  /** Who closed it. */
  readonly by: string;
  /** URL of the run. */
  readonly run: string;
  /** What `/` answered before. */
  readonly answered: number;
  /** Paths that pass. */
  readonly pass: readonly string[];
  /** Uploaded files that are not as the repository has them: path → SHA-256 of what it has. */
  readonly files: Readonly<Record<string, string>>;
}

/** Whether it should be open again. */
export function isOverdue({ until }: Closed, now: string): boolean {
  return until !== null && Date.parse(now) >= Date.parse(until);
}

/** Half a sentence: "closed since … until … (another 2 h), by kim: the database moves". */
export function sayClosed({ since, until, by, reason }: Closed, now: string): string {
  const left = until === null ? 0 : (Date.parse(until) - Date.parse(now)) / 1000;
  const end =
    until === null
      ? 'without an end'
      : left > 0
        ? `until ${until} (another ${inWords(left)})`
        : `and should have been open again at ${until}, ${inWords(-left)} ago`;
  return `closed since ${since}, ${end}, by ${by}: ${reason}`;
}

/**
 * How traffic is judged on the way to or from a closed release: by probes of paths that pass, and not by the share of 5xx, since almost all answers in the proxy's log are the page.
 */
export function watchedAs(runbook: Runbook, ...releases: readonly (Release | null)[]): Runbook {
  const passes = releases.flatMap((release) => (release?.closed === undefined ? [] : [release.closed.pass]));
  if (passes.length === 0) return runbook;
  const probes = runbook.proxy.probes.filter((path) => passes.every((pass) => pass.includes(pathOf(path))));
  return {
    ...runbook,
    proxy: { ...runbook.proxy, probes },
    watch: { ...runbook.watch, errorRate: 1 },
  };
}

/** Without a query, and without the slash at its end. */
export function pathOf(path: string): string {
  return path.replace(/[?#].*$/, '').replace(/(?<=.)\/$/, '');
}

export function sameClosed(a: Closed | undefined, b: Closed | undefined): boolean {
  return canonical(a ?? null) === canonical(b ?? null);
}
