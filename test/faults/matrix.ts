/** Which faults are tried where: computed from the journal of a reference run, never from a list. */
import { type JournalEntry, parseJournal } from '../../actions/lib/steps/journal';

export const anywhere = ['kill-action', 'cut', 'cancel'] as const;
/** Faults of the host itself, where they hurt most. */
export const ofTheHost = ['stop-docker', 'reboot', 'disk-full', 'registry-gone', 'kill-helper', 'kill-step'] as const;
export type FaultKind = (typeof anywhere)[number] | (typeof ofTheHost)[number];

export type ProcedureName = 'deploy' | 'rollback';

export interface Point {
  readonly operation: string;
  readonly event: 'begin' | 'end';
  /** Milliseconds after that line of the journal. */
  readonly delay: number;
}

export interface Fault {
  readonly kind: FaultKind;
  readonly procedure: ProcedureName;
  readonly point: Point;
}

/** An operation of a reference run and how long it took there, in milliseconds. */
export interface Timed {
  readonly operation: string;
  readonly duration: number;
}

/** The operations of the last step `apply` that the journal has, in their order. */
export function operationsIn(journal: string): Timed[] {
  const entries = parseJournal(journal.split('\n')).filter(({ step }) => step === 'apply');
  const begin = entries.findLastIndex((entry) => entry.operation === undefined && entry.event === 'begin');
  return entries.slice(begin).flatMap((entry: JournalEntry) => {
    if (entry.operation === undefined || entry.event !== 'end') return [];
    return [{ operation: entry.operation, duration: (entry.seconds ?? 0) * 1000 }];
  });
}

/** Both ends of every operation, and the middle of every one that is longer than 100 ms. */
export function pointsOf(operations: readonly Timed[]): Point[] {
  return operations.flatMap(({ operation, duration }): Point[] => [
    { operation, event: 'begin', delay: 0 },
    ...(duration > 100 ? [{ operation, event: 'begin' as const, delay: duration / 2 }] : []),
    { operation, event: 'end', delay: 0 },
  ]);
}

/** From the first operation that callers could notice to the last one: the windows, and the commit point in them. */
function windows(operations: readonly Timed[]): Timed[] {
  const noticed = /^(cut|replace|reload-proxy|watch|commit|retire|release-callers)\b/;
  const first = operations.findIndex(({ operation }) => noticed.test(operation));
  const last = operations.findLastIndex(({ operation }) => noticed.test(operation));
  return first < 0 ? [] : operations.slice(first, last + 1);
}

export function faultsOf(procedure: ProcedureName, operations: readonly Timed[]): Fault[] {
  const all = pointsOf(operations).flatMap((point) => anywhere.map((kind): Fault => ({ kind, procedure, point })));
  const risky = pointsOf(windows(operations));
  return [...all, ...risky.flatMap((point) => ofTheHost.map((kind): Fault => ({ kind, procedure, point })))];
}

/** Faults after which nobody is left who could put back: the action, the step and the host itself end at once. */
const harshest: readonly FaultKind[] = ['kill-action', 'kill-step', 'reboot'];

/**
 * Each of the harshest kinds once: in the middle of the longest operation between the cut and the commit, where old
 * and new containers, rules and files are all in play.
 */
export function sampleOf(faults: readonly Fault[], operations: readonly Timed[]): Fault[] {
  const names = windows(operations).map(({ operation }) => operation);
  const open = names.slice(0, Math.max(1, names.indexOf('commit')));
  const longest = operations
    .filter(({ operation }) => open.includes(operation))
    .toSorted((a, b) => b.duration - a.duration)[0];
  return harshest.flatMap((kind) => {
    const there = faults.filter((fault) => fault.kind === kind && fault.point.operation === longest?.operation);
    return there.toSorted((a, b) => b.point.delay - a.point.delay).slice(0, 1);
  });
}

export function titleOf({ kind, procedure, point }: Fault): string {
  const where = point.delay > 0 ? `${Math.round(point.delay)} ms into` : point.event === 'begin' ? 'before' : 'after';
  return `${procedure}: ${kind} ${where} ${point.operation}`;
}
