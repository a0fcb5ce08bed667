/** What is said where the plan is no longer the one that somebody approved. */
import { describe, expect, it } from 'vitest';
import { UserError } from '../../../actions/lib/errors';
import { type PlanIdentity, planLines, planTextOf, requireExpected } from '../../../actions/lib/procedure/expected';
import type { Release, State } from '../../../actions/lib/stack/model';
import { planHash } from '../../../actions/lib/stack/plan/checks';
import { diff } from '../../../actions/lib/stack/plan/diff';
import { containerOf, emptyHost, release, runbook, service } from '../stack/model-host';

const api = service('api', 'v1', '1');
const running = containerOf('api', api, true);
const before = release('1', { api });
const target = release('2', { api: { ...api, image: 'registry/api:v2', definition: 'b'.repeat(64), since: '2' } });

function identity(to: Release = target, more: Partial<State> = {}): PlanIdentity {
  const state = { ...emptyHost, current: before, containers: [running], ...more };
  const plan = diff(state, to, { runbook, migrate: false });
  return { hash: planHash(plan, state), lines: planLines(plan, state) };
}

function refusal(present: PlanIdentity, given: PlanIdentity | null, recovered = false): UserError {
  const { hash, lines } = given ?? { hash: 'f'.repeat(64), lines: [] };
  const interrupted = { procedure: 'deploy', run: 'run 7', release: '2', to: '1', lines: [], left: [] };
  try {
    requireExpected(
      present,
      { expectedPlan: hash, expectedPlanText: ` ${planTextOf(lines)}\n` },
      { lifetime: 3600, recovered: recovered ? interrupted : null },
    );
  } catch (error) {
    return error as UserError;
  }
  throw new Error('it was accepted');
}

describe('a plan that was approved', () => {
  it('is carried out where it is still the same, and any where none was approved', () => {
    const present = identity();
    requireExpected(present, { expectedPlan: present.hash, expectedPlanText: '' }, { lifetime: 1 });
    requireExpected(present, { expectedPlan: null, expectedPlanText: 'whatever' }, { lifetime: 1 });
  });

  it.each<[string, PlanIdentity, RegExp, RegExp]>([
    ['another machine', identity(target, { machine: 'other' }), /^- machine /, /^\+ machine other$/],
    [
      'another release that is live, and who made it',
      identity(target, { current: { ...before, id: '1b', createdBy: 'bob', run: 'run 9' } }),
      /^- 1 is live: made by /,
      /^\+ 1b is live: made by bob in run 9$/,
    ],
    [
      'another content of the env file',
      identity({ ...target, files: { ...target.files, '.env': 'c'.repeat(64) } }),
      /^- content of 2: /,
      /^\+ content of 2: /,
    ],
    [
      'other containers of the same image',
      identity(target, { containers: [{ ...running, id: '9'.repeat(64) }] }),
      /^- api runs in /,
      /^\+ api runs in 999999999999$/,
    ],
  ])('is refused for %s, with the difference', (_what, present, minus, plus) => {
    const error = refusal(present, identity());
    expect(error).toBeInstanceOf(UserError);
    expect(error.code).toBe('RB-PLAN-CHANGED');
    const lines = error.details.log ?? [];
    expect(lines.filter((line) => minus.test(line))).toHaveLength(1);
    expect(lines.filter((line) => plus.test(line))).toHaveLength(1);
    expect(lines.length).toBeLessThanOrEqual(4);
  });

  it('is refused without its words, too', () => {
    const { code, details } = refusal(identity(), null);
    expect(code).toBe('RB-PLAN-CHANGED');
    expect(details.log).toBeUndefined();
  });

  it('is refused after a recovery, which is named as the cause', () => {
    expect(refusal(identity(), null, true).details.why).toContain('deploy of run 7 was interrupted');
  });

  it('is the same while the memory of the host goes up and down', () => {
    const large = { ...api, traits: { ...api.traits, memoryReservation: 2 ** 32 } };
    const to = release('2', { api: { ...large, image: 'registry/api:v2', definition: 'b'.repeat(64), since: '2' } });
    const [now, then] = [2 ** 30, 2 ** 29].map((memoryAvailable) =>
      identity(to, { memoryAvailable, containers: [{ ...running, listens: [8080] }] }),
    );
    expect(now?.lines.join('\n')).toMatch(/1024 MiB are available/);
    expect(now?.hash).toBe(then?.hash);
  });

  it('has no words where they would not fit into one variable of the environment, but the time at which it was made', () => {
    expect(planTextOf(['x'.repeat(70_000)], new Date(0))).toBe('planned at 1970-01-01T00:00:00Z');
  });

  const HOUR = 3600_000;
  const carriedOut = (age: number, lifetime: number): void => {
    const { hash, lines } = identity();
    const text = planTextOf(lines, new Date(40 * HOUR));
    const now = new Date(40 * HOUR + age);
    requireExpected({ hash, lines }, { expectedPlan: hash, expectedPlanText: text }, { lifetime, now });
  };

  it('is refused once it is older than a plan may be, with its age', () => {
    carriedOut(HOUR, 3600);
    carriedOut(-HOUR, 60);
    expect(() => carriedOut(75 * HOUR, 86_400)).toThrow(/RB-PLAN-EXPIRED.*3 days old.* for 24 hours/s);
    expect(() => carriedOut(HOUR + 1000, 3600)).toThrow(/60 minutes old/);
  });

  it('that is old and another is told the difference', () => {
    const then = identity();
    const text = planTextOf(then.lines, new Date(0));
    const given = { expectedPlan: then.hash, expectedPlanText: text };
    try {
      requireExpected(identity(target, { machine: 'other' }), given, { lifetime: 1 });
      throw new Error('it was accepted');
    } catch (error) {
      expect((error as UserError).code).toBe('RB-PLAN-CHANGED');
      expect((error as UserError).details.log?.join('\n')).not.toContain('planned at');
    }
  });
});
