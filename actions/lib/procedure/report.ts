/** What a procedure tells the world: the data behind the log, the job summary and the outputs. */
import type { UserError } from '../errors';
import type { Plan } from '../stack/model';

export interface TimelineEntry {
  readonly step: string;
  /** Milliseconds since the epoch. */
  readonly begin: number;
  readonly end: number;
  readonly status: 'done' | 'failed' | 'reversed';
  /** Milestones within the step, e.g. "cut over". */
  readonly marks: readonly { readonly at: number; readonly text: string }[];
}

export interface HealthEvidence {
  readonly service: string;
  /** E.g. "2 of 2 healthy (healthcheck), stable for 3 s; GET :8080/healthz 200". */
  readonly text: string;
  readonly ok: boolean;
}

/** An interrupted procedure that this one put right first. */
export interface Recovered {
  readonly procedure: string;
  readonly run: string;
  /** The release that it led to. */
  readonly release: string | null;
  /** The release that was recovered; empty where there was none before. */
  readonly to: string;
  /** What was changed for that. */
  readonly lines: readonly string[];
}

/** What became of a backup in one place. */
export interface PlaceFacts {
  readonly name: string;
  /** Backups there, oldest first. */
  readonly kept: readonly { readonly id: string; readonly bytes: number }[];
  readonly removed: readonly { readonly id: string; readonly why: string }[];
  /** What lies there as well and is nobody's to remove here, a sentence each. */
  readonly others: readonly string[];
  /** `null`: none. */
  readonly lastVerified: string | null;
}

/** A backup that came back in a throwaway server and throwaway volumes. */
export interface DrillFacts {
  readonly backup: string;
  readonly place: string;
  /** From the first byte read to the last row counted. */
  readonly seconds: number;
  readonly tables: number;
  readonly rows: number;
  readonly volumes: number;
  /** Files, folders and links in them. */
  readonly entries: number;
}

export interface BackupFacts {
  /** `null`: only a drill. */
  readonly made: {
    readonly id: string;
    /** From the start to the proof. */
    readonly seconds: number;
    readonly parts: readonly {
      readonly name: string;
      readonly file: string;
      readonly bytes: number;
      /** Before it was packed; `null` where that says nothing. */
      readonly plainBytes: number | null;
      readonly tables: number | null;
      readonly rows: number | null;
    }[];
  } | null;
  readonly places: readonly PlaceFacts[];
  readonly drill: DrillFacts | null;
}

export interface Report {
  /** E.g. "Deploy v2 to production". */
  readonly title: string;
  readonly status: 'succeeded' | 'unchanged' | 'planned' | 'failed' | 'cancelled';
  readonly host: string;
  readonly stack: string;
  readonly release: string | null;
  readonly previousRelease: string | null;
  readonly plan: Plan | null;
  readonly planHash: string | null;
  readonly timeline: readonly TimelineEntry[];
  readonly health: readonly HealthEvidence[];
  readonly recovered: Recovered | null;
  readonly backup?: BackupFacts;
  /** What is left to do, and what the reader should know: one sentence each, Markdown not interpreted. */
  readonly notes: readonly string[];
  readonly seconds: number;
  readonly error: {
    readonly code: string;
    readonly what: string;
    readonly why?: string;
    readonly remedy: string;
    readonly log: readonly string[];
    readonly logOf?: string;
  } | null;
}

/** An error as the report has it. */
export function describe(error: UserError): NonNullable<Report['error']> {
  const { what, why, remedy, log, logOf } = error.details;
  return { code: error.code, what, remedy, log: log ?? [], ...(why ? { why } : {}), ...(logOf ? { logOf } : {}) };
}

const CANCELLED: ReadonlySet<string> = new Set(['RB-CANCELLED', 'RB-PREEMPTED']);

/** What a run is that ended with this error. */
export function statusOf({ code }: Pick<UserError, 'code'>): 'failed' | 'cancelled' {
  return CANCELLED.has(code) ? 'cancelled' : 'failed';
}

/** Of a procedure without a release or a plan of its own; `facts` has what else there is to say. */
export function plainReport(
  facts: Pick<Report, 'title' | 'status' | 'host' | 'stack' | 'timeline'> & Partial<Report>,
): Report {
  return {
    ...{ release: null, previousRelease: null, plan: null, planHash: null, recovered: null, error: null },
    ...{ health: [], notes: [], seconds: 0 },
    ...facts,
  };
}

/**
 * Where a procedure shows its progress. The action's log implements it; a procedure never prints.
 * Text may hold anything that a host sent.
 */
export interface Progress {
  /** Opens a titled section (a log group); the one before is closed. */
  step(title: string): void;
  /** One line within the section. */
  info(text: string): void;
  /** One line of remote output, to be shown as such. */
  remote(line: string): void;
  /** Something to look at that is no failure. */
  warning(text: string): void;
  /** From now on the value never appears in what is shown (raw, base64, URL-encoded, trimmed, per line). */
  secret(value: string): void;
  /** Names that stay readable, said before secrets of which one may equal them. */
  keep(names: readonly string[]): void;
}
