/**
 * The order in which releases were current here, and by which procedure: numbers alone do not tell the release before.
 * Pure.
 */
import { parseJournal } from '../steps/journal';

/** A release became current. */
export interface Commit {
  readonly release: string;
  /** Empty: not known. */
  readonly procedure: string;
  /** The release that this one brings back with other secrets; left out if this is that release itself. */
  readonly back?: string;
}

/** The host's records. */
interface HistorySource {
  /** Lines of `history.jsonl`; none on a host that an earlier version wrote. */
  readonly lines: readonly string[];
  /** Lines of the journal, for such a host. */
  readonly journal: readonly string[];
  /** IDs of retained releases that were current once. */
  readonly committed: readonly string[];
  readonly current: string | null;
}

/** Oldest first; the last one is the current release. */
export function readHistory({ lines, journal, committed, current }: HistorySource): readonly Commit[] {
  const commits: Commit[] = [];
  if (lines.length === 0) commits.push(...withoutRecord(journal, committed));
  for (const line of lines) {
    const { release, from, procedure, back } = parse(line) ?? {};
    if (release === undefined) continue;
    meet(commits, from ?? null);
    commits.push({ release, procedure: procedure ?? '', ...(back === undefined ? {} : { back }) });
  }
  meet(commits, current);
  return commits;
}

/**
 * Makes the list end with the release that was current then. A line is written before the pointer moves: a line that
 * the pointer never followed does not count. An earlier version moves the pointer without a line.
 */
function meet(commits: Commit[], id: string | null): void {
  if (id === null || id === '' || commits.at(-1)?.release === id) return;
  const before = commits.at(-2)?.release === id;
  if (before) commits.pop();
  else commits.push({ release: id, procedure: numberOf(id) < numberOf(commits.at(-1)?.release) ? 'rollback' : '' });
}

/**
 * For a host that an earlier version wrote: commits that its journal still has, and before those the releases by
 * number.
 */
function withoutRecord(journal: readonly string[], committed: readonly string[]): Commit[] {
  const told: Commit[] = [];
  let open: { run: string; commit: Commit } | null = null;
  for (const { run, release, procedure, operation, event, outcome } of parseJournal(journal)) {
    if (open !== null) {
      const reversed = open.run === run && operation === undefined && event === 'end' && outcome === 'reversed';
      if (!reversed) told.push(open.commit);
      open = null;
    }
    if (operation === 'commit' && event === 'end' && release !== null) open = { run, commit: { release, procedure } };
  }
  if (open !== null) told.push(open.commit);
  const known = new Set(told.map(({ release }) => release));
  const older = committed.filter((id) => !known.has(id)).sort((a, b) => numberOf(a) - numberOf(b));
  return [...older.map((release) => ({ release, procedure: '' })), ...told];
}

/** Releases that were rolled back from and not brought back since. */
export function leftByRollback(commits: readonly Commit[]): ReadonlySet<string> {
  const left = new Set<string>();
  const same = sameAs(commits);
  for (const [index, { release, procedure }] of commits.entries()) {
    const from = commits[index - 1]?.release;
    if (procedure === 'rollback' && from !== undefined && numberOf(same(release)) < numberOf(same(from)))
      for (const one of [from, same(from)]) left.add(one);
    for (const one of [release, same(release)]) left.delete(one);
  }
  return left;
}

/** The release that a release brings back, or itself; closing the site does not make it another release. */
function sameAs(commits: readonly Commit[]): (release: string) => string {
  const backs = new Map<string, string>();
  for (const [index, { release, procedure, back }] of commits.entries()) {
    const before = commits[index - 1]?.release;
    if (back !== undefined) backs.set(release, back);
    else if (procedure === 'maintenance' && before !== undefined) backs.set(release, backs.get(before) ?? before);
  }
  return (release) => backs.get(release) ?? release;
}

/**
 * The targets of a rollback, nearest first: releases that were current before the last release first was, without those
 * that were rolled back from. So one rollback after the other goes further back, and never to a release that was taken
 * down.
 */
export function waysBack(commits: readonly Commit[]): string[] {
  const same = sameAs(commits);
  const current = same(commits.at(-1)?.release ?? '');
  const first = commits.findIndex(({ release }) => same(release) === current);
  const left = leftByRollback(commits);
  const before = commits.slice(0, Math.max(0, first)).map(({ release }) => release);
  return [...new Set(before.reverse())].filter((id) => !left.has(id));
}

/**
 * The same, the most useful first: the nearest, then the last release of each version that was deployed or rolled back
 * to, then releases that procedures such as restart and scale made in between. So a restart every night pushes no
 * version out.
 */
export function worthKeeping(commits: readonly Commit[]): string[] {
  const ways = waysBack(commits);
  const versions = new Map<string, number>();
  let version = 0;
  for (const { release, procedure } of commits) {
    if (!EDITS.has(procedure)) version += 1;
    versions.set(release, version);
  }
  const [nearest, ...others] = ways;
  if (nearest === undefined) return [];
  const seen = new Set([versions.get(commits.at(-1)!.release)]);
  const last = others.filter((id) => {
    const of = versions.get(id);
    const isNew = !seen.has(of) && of !== versions.get(nearest);
    seen.add(of);
    return isNew;
  });
  return [...new Set([nearest, ...last, ...others])];
}

/** Procedures whose release is the former one with some services edited. */
const EDITS: ReadonlySet<string> = new Set(['restart', 'stop', 'start', 'scale', 'migrate', 'maintenance']);

/** Lines for a host that has no history yet. */
export function serializeHistory(commits: readonly Commit[]): string {
  return commits
    .map((commit, index) => JSON.stringify({ ...commit, from: commits[index - 1]?.release ?? '' }))
    .join('\n');
}

/** `null` for a line that a crash tore. */
function parse(line: string): Partial<Commit & { from: string }> | null {
  try {
    return JSON.parse(line) as Partial<Commit & { from: string }> | null;
  } catch {
    return null;
  }
}

function numberOf(id: string | undefined): number {
  return Number.parseInt(id ?? '0', 10);
}
