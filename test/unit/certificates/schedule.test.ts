/** Renewals that are rarer than runbook.yml says: what a run makes of them. */
import { afterAll, expect, it } from 'vitest';
import { parseRunbook } from '../../../actions/lib/config/load';
import { problemsIn } from '../../../actions/renew-certs/judge';
import type { Scene } from '../../../actions/renew-certs/scene';
import { scheduleOf } from '../../../actions/renew-certs/schedule';
import { testCa } from './make';

const ca = testCa();
afterAll(() => ca.close());
const DAY = 24 * 3_600_000;
const NOW = Date.now() + 60_000;
const runbook = parseRunbook('certificates: { every: 12h }', 'runbook.yml');

const of = (days: number, runs: readonly number[], mode: 'renew' | 'check' = 'renew') => {
  const [leaf, ...above] = ca.chain({ san: 'DNS:shop.example', days });
  const found = {
    runs,
    now: NOW / 1000,
    proxies: [],
    lineages: [{ name: 'shop.example', renewal: {}, generations: { links: {}, whole: [] }, chains: new Map() }],
  };
  const notes: string[] = [];
  const scene = {
    ...scheduleOf({ runbook, mode, dryRun: mode === 'check' }, found),
    asked: [
      {
        ...{ question: { name: 'shop.example' }, lineage: 'shop.example', address: 'localhost', port: 443 },
        ...{ served: [leaf, ...above], problem: null, unseen: false },
      },
    ],
    ...{ found, skew: 0, lacking: [], now: () => NOW, run: { notes, inputs: { runbook } } },
  } as unknown as Scene;
  const problems = problemsIn(scene, { problems: [], done: new Map() }).map(({ message }) => message);
  return { problems, notes, every: scene.every };
};
const weekly = [NOW - 14 * DAY, NOW - 7 * DAY];

it('runs that keep the schedule say nothing', () => {
  expect(of(6, [NOW - DAY, NOW - DAY / 2])).toEqual({ problems: [], notes: [], every: DAY / 2 });
});

it('runs that are rarer are named, and fail where they are too rare for the lifetime', () => {
  const long = of(90, weekly);
  expect(long.problems).toEqual([]);
  expect(long.notes).toEqual([
    expect.stringMatching(/^Renewals are rarer than runbook\.yml says: .* 7 days .* certificates\.every is 12 hours\./),
  ]);
  expect(long.every).toBe(7 * DAY);
  expect(of(6, weekly).problems).toEqual([expect.stringMatching(/RB-CERT-SCHEDULE.*a run every 7 days is too rare/s)]);
});

it('a check sees that renewals have ended', () => {
  expect(of(90, [NOW - 20 * DAY], 'check').problems).toEqual([expect.stringMatching(/RB-CERT-SCHEDULE.*20 days/s)]);
  expect(of(90, [NOW - DAY], 'check')).toMatchObject({ problems: [], notes: [] });
  expect(of(90, [], 'check')).toMatchObject({ problems: [], notes: [] });
});
