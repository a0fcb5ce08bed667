/** Reads the host's journal: one JSON line for the start and the end of every step. */

export interface JournalEntry {
  /** UTC, by the host's clock. */
  readonly at: string;
  readonly procedure: string;
  readonly step: string;
  readonly run: string;
  /** The release that the step led to; `null` for a step that changes no release. */
  readonly release: string | null;
  /** Who started the run. */
  readonly actor?: string;
  readonly event: 'begin' | 'end';
  /** A part of the step; absent in a line about the whole step. */
  readonly operation?: string;
  /** What the step left: everything done, everything as it was before, or something that needs a recovery. */
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

/** File in `.runbook` that names the step on the way to a release that is under way, or that was killed. */
export const UNFINISHED = 'unfinished';

/** Leaves out lines that are not whole entries, torn by a crash. */
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

/** A step on the way to a release that began and never ended, or ended with something left to repair. */
export interface Unfinished {
  readonly procedure: string;
  readonly run: string;
  readonly release: string | null;
}

/**
 * Trusts the step's own record, unless the journal says that the step ended after all: an earlier version may have
 * repaired it.
 *
 * @param lines of the journal's end; they may be so many that the step's beginning is not among them
 * @param record content of {@link UNFINISHED}; `null`: the file does not exist, and the journal alone decides
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

/** The last open step. A later step takes its place, but a step that changes no release (a backup) does not. */
function openStep(entries: readonly JournalEntry[]): Unfinished | null {
  let open: JournalEntry[] = [];
  for (const entry of entries) {
    // Steps that lead to no release (a restore, a backup) clear up after themselves.
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
  /** When the replacement was over; UTC. */
  readonly at: string;
  /** From the stop of the old container until the new one was found healthy. */
  readonly seconds: number;
}

/** Service → how long its last successful replacement took: a stop, a start and the gate after it. */
export function readReplacements(lines: readonly string[]): Record<string, Replacement> {
  const found: Record<string, Replacement> = {};
  let run = '';
  let open = new Map<string, number>();
  let passed: Record<string, Replacement> = {};
  for (const entry of parseJournal(lines)) {
    // A next entry of the run that begins or ends well shows that the gate did not end the step.
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

/** Title of an operation → seconds that it took in the last runs that ended well, oldest first. */
export type Durations = Readonly<Record<string, readonly number[]>>;

/** Runs that count: a host and its releases change. */
const COUNTED = 5;

/** Of steps on the way to a release that did all that they should: an operation of one that failed was cut off. */
export function readDurations(lines: readonly string[]): Durations {
  const found: Record<string, number[]> = {};
  let run = '';
  let open = new Map<string, number>();
  for (const entry of parseJournal(lines)) {
    const { step, event, operation, code, seconds } = entry;
    if (step !== 'apply' || entry.release === null) continue;
    if (entry.run !== run || (event === 'begin' && operation === undefined)) open = new Map();
    run = entry.run;
    if (event !== 'end') continue;
    if (operation !== undefined) {
      if (seconds !== undefined) open.set(operation, (open.get(operation) ?? 0) + seconds);
      continue;
    }
    if (code === 0) for (const [title, sum] of open) found[title] = [...(found[title] ?? []), sum].slice(-COUNTED);
    open = new Map();
  }
  return found;
}
