/** Reads the host's journal: one JSON line for the begin and the end of every step. */

export interface JournalEntry {
  /** UTC, as the host's clock said. */
  readonly at: string;
  readonly procedure: string;
  readonly step: string;
  readonly run: string;
  readonly release: string | null;
  readonly event: 'begin' | 'end';
  readonly code?: number;
}

/** JSON members that name a step in the journal, for the host's script. */
export function journalMembers(entry: Pick<JournalEntry, 'procedure' | 'step' | 'run' | 'release'>): string {
  const { procedure, step, run, release } = entry;
  return JSON.stringify({ procedure, step, run, release }).slice(1, -1);
}

/** Lines that are no whole JSON (torn by a crash) are passed over. */
export function parseJournal(lines: readonly string[]): JournalEntry[] {
  return lines.flatMap((line) => {
    try {
      return [JSON.parse(line) as JournalEntry];
    } catch {
      return [];
    }
  });
}

/** The last step, if it began and never ended. */
export function readUnfinished(
  lines: readonly string[],
): { procedure: string; run: string; release: string | null } | null {
  const last = parseJournal(lines).at(-1);
  if (last === undefined || last.event === 'end') return null;
  return { procedure: last.procedure, run: last.run, release: last.release };
}
