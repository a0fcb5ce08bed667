/** Which faults are tried where: computed from the journal of a reference run, never from a list. */
import { createHash } from 'node:crypto';
import { type JournalEntry, parseJournal } from '../../actions/lib/steps/journal';
import { windows } from './windows';

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

/** Two replace nginx behind a stand-in; the others roll the backend, or change how many containers of it there are. */
export const procedures = [
  'deploy',
  'rollback',
  'stand-in',
  'stand-in-rollback',
  'scale-up',
  'scale-down',
  'restart',
] as const;
export type ProcedureName = (typeof procedures)[number];

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

/** Operations during which the site is not as before; the program says which these are. */
function windowsOf(operations: readonly Timed[]): Set<string> {
  const windowOf = ({ operation }: Timed) =>
    (windows as Readonly<Record<string, string>>)[operation.split(' ')[0] ?? ''];
  const opened = operations.findIndex((timed) => windowOf(timed) === 'onwards');
  const open = operations.filter((timed, index) => (opened >= 0 && index >= opened) || windowOf(timed) === 'itself');
  return new Set(open.map(({ operation }) => operation));
}

/** The whole matrix of one procedure; what is in windows comes first. */
export function faultsOf(procedure: ProcedureName, operations: readonly Timed[]): Fault[] {
  const open = windowsOf(operations);
  const points = pointsOf(operations);
  const isOpen = ({ operation }: Point): boolean => open.has(operation);
  return [...points.filter(isOpen), ...points.filter((point) => !isOpen(point))].flatMap((point) => {
    const kinds = isOpen(point) ? [...everywhere, ...inWindows] : everywhere;
    return kinds.map((kind): Fault => ({ kind, procedure, point }));
  });
}

/** Words, separated by commas, any of which may be meant. */
export interface Filter {
  /** Kind of fault. */
  readonly only?: string | undefined;
  /** Operation, or its first word. */
  readonly at?: string | undefined;
  readonly procedure?: string | undefined;
  /** `2/4`: the second of four parts. */
  readonly part?: string | undefined;
}

/** The part of a matrix that somebody asked for; what is not named is not narrowed. */
export function chosen(faults: readonly Fault[], { only, at, procedure, part }: Filter): Fault[] {
  return faults.filter(
    (fault) =>
      isMeant(only, fault.kind) &&
      isMeant(at, fault.point.operation, fault.point.operation.split(' ')[0]) &&
      isMeant(procedure, fault.procedure) &&
      (part === undefined || isInPart(fault, part)),
  );
}

/** Whether a text is `K/N` with K from 1 to N. */
export function isPart(text: string): boolean {
  const [, part, parts] = /^([1-9]\d*)\/([1-9]\d*)$/.exec(text) ?? [];
  return part !== undefined && Number(part) <= Number(parts);
}

/** By the fault's key, not by its place in the list: another reference run may have one point more or less. */
function isInPart(fault: Fault, text: string): boolean {
  const [part = 1, parts = 1] = text.split('/').map(Number);
  return createHash('sha256').update(keyOf(fault)).digest().readUInt32BE() % parts === part - 1;
}

export function isMeant(words: string | undefined, ...names: readonly (string | undefined)[]): boolean {
  return words === undefined || words.split(',').some((word) => names.includes(word));
}

/** The same for the same fault of another reference run, though that took more or less time. */
export function keyOf({ kind, procedure, point }: Fault): string {
  const where = point.delay > 0 ? 'in' : point.event === 'begin' ? 'before' : 'after';
  return `${procedure}: ${kind} ${where} ${point.operation}`;
}

export function titleOf({ kind, procedure, point }: Fault): string {
  const where = point.delay > 0 ? `${Math.round(point.delay)} ms into` : point.event === 'begin' ? 'before' : 'after';
  return `${procedure}: ${kind} ${where} ${point.operation}`;
}
