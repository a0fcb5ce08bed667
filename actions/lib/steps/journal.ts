/** Reads the host's journal: one JSON line for the begin and the end of every step. */

export interface JournalEntry {
  /** UTC, as the host's clock said. */
  readonly at: string;
  readonly procedure: string;
  readonly step: string;
  readonly run: string;
  /** The release that the step led to; `null` for what changes none. */
  readonly release: string | null;
  /** Who started the run. */
  readonly actor?: string;
  readonly event: 'begin' | 'end';
  /** A part of the step; without it the line is about the whole step. */
  readonly operation?: string;
  /** What the step left: all done, all as it was before, or something that wants a recovery. */
  readonly outcome?: 'done' | 'reversed' | 'failed';
  /** Exit status. */
  readonly code?: number;
  /** How long the step took, in seconds. */
  readonly seconds?: number;
}

/** JSON members that name a step in the journal, for the host's script. */
export function journalMembers(
  entry: Pick<JournalEntry, 'procedure' | 'step' | 'run' | 'release'> & { readonly actor: string },
): string {
  const { procedure, step, run, actor, release } = entry;
  return JSON.stringify({ procedure, step, run, actor, release }).slice(1, -1);
}

/** File in `.runbook` that says which step on the way to a release is under way, or was when it was killed. */
export const UNFINISHED = 'unfinished';

/** Lines that are no whole entry (torn by a crash) are passed over. */
export function parseJournal(lines: readonly string[]): JournalEntry[] {
  return lines.flatMap((line) => {
    try {
      const entry: unknown = JSON.parse(line);
      return typeof entry === 'object' && entry !== null && 'event' in entry ? [entry as JournalEntry] : [];
    } catch {
      return [];
    }
  });
}

/** A step on the way to a release that began and never ended, or ended with something left to put right. */
export interface Unfinished {
  readonly procedure: string;
  readonly run: string;
  readonly release: string | null;
}

/**
 * By its own record, unless the journal says that it ended after all, as where an earlier version put it right.
 *
 * @param lines of the journal's end: what pushed the step's beginning out of it says nothing of its end
 * @param record content of {@link UNFINISHED}; `null`: there is none, and the journal alone tells
 */
export function readUnfinished(lines: readonly string[], record: string | null): Unfinished | null {
  const entries = parseJournal(lines);
  if (record === null) return openStep(entries);
  const [noted] = parseJournal([record]);
  if (noted === undefined) return { procedure: 'a procedure', run: 'an unknown run', release: null };
  const { procedure, run, release, step } = noted;
  const begun = entries.findLastIndex(
    (entry) => entry.event === 'begin' && entry.operation === undefined && entry.run === run && entry.step === step,
  );
  return begun === -1 ? { procedure, run, release } : openStep(entries.slice(begun));
}

/** The last one; a later one takes its place, and what changes no release (a backup) leaves it unfinished. */
function openStep(entries: readonly JournalEntry[]): Unfinished | null {
  let open: JournalEntry[] = [];
  for (const entry of entries) {
    // What leads to no release (a restore, a backup) clears up after itself.
    if (entry.operation !== undefined || entry.release === null) continue;
    if (entry.event === 'end' && entry.outcome === 'failed') continue;
    open = open.filter((begun) => !isSuperseded(begun, entry));
    if (entry.event === 'begin') open.push(entry);
  }
  const last = open.at(-1);
  return last === undefined ? null : { procedure: last.procedure, run: last.run, release: last.release };
}

function isSuperseded(begun: JournalEntry, by: JournalEntry): boolean {
  if (by.event === 'end') return begun.run === by.run && begun.step === by.step;
  return true;
}

export interface Replacement {
  /** When it was over; UTC. */
  readonly at: string;
  /** From the stop of the old until the new was found healthy. */
  readonly seconds: number;
}

/** Service → how long its last replacement took that went well: a stop, a start and the gate after it. */
export function readReplacements(lines: readonly string[]): Record<string, Replacement> {
  const found: Record<string, Replacement> = {};
  let run = '';
  let open = new Map<string, number>();
  let passed: Record<string, Replacement> = {};
  for (const entry of parseJournal(lines)) {
    // Whatever follows tells that the gate did not end the step.
    if (entry.run === run && (entry.event === 'begin' || entry.code === 0)) Object.assign(found, passed);
    passed = {};
    if (entry.run !== run || entry.operation === undefined) open = new Map();
    run = entry.run;
    if (entry.event !== 'end' || entry.operation === undefined) continue;
    const { operation, seconds = 0, at } = entry;
    for (const [service, sum] of open) open.set(service, sum + seconds);
    if (operation.startsWith('replace ')) open.set(operation.slice('replace '.length), seconds);
    if (!operation.startsWith('gate ')) continue;
    passed = Object.fromEntries([...open].map(([service, sum]) => [service, { at, seconds: Math.round(sum) }]));
    open = new Map();
  }
  return found;
}
