import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type KeptBackup, type RetentionRules, retain, timeOf } from '../../../actions/lib/backup/retention';

const DAY = 24 * 3600 * 1000;
const idOf = (time: number): string => `${new Date(time).toISOString().replace(/[-:]|\.\d+/g, '')}`;
const NONE: RetentionRules = { days: 0, daily: 0, weekly: 0, monthly: 0 };
const START = Date.UTC(2026, 0, 1, 2);
const nightly = (count: number): KeptBackup[] =>
  Array.from({ length: count }, (_, night) => ({ id: idOf(START + night * DAY), verified: true }));
const kept = (backups: readonly KeptBackup[], rules: RetentionRules, now: number): string[] =>
  retain(backups, rules, now).flatMap(({ id, keep }) => (keep ? [id] : []));

describe('retention', () => {
  it('keeps by age', () => {
    expect(kept(nightly(40), { ...NONE, days: 30 }, START + 39 * DAY + 1)).toHaveLength(30);
  });

  it('keeps the newest of days, weeks and months', () => {
    const ids = kept(nightly(90), { days: 0, daily: 7, weekly: 4, monthly: 3 }, START + 90 * DAY);
    // Seven nights to 31 March; Sundays 29, 22, 15 and Tuesday 31 March; ends of January and February.
    expect(ids.map((id) => id.slice(4, 8))).toEqual(
      '0331 0330 0329 0328 0327 0326 0325 0322 0315 0228 0131'.split(' '),
    );
  });

  it('keeps the last verified one though it is old and newer ones failed', () => {
    const backups = nightly(60).map((backup, night) => ({ ...backup, verified: night === 3 }));
    expect(kept(backups, { ...NONE, daily: 7 }, START + 365 * DAY)).toEqual([backups[3]?.id]);
  });

  it('keeps the last verified one where no rule keeps anything', () => {
    expect(kept(nightly(5), NONE, START + 365 * DAY)).toEqual([nightly(5)[4]?.id]);
  });

  it('removes nothing where none was verified', () => {
    const backups = nightly(5).map((backup) => ({ ...backup, verified: false }));
    expect(kept(backups, NONE, START + 365 * DAY)).toHaveLength(5);
  });

  it('never removes the last verified one, whatever the schedule and the clock do', () => {
    const gap = fc.integer({ min: 1, max: 20 * 24 * 3600 });
    const jump = fc.integer({ min: -800 * 24 * 3600, max: 800 * 24 * 3600 });
    const tick = fc.record({
      seconds: fc.oneof({ weight: 9, arbitrary: gap }, { weight: 1, arbitrary: jump }),
      verified: fc.boolean(),
    });
    const count = fc.integer({ min: 0, max: 12 });
    const rules = fc.record({ days: fc.integer({ min: 0, max: 60 }), daily: count, weekly: count, monthly: count });
    fc.assert(
      fc.property(fc.array(tick, { minLength: 1, maxLength: 30 }), rules, (ticks, chosen) => {
        let present: KeptBackup[] = [];
        let now = START;
        for (const { seconds, verified } of ticks) {
          now += seconds * 1000;
          present = [...present.filter(({ id }) => id !== idOf(now)), { id: idOf(now), verified }];
          const good = present.filter((backup) => backup.verified).map(({ id }) => id);
          const verdicts = retain(present, chosen, now);
          expect(verdicts.map(({ id }) => id).sort()).toEqual(present.map(({ id }) => id).sort());
          const staying = verdicts.filter(({ keep }) => keep).map(({ id }) => id);
          const last = good.sort().at(-1);
          if (last === undefined) expect(staying).toHaveLength(present.length);
          else expect(staying).toContain(last);
          for (const { id, keep } of verdicts)
            if (now - timeOf(id) < chosen.days * DAY) expect(keep, `${id} is young`).toBe(true);
          present = present.filter(({ id }) => staying.includes(id));
          expect(
            retain(present, chosen, now).every(({ keep }) => keep),
            'a second run removes nothing',
          ).toBe(true);
        }
      }),
      { numRuns: 10_000 },
    );
  }, 60_000);
});
