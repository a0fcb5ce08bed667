import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { clockOf, idOf, isAhead, mayBeLate, sayAhead } from '../../../actions/lib/backup/clock';
import { ownerOf } from '../../../actions/lib/backup/installation';
import type { Manifest } from '../../../actions/lib/backup/manifest';
import { type KeptBackup, retain, timeOf, withinShare } from '../../../actions/lib/backup/retention';
import type { RetentionRules } from '../../../actions/lib/config/sections/retention';
import { runs } from '../runs';

const DAY = 24 * 3600 * 1000;
const HOUR = 3600 * 1000;
const NONE: RetentionRules = { days: 0, daily: 0, weekly: 0, monthly: 0 };
const START = Date.UTC(2026, 0, 1, 2);
const nightly = (count: number): KeptBackup[] =>
  Array.from({ length: count }, (_, night) => ({ id: idOf(START + night * DAY), verified: true }));
const kept = (backups: readonly KeptBackup[], rules: RetentionRules, now: number, single = false): string[] =>
  retain(backups, rules, now, single).flatMap(({ id, keep }) => (keep ? [id] : []));

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
      fc.property(fc.array(tick, { minLength: 1, maxLength: 30 }), rules, fc.boolean(), (ticks, chosen, single) => {
        let present: KeptBackup[] = [];
        let now = START;
        for (const { seconds, verified } of ticks) {
          now += seconds * 1000;
          present = [...present.filter(({ id }) => id !== idOf(now)), { id: idOf(now), verified }];
          const good = present.filter((backup) => backup.verified).map(({ id }) => id);
          const verdicts = retain(present, chosen, now, single);
          expect(verdicts.map(({ id }) => id).sort()).toEqual(present.map(({ id }) => id).sort());
          const staying = verdicts.filter(({ keep }) => keep).map(({ id }) => id);
          const last = good.sort().at(-1);
          if (last === undefined) expect(staying).toHaveLength(present.length);
          else expect(staying).toContain(last);
          for (const { id, keep } of verdicts)
            if (now - timeOf(id) < chosen.days * DAY) expect(keep, `${id} is young`).toBe(true);
          present = present.filter(({ id }) => staying.includes(id));
          expect(
            retain(present, chosen, now, single).every(({ keep }) => keep),
            'a second run removes nothing',
          ).toBe(true);
        }
      }),
      runs(10_000),
    );
  }, 300_000);
});

describe('one clock that is early, where host and runner have no other', () => {
  const rules = { ...NONE, days: 30 };

  it.each([1, 400, 4000])('remove nothing that no later backups have replaced: %i days ahead', (by) => {
    let present = nightly(40).slice(-30);
    const good = present.map(({ id }) => id);
    let now = START + 39 * DAY + by * DAY;
    for (let run = 0; run < 10; run++) {
      now += DAY;
      present = [...present, { id: idOf(now), verified: true }];
      const staying = new Set(
        withinShare(retain(present, rules, now, true)).flatMap(({ id, keep }) => (keep ? [id] : [])),
      );
      present = present.filter(({ id }) => staying.has(id));
    }
    expect(good.filter((id) => present.some((one) => one.id === id)).length).toBeGreaterThanOrEqual(10);
  });

  it('do not keep backups for ever: they go as new ones come', () => {
    const late = Array.from({ length: 31 }, (_, night) => ({ id: idOf(START + (400 + night) * DAY), verified: true }));
    expect(kept([...nightly(20), ...late], rules, START + 430 * DAY + 1, true)).toHaveLength(30);
    const [first] = retain([...nightly(2), late[0]!], rules, START + 400 * DAY, true).toReversed();
    expect(first).toMatchObject({ keep: true, why: expect.stringContaining('pauses between backups') });
  });

  it('a week between two backups counts as a whole week where they are kept for a month', () => {
    const weekly = Array.from({ length: 12 }, (_, week) => ({ id: idOf(START + week * 7 * DAY), verified: true }));
    expect(kept(weekly, rules, START + 11 * 7 * DAY, true)).toHaveLength(5);
  });
});

describe('a clock', () => {
  const now = START + 40 * DAY;

  it.each([
    ['the host is a little ahead', now + HOUR / 2, now + HOUR / 2, false],
    ['the host is years ahead', now + 4000 * DAY, now, true],
    ['the host has none, and begins at 1970', 0, now, true],
    ['the host is two hours behind', now - 2 * HOUR, now, true],
  ])('names the backup and is doubted as it should be: %s', (_name, host, named, doubted) => {
    const { id, doubt } = clockOf(idOf(host), now);
    expect([id, doubt !== null]).toEqual([idOf(named), doubted]);
  });

  it.each([
    ['all agree', 0, 0, true, 0, false],
    ['a runner that may be the host is a year ahead with it', 400 * DAY, 400 * DAY, true, 0, true],
    ["a runner of GitHub agrees with the host, and the bucket's server does not", 0, 0, false, 9 * DAY, true],
    ['the host alone is ahead', 400 * DAY, 0, true, 0, true],
    ['the runner alone is ahead', 0, 400 * DAY, true, 0, true],
  ])('is heard beside that of the bucket: %s', (_name, host, runner, own, third, doubted) => {
    const found = clockOf(idOf(now + host), now + runner, { time: now + third, own });
    expect([found.id, found.now, found.doubt !== null]).toEqual([idOf(now), timeOf(idOf(now)), doubted]);
  });

  it('of a host that says nothing is not believed', () => {
    expect(clockOf('', now)).toMatchObject({ id: idOf(now), doubt: expect.stringContaining('says nothing') });
  });

  it('that named a backup ahead makes it neither the last verified one nor one that stands for its month', () => {
    const wrong = { id: idOf(now + 4000 * DAY), verified: true };
    const verdicts = retain([...nightly(40), wrong], { ...NONE, monthly: 1 }, now);
    expect(verdicts.find(({ id }) => id === wrong.id)).toMatchObject({
      keep: true,
      why: expect.stringContaining('future'),
    });
    expect(verdicts.filter(({ keep }) => keep).map(({ id }) => id)).toEqual([wrong.id, nightly(40)[39]?.id]);
    expect(retain([wrong, { id: idOf(START), verified: false }], NONE, now).every(({ keep }) => keep)).toBe(true);
  });
});

describe('backups that are dated in the future', () => {
  it('are named in a sentence, for one and for several', () => {
    expect(sayAhead([], 'host', START)).toBeNull();
    expect(sayAhead(['20371109T123122Z'], 'host', START)).toBe(
      'host: 20371109T123122Z is dated in the future: it is 20260101T020000Z now by the clocks of this run. If that is too early, set the clocks: 20371109T123122Z may then be the latest backup. If it is right, a clock was wrong when this backup was made. It does not count as the latest backup, and no rule removes it. To restore it, give its name.',
    );
    expect(sayAhead(['20371109T123122Z', '20371110T123122Z'], 'host', START)).toBe(
      'host: 20371109T123122Z, 20371110T123122Z are dated in the future: it is 20260101T020000Z now by the clocks of this run. If that is too early, set the clocks: 20371110T123122Z may then be the latest backup. If it is right, a clock was wrong when these backups were made. They do not count as the latest backup, and no rule removes them. To restore one of them, give its name.',
    );
  });

  it.each([
    ['a night ahead', [DAY], true],
    ['weeks ahead', [21 * DAY], true],
    ['two, many years ahead', [4000 * DAY, 4001 * DAY], true],
    ['one, many years ahead', [4000 * DAY], false],
    ['none', [], false],
  ])('tell whether the present clocks may be late: %s', (_what, ahead, late) => {
    expect(
      mayBeLate(
        ahead.map((by) => idOf(START + by)),
        START,
      ),
    ).toBe(late);
  });
});

describe('a run', () => {
  it('removes a third of what is there at most, the oldest first, and always one', () => {
    const gone = (count: number): string[] =>
      withinShare(retain(nightly(count), NONE, START + 99 * DAY)).flatMap(({ id, keep }) => (keep ? [] : [id]));
    const names = (count: number): string[] => nightly(count).map(({ id }) => id);
    expect(gone(2)).toEqual(names(1));
    expect(gone(5)).toEqual(names(1));
    expect(gone(30).sort()).toEqual(names(10));
  });

  /** One night: how long after the one before, how wrong each clock is, and how the run ends. */
  const night = fc.record({
    at: fc.nat({ max: 1 }),
    hours: fc.oneof({ weight: 9, arbitrary: fc.constant(24) }, fc.integer({ min: 3, max: 24 * 90 })),
    host: fc.oneof({ weight: 5, arbitrary: fc.constant(0) }, fc.integer({ min: -9000 * 24, max: 9000 * 24 })),
    verified: fc.oneof({ weight: 4, arbitrary: fc.constant(true) }, fc.constant(false)),
    killed: fc.oneof({ weight: 4, arbitrary: fc.constant(null) }, fc.constantFrom('dump', 'prune', 'within prune')),
  });

  it('leaves the last verified one of each of two hosts in one bucket and takes no more than its share, whatever clocks do and wherever it is killed', () => {
    const count = fc.integer({ min: 0, max: 6 });
    const rules = fc.record({ days: fc.integer({ min: 0, max: 40 }), daily: count, weekly: count, monthly: count });
    fc.assert(
      fc.property(fc.array(night, { minLength: 2, maxLength: 20 }), rules, (nights, chosen) => {
        let present: (KeptBackup & Pick<Manifest, 'installation'>)[] = [];
        let now = START;
        const last = new Map<string, string>();
        for (const { at, hours, host, verified, killed } of nights) {
          const me = { uid: String(at), host: '', machine: '' };
          now += hours * HOUR;
          const clock = clockOf(idOf(now + host * HOUR), now);
          if (killed === 'dump') continue;
          expect(isAhead(clock.id, now)).toBe(false);
          present = [...present, { id: clock.id, verified, installation: me }];
          if (verified) last.set(me.uid, clock.id);
          if (killed === 'prune' || clock.doubt !== null) continue;
          const own = present.filter((one) => ownerOf(one, me.uid, false) === 'own');
          const gone = withinShare(retain(own, chosen, clock.now)).flatMap(({ id, keep }) => (keep ? [] : [id]));
          expect(gone.length).toBeLessThanOrEqual(Math.max(1, own.length / 3));
          const removed = killed === null ? gone : gone.slice(gone.length / 2);
          present = present.filter(({ id }) => !removed.includes(id));
          for (const id of last.values()) expect(present.map((one) => one.id)).toContain(id);
        }
      }),
      runs(10_000),
    );
  }, 300_000);
});
