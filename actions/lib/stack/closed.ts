/** The record of a closed site in a release: its proxy answers 503 with a page until the site is opened again. Pure. */
import type { Runbook } from '../config/runbook';
import { inWords } from './freeze';
import { canonical } from './identity';
import type { Release } from './model';

/** Times are `2026-01-31T02:00:00Z`, by the host's clock. */
export interface Closed {
  readonly since: string;
  /** When the site should be open again; `null`: not given. */
  readonly until: string | null;
  readonly reason: string;
  /** The person who closed it. */
  readonly by: string;
  /** URL of the run. */
  readonly run: string;
  /** HTTP status of `/` before the site was closed. */
  readonly answered: number;
  /** Paths that stay open. */
  readonly pass: readonly string[];
  /** Uploaded files that differ from the repository's: path → SHA-256 of the repository's file. */
  readonly files: Readonly<Record<string, string>>;
}

/** Whether the site should be open again. */
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
 * How traffic is judged on the way to or from a closed release: by probes of paths that pass, and not by the share of
 * 5xx, since almost all answers in the proxy's log are the page.
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

/** A path without its query, and without the slash at its end. */
export function pathOf(path: string): string {
  return path.replace(/[?#].*$/, '').replace(/(?<=.)\/$/, '');
}

export function sameClosed(a: Closed | undefined, b: Closed | undefined): boolean {
  return canonical(a ?? null) === canonical(b ?? null);
}
