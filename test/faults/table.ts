/** The closing table of a matrix. */
import { type Fault, titleOf } from './matrix';

export interface Row {
  readonly fault: Fault;
  /** Whether the run came to the fault's point. */
  readonly happened: boolean;
  /** Requests, but for those while the fault itself stopped the containers. */
  readonly failed: number;
  /** Whether one more run put things right. */
  readonly converged: boolean;
  /** Seconds from the SIGKILL of the action until another run had the lease; null for other faults. */
  readonly takeover: number | null;
  /** Whether that run could ask GitHub. */
  readonly token: boolean;
  /** What was wrong afterwards. */
  readonly findings: readonly string[];
}

/** Rows of several processes or of a run that was ended: one JSON object per line. */
export function parseRows(text: string): Row[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Row);
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
    missed: rows.filter(({ happened }) => !happened).length,
    failedRequests: rows.reduce((sum, { failed }) => sum + failed, 0),
    runsToConverge: rows.every(({ converged }) => converged) ? 1 : null,
    takeoverWithoutToken: longest(false),
    takeoverWithToken: longest(true),
  };
}

export function lineOf({ fault, happened, failed, takeover, findings }: Row): string {
  const seconds = takeover === null ? '' : `, taken over after ${takeover.toFixed(1)} s`;
  const verdict = !happened ? 'MISSED' : findings.length === 0 ? 'ok' : `WRONG: ${findings.join('; ').slice(0, 600)}`;
  return `${titleOf(fault)}: ${failed} failed${seconds}: ${verdict}`;
}
