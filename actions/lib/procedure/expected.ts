/** The plan that somebody has seen and approved, against the one that would be carried out now. Pure. */
import type { ExpectedPlan } from '../config/inputs';
import { UserError } from '../errors';
import type { Plan, State } from '../stack/model';
import { renderPlan } from './plan-text';
import type { Recovered } from './report';

/** What is to be done, as a name of it and in words. */
export interface PlanIdentity {
  /** 64 hexadecimal digits. */
  readonly hash: string;
  /** Whatever differs between two plans of other hashes differs here, too. */
  readonly lines: readonly string[];
}

/** Characters. The runner gives an input to a step as one environment variable, and Linux takes 128 KiB in one. */
const LARGEST = 60_000;
/** Of identifiers, so many tell things apart. */
const SHORT = 12;

/** A plan for another release, with what its hash is of besides: the machine, the containers, the content. */
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

/** As an output of a step, to be given to a later one; empty where it is too long for that. */
export function planTextOf(lines: readonly string[]): string {
  const text = lines.join('\n');
  return text.length > LARGEST ? '' : text;
}

/**
 * @param recovered what this run put right first; `null`: nothing
 * @throws {UserError} RB-PLAN-CHANGED
 */
export function requireExpected(
  present: PlanIdentity,
  { expectedPlan, expectedPlanText }: ExpectedPlan,
  recovered: Recovered | null = null,
): void {
  if (expectedPlan === null || present.hash === expectedPlan) return;
  const expected = linesIn(expectedPlanText);
  const difference = expected.length === 0 ? [] : differenceOf(expected, present.lines);
  const cause =
    recovered === null
      ? 'what runs, the files, the env file or the machine behind the name is another since'
      : `${recovered.procedure} of ${recovered.run} was interrupted, and this run has put that right first`;
  throw new UserError('RB-PLAN-CHANGED', {
    what: 'the plan is not the one that was expected',
    why: `its hash is ${present.hash}, expected was ${expectedPlan}: ${cause}`,
    remedy: 'look at a new dry run, and pass its plan-hash; a workflow with a job plan is started anew for that',
    ...(difference.length === 0 ? {} : { log: difference, logOf: 'the difference: - expected, + now' }),
  });
}

/** Lines that only one of them has: the former's with `-`, the latter's with `+`. */
function differenceOf(expected: readonly string[], now: readonly string[]): string[] {
  const present = now.flatMap((line) => linesIn(line));
  return [
    ...expected.filter((line) => !present.includes(line)).map((line) => `- ${line}`),
    ...present.filter((line) => !expected.includes(line)).map((line) => `+ ${line}`),
  ];
}

/** On their way through a workflow texts lose spaces at their ends. */
function linesIn(text: string): string[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
}
