/** The closing table of a matrix. */
import { type Fault, keyOf, titleOf } from './matrix';

export interface Outcome {
  /** Whether the run came to the fault's point. */
  readonly happened: boolean;
  /** Requests, but for those while the fault itself stopped the containers. */
  readonly failed: number;
  /** Whether one more run put things right. */
  readonly converged: boolean;
  /** Whole seconds from the SIGKILL of the action until another run had the lease; null for other faults. */
  readonly takeover: number | null;
  /** Idle share of the machine's CPUs, 0 to 1; below a quarter the machine invents failures. */
  readonly idle: number | null;
  /** What was wrong afterwards. */
  readonly findings: readonly string[];
}

export interface Row extends Outcome {
  readonly fault: Fault;
  /** Whether the next run could ask GitHub. */
  readonly token: boolean;
  /** How long all of it took. */
  readonly seconds: number;
  /** Of the code that was tried. */
  readonly commit: string;
  /** Hash of the engine that was tried: what was seen stands as long as it is the same. */
  readonly engine: string;
  /** Where something was wrong: what the runs showed, and the host's own record. */
  readonly traces?: string;
}

/** Rows of several processes or of a run that was ended: one JSON object per line. */
export function parseRows(text: string): Row[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Row);
}

/** Of faults that were tried more than once the last row. */
export function latest(rows: readonly Row[]): Row[] {
  return [...new Map(rows.map((row) => [keyOf(row.fault), row])).values()];
}

export interface Totals {
  readonly faults: number;
  readonly withFindings: number;
  readonly missed: number;
  readonly failedRequests: number;
  /** 1 where every fault was put right by one run; null where one was not. */
  readonly runsToConverge: 1 | null;
  /** Seconds, the longest; null where none was measured. */
  readonly takeoverWithoutToken: number | null;
  readonly takeoverWithToken: number | null;
}

export function totalsOf(rows: readonly Row[]): Totals {
  const longest = (token: boolean): number | null => {
    const seconds = rows.flatMap((row) => (row.takeover !== null && row.token === token ? [row.takeover] : []));
    return seconds.length === 0 ? null : Math.round(Math.max(...seconds) * 10) / 10;
  };
  return {
    faults: rows.length,
    withFindings: rows.filter(({ findings }) => findings.length > 0).length,
    missed: rows.filter(({ happened, findings }) => !happened && findings.length === 0).length,
    failedRequests: rows.reduce((sum, { failed }) => sum + failed, 0),
    runsToConverge: rows.every(({ converged }) => converged) ? 1 : null,
    takeoverWithoutToken: longest(false),
    takeoverWithToken: longest(true),
  };
}

export function lineOf({ fault, happened, failed, takeover, findings, seconds, idle }: Row): string {
  const after = takeover === null ? '' : `, taken over after ${takeover} s`;
  const cost = `${Math.round(seconds)} s, CPU idle ${idle === null ? '?' : Math.round(idle * 100)} %`;
  // A round that threw has findings, and nobody knows how far it came.
  const wrong = findings.length > 0 ? `WRONG: ${findings.join('; ').slice(0, 600)}` : null;
  const verdict = wrong ?? (happened ? 'ok' : 'MISSED');
  return `${titleOf(fault)}: ${failed} failed${after}: ${verdict} (${cost})`;
}
