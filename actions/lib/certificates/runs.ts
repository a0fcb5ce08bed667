/**
 * How often renewals really run. The workflow's schedule is not known here, and GitHub starts scheduled runs late, or
 * stops them for a repository without activity; so each run writes its time down on the host.
 */

/** Times that are kept. */
const KEPT = 12;
/** Gaps that are judged: the latest ones. The longest of them may be an outage, so the second longest counts. */
const JUDGED = 4;
/** A gap may be so much longer than `every`: GitHub starts runs late. */
const LATE = 1.5;
/** So many times `every` without a run, and two runs at least are missing. */
const MISSED = 2.5;

/** @param text a time in seconds since the epoch on each line @returns milliseconds, oldest first */
export function parseRuns(text: string): number[] {
  const lines = text.split('\n').filter((line) => /^\d{1,12}$/.test(line));
  return lines.map((line) => Number(line) * 1000).sort((a, b) => a - b);
}

/** What is kept on the host after a run. */
export function withRun(runs: readonly number[], now: number): string {
  const kept = [...runs.filter((at) => at <= now), now].slice(-KEPT);
  return kept.map((at) => Math.floor(at / 1000)).join('\n');
}

interface Schedule {
  /** Milliseconds between two runs, by `certificates.every`. */
  readonly every: number;
  readonly now: number;
  /** This run renews, so it is one of them. */
  readonly renews: boolean;
}

/**
 * @returns milliseconds between two runs by their times on this host, if these are much longer than `every`; `null`:
 *   they are not, or there were too few runs to tell
 */
export function thinner(runs: readonly number[], { every, now, renews }: Schedule): number | null {
  const past = runs.filter((at) => at <= now);
  const times = renews ? [...past, now] : past;
  const gaps = times.slice(1).map((at, index) => at - (times[index] ?? at));
  const [, second = 0] = gaps.slice(-JUDGED).sort((a, b) => b - a);
  const last = past.at(-1);
  const open = renews || last === undefined ? 0 : now - last;
  const longest = Math.max(second > every * LATE ? second : 0, open > every * MISSED ? open : 0);
  return longest === 0 ? null : longest;
}
