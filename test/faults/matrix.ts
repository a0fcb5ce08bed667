/** Which faults are tried where: computed from the journal of a reference run, never from a list. */
import { type JournalEntry, parseJournal } from '../../actions/lib/steps/journal';

export const everywhere = ['runner-kill', 'connection-cut'] as const;
/** Tried where they hurt most: around the commit point and inside the windows. */
export const inWindows = [
  'cancel',
  'step-kill',
  'reboot',
  'docker-stop',
  'disk-full',
  'registry-gone',
  'helper-kill',
] as const;
export type FaultKind = (typeof everywhere)[number] | (typeof inWindows)[number];

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

/** The begin of every operation (which is the end of the one before), the middle of long ones, and the end of all. */
export function pointsOf(operations: readonly Timed[]): Point[] {
  return operations.flatMap(({ operation, duration }, index): Point[] => [
    { operation, event: 'begin', delay: 0 },
    ...(duration > 100 ? [{ operation, event: 'begin' as const, delay: duration / 2 }] : []),
    ...(index === operations.length - 1 ? [{ operation, event: 'end' as const, delay: 0 }] : []),
  ]);
}

/** Where the site is not as before: from the cut, or else the commit, to the end; and what is replaced before that. */
function windowsOf(operations: readonly Timed[]): Set<string> {
  const firstOf = (word: string): number => operations.findIndex(({ operation }) => operation.split(' ')[0] === word);
  const open = [firstOf('cut'), firstOf('commit')].find((index) => index >= 0) ?? operations.length;
  const names = operations.map(({ operation }) => operation);
  return new Set(names.filter((name, index) => index >= open || name.startsWith('replace ')));
}

/** The whole matrix of one procedure. */
export function faultsOf(procedure: ProcedureName, operations: readonly Timed[]): Fault[] {
  const windows = windowsOf(operations);
  return pointsOf(operations).flatMap((point) => {
    const kinds = windows.has(point.operation) ? [...everywhere, ...inWindows] : everywhere;
    return kinds.map((kind): Fault => ({ kind, procedure, point }));
  });
}

export interface Filter {
  /** Kind of fault. */
  readonly only?: string | undefined;
  /** Operation, or its first word. */
  readonly at?: string | undefined;
  readonly procedure?: string | undefined;
}

/** The part of a matrix that somebody asked for; what is not named is not narrowed. */
export function chosen(faults: readonly Fault[], { only, at, procedure }: Filter): Fault[] {
  return faults.filter(
    (fault) =>
      (only === undefined || fault.kind === only) &&
      (at === undefined || [fault.point.operation, fault.point.operation.split(' ')[0]].includes(at)) &&
      (procedure === undefined || fault.procedure === procedure),
  );
}

export function titleOf({ kind, procedure, point }: Fault): string {
  const where = point.delay > 0 ? `${Math.round(point.delay)} ms into` : point.event === 'begin' ? 'before' : 'after';
  return `${procedure}: ${kind} ${where} ${point.operation}`;
}
