/** Compares the plan that a person has approved with the plan that would be carried out now. Pure. */
import type { ExpectedPlan } from '../config/inputs';
import { UserError } from '../errors';
import type { Plan, State } from '../stack/model';
import { renderPlan } from './plan-text';
import type { Recovered } from './report';

/** A plan as a hash and in words. */
export interface PlanIdentity {
  /** 64 hexadecimal digits. */
  readonly hash: string;
  /** If the hashes of two plans differ, these lines differ, too. */
  readonly lines: readonly string[];
}

/** Characters. The runner gives an input to a step as one environment variable, and Linux takes 128 KiB in one. */
const LARGEST = 60_000;
/** First line of the words, and no part of what is compared. Universal time. */
const MADE = /^planned at (\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ)$/;
/** Characters of an identifier that are enough to tell two apart. */
const SHORT = 12;

/** The plan for another release in words, with everything else that its hash covers: machine, containers, content. */
export function planLines(plan: Plan, { machine, current }: Pick<State, 'machine' | 'current'>): string[] {
  return [
    `machine ${machine}`,
    current === null ? 'no release is live' : `${current.id} is live: made by ${current.createdBy} in ${current.run}`,
    ...renderPlan(plan),
    ...plan.changes.flatMap(({ service, keep, retire }) =>
      keep.length + retire.length === 0
        ? []
        : [`${service} runs in ${[...keep, ...retire].map((id) => id.slice(0, SHORT)).join(', ')}`],
    ),
    `content of ${plan.to}: ${plan.content.slice(0, SHORT)}`,
  ];
}

/** The plan as an output of a step, for a later step: when it was made, and its lines unless they are too long. */
export function planTextOf(lines: readonly string[], now = new Date()): string {
  const made = `planned at ${now.toISOString().replace(/\.\d+/, '')}`;
  const text = [made, ...lines].join('\n');
  return text.length > LARGEST ? made : text;
}

/** @param lifetime seconds @returns e.g. `2026-12-01 01:40 UTC` */
export function endOf(lifetime: number, now = new Date()): string {
  return `${new Date(now.getTime() + lifetime * 1000).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

/** What a plan must satisfy to be carried out. */
interface Conditions {
  /** Seconds. */
  readonly lifetime: number;
  /** What this run put right first; `null`: nothing. */
  readonly recovered?: Recovered | null;
  readonly now?: Date;
}

/** @throws {UserError} RB-PLAN-CHANGED, RB-PLAN-EXPIRED */
export function requireExpected(
  present: PlanIdentity,
  { expectedPlan, expectedPlanText }: ExpectedPlan,
  { lifetime, recovered = null, now = new Date() }: Conditions,
): void {
  if (expectedPlan === null) return;
  const all = linesIn(expectedPlanText);
  if (present.hash === expectedPlan) {
    requireYoung(all, lifetime, now);
    return;
  }
  const expected = all.filter((line) => !MADE.test(line));
  const difference = expected.length === 0 ? [] : differenceOf(expected, present.lines);
  const cause =
    recovered === null
      ? 'since then the running containers, the files, the env file or the machine behind the host name changed'
      : `${recovered.procedure} of ${recovered.run} was interrupted, and this run has put that right first`;
  throw new UserError('RB-PLAN-CHANGED', {
    what: 'the plan is not the one that was expected',
    why: `its hash is ${present.hash}, the expected hash was ${expectedPlan}: ${cause}`,
    remedy: 'look at a new dry run, and pass its plan-hash; if the workflow has a job plan, start the workflow again',
    ...(difference.length === 0 ? {} : { log: difference, logOf: 'the difference: - expected, + now' }),
  });
}

/** A plan without a time (a hash that a person typed) is only compared; its age is not checked. */
function requireYoung(lines: readonly string[], lifetime: number, now: Date): void {
  const made = lines.map((line) => MADE.exec(line)?.[1]).find((time) => time !== undefined);
  if (made === undefined) return;
  const age = (now.getTime() - Date.parse(made)) / 1000;
  if (age <= lifetime) return;
  throw new UserError('RB-PLAN-EXPIRED', {
    what: `the plan is ${spelt(age)} old, and a plan may be carried out for ${spelt(lifetime)}`,
    why: `it was made at ${made}; a person who approved it then may not want it now`,
    remedy: 'start the workflow again for a new plan; plan-lifetime in runbook.yml says how long a plan is valid',
  });
}

/** @param seconds in whole units, the largest that fits */
function spelt(seconds: number): string {
  const [unit, size] = seconds >= 172_800 ? ['days', 86_400] : seconds >= 7200 ? ['hours', 3600] : ['minutes', 60];
  return seconds < 120 ? `${Math.round(seconds)} seconds` : `${Math.floor(seconds / Number(size))} ${unit}`;
}

/** Lines that only one of the two plans has: `-` for the expected plan, `+` for the present one. */
function differenceOf(expected: readonly string[], now: readonly string[]): string[] {
  const present = now.flatMap((line) => linesIn(line));
  return [
    ...expected.filter((line) => !present.includes(line)).map((line) => `- ${line}`),
    ...present.filter((line) => !expected.includes(line)).map((line) => `+ ${line}`),
  ];
}

/** A workflow strips spaces from the ends of a text. */
function linesIn(text: string): string[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
}
