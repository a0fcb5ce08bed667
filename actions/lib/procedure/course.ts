/** How long a plan is expected to take, by what the host's journal tells of earlier runs. Pure. */

import { type Runbook, settingsOf } from '../config/runbook';
import { groupBy } from '../group';
import { type Phase, phasesOf } from '../stack/apply/phases';
import type { Operation } from '../stack/plan/program';
import type { Durations } from '../steps/journal';
import type { Block } from './blocks';

/** What a plan is carried out by, and the titles of all of it in the journal. */
interface Course {
  readonly operations: readonly Operation[];
  readonly titles: readonly string[];
}

/** What takes as long as the service needs: another one tells nothing of it. */
const OWN: ReadonlySet<string> = new Set([
  ...['create', 'start-beside', 'replace', 'start-stand-in', 'replace-behind', 'one-shot'],
]);
/** What takes long enough to be named where nobody knows how long. */
const LONG: ReadonlySet<string> = new Set([...OWN, 'deliver', 'fetch', 'gate', 'watch']);
/** Seconds that are worth a bar. */
const SEEN = 0.05;

interface Expected {
  readonly phases: readonly Phase[];
  /** Names of phases that no earlier run had. */
  readonly unknown: readonly string[];
  /** Runs that tell at most. */
  readonly runs: number;
}

function expectedOf({ titles }: Course, durations: Durations): Expected {
  const known: { title: string; seconds: number }[] = [];
  const unknown: { title: string; seconds: number }[] = [];
  let runs = 0;
  for (const title of titles) {
    const found = timesOf(title, durations);
    runs = Math.max(runs, Object.hasOwn(durations, title) ? found.length : Math.min(1, found.length));
    if (found.length > 0) known.push({ title, seconds: median(found) });
    else if (LONG.has(opOf(title))) unknown.push({ title, seconds: 0 });
  }
  return {
    phases: phasesOf(known).filter(({ seconds }) => seconds >= SEEN),
    unknown: [...new Set(phasesOf(unknown).map(({ name }) => name))],
    runs,
  };
}

function timesOf(title: string, durations: Durations): readonly number[] {
  if (Object.hasOwn(durations, title)) return durations[title]!;
  const op = opOf(title);
  if (OWN.has(op)) return [];
  return Object.entries(durations).flatMap(([other, times]) => (opOf(other) === op ? times : []));
}

function opOf(title: string): string {
  return title.split(' ')[0] ?? '';
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}

/** The section of a plan's report. */
export function courseBlocks(course: Course, durations: Durations, runbook: Runbook): Block[] {
  const { phases, unknown, runs } = expectedOf(course, durations);
  const heading: Block = { kind: 'heading', text: 'How it goes' };
  if (runs === 0 || phases.length === 0) {
    const waits = waitsOf(course.operations, runbook);
    const configured = waits.length === 0 ? '' : ` What is configured: ${waits.join('; ')}.`;
    return [heading, { kind: 'text', text: `No earlier run on this host tells how long it takes.${configured}` }];
  }
  const total = phases.reduce((sum, { seconds }) => sum + seconds, 0);
  const by = runs === 1 ? 'the last run that had these parts' : `the last ${runs} runs that had these parts`;
  const rest = unknown.length === 0 ? '' : ` No earlier run had this, and it is not counted: ${unknown.join('; ')}.`;
  const lead = `About ${spelt(total)}, by ${by}.${rest}`;
  return [heading, { kind: 'times', lead, parts: phases }];
}

/** What the runbook lets a plan wait for, in words. */
function waitsOf(operations: readonly Operation[], runbook: Runbook): string[] {
  const gated = operations.flatMap((operation) => (operation.op === 'gate' ? operation.services : []));
  const stable = Math.max(0, ...gated.map((service) => settingsOf(runbook, service).stableFor));
  const drains = operations.flatMap((operation) => ('drain' in operation ? [operation.drain] : []));
  const watched = operations.some(({ op }) => op === 'watch');
  return [
    ...(gated.length === 0 ? [] : [`new containers have ${healthLimits(gated, runbook)}, and ${stable} s to stay so`]),
    ...(watched ? [`traffic is watched for at least ${runbook.watch.duration} s`] : []),
    ...(drains.length === 0 ? [] : [`old connections have up to ${Math.max(...drains)} s to end`]),
    ...operations.flatMap((operation) =>
      operation.op === 'one-shot' ? [`${operation.service} has up to ${spelt(operation.timeout)}`] : [],
    ),
  ];
}

/** E.g. `60 s to be healthy`, or `90 s (backend) and 60 s (worker) to be healthy`. */
export function healthLimits(services: readonly string[], runbook: Runbook): string {
  const limits = groupBy(new Set(services), (service) => settingsOf(runbook, service).healthTimeout);
  const own = [...limits].map(([limit, some]) => `${limit} s${limits.size === 1 ? '' : ` (${some.join(', ')})`}`);
  const unnamed = [...new Set(services)].some((service) => settingsOf(runbook, service).healthTimeoutNamed !== true);
  return `${own.join(' and ')}${unnamed ? ', or as long as their healthchecks take,' : ''} to be healthy`;
}

/** @param seconds e.g. `8 s`, `1 min 10 s`, `2 h 5 min` */
export function spelt(seconds: number): string {
  const whole = Math.max(1, Math.round(seconds));
  if (whole < 60) return `${whole} s`;
  const [large, small, unit, rest] =
    whole < 3600
      ? [Math.floor(whole / 60), whole % 60, 'min', 's']
      : [Math.floor(whole / 3600), Math.floor((whole % 3600) / 60), 'h', 'min'];
  return small === 0 ? `${large} ${unit}` : `${large} ${unit} ${small} ${rest}`;
}
