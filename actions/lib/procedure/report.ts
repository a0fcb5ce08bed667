/** The result of a procedure: the data behind the log, the job summary and the outputs. */
import type { UserError } from '../errors';
import type { HealthEvidence } from '../stack/apply/voice';
import type { Plan } from '../stack/model';
import type { Block } from './blocks';
import type { Commits } from './commits';

export interface TimelineEntry {
  readonly step: string;
  /** Milliseconds since the epoch. */
  readonly begin: number;
  readonly end: number;
  /** `expected`: nothing of it has happened yet. */
  readonly status: 'done' | 'failed' | 'reversed' | 'expected';
  /** Milestones within the step, e.g. "cut over". */
  readonly marks: readonly { readonly at: number; readonly text: string }[];
  /** What it consists of, one after the other; left out where nobody tells them apart. */
  readonly parts?: readonly { readonly name: string; readonly begin: number; readonly end: number }[];
}

/** An interrupted procedure that this run recovered first. */
export interface Recovered {
  readonly procedure: string;
  readonly run: string;
  /** The release that it led to. */
  readonly release: string | null;
  /** The release that was recovered; empty where there was none before. */
  readonly to: string;
  /** What was changed for that. */
  readonly lines: readonly string[];
  /** Services that were left to the release that this run leads to. */
  readonly left: readonly string[];
}

export interface Report {
  /** E.g. "Deploy v2 to production". */
  readonly title: string;
  readonly status: 'succeeded' | 'unchanged' | 'planned' | 'failed' | 'cancelled';
  /** Whether users were affected and what is live: one sentence, only where that is known. */
  readonly verdict?: string;
  /** What whoever approves a plan must have read: sentences. */
  readonly warnings?: readonly string[];
  readonly host: string;
  readonly stack: string;
  readonly release: string | null;
  readonly previousRelease: string | null;
  readonly plan: Plan | null;
  readonly planHash: string | null;
  /** Of a dry run: until when the plan may be carried out. */
  readonly planUntil?: string;
  /** The plan in words, with everything that its hash covers. */
  readonly planText?: readonly string[];
  /** Between which commits the plan leads; no part of its hash. */
  readonly commits?: Commits | null;
  readonly timeline: readonly TimelineEntry[];
  readonly health: readonly HealthEvidence[];
  readonly recovered: Recovered | null;
  /** The parts of the report that only this procedure has. */
  readonly blocks?: readonly Block[];
  /** What remains to be done and what the reader should know: one sentence each, Markdown not interpreted. */
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

/** The status of a run that ended with this error. */
export function statusOf({ code }: Pick<UserError, 'code'>): 'failed' | 'cancelled' {
  return CANCELLED.has(code) ? 'cancelled' : 'failed';
}

/** The report of a procedure without a release or plan of its own; `facts` holds the rest. */
export function plainReport(
  facts: Pick<Report, 'title' | 'status' | 'host' | 'stack' | 'timeline'> & Partial<Report>,
): Report {
  return {
    release: null,
    previousRelease: null,
    plan: null,
    planHash: null,
    recovered: null,
    error: null,
    health: [],
    notes: [],
    seconds: 0,
    ...facts,
  };
}
