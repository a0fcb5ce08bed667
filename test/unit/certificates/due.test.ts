import { describe, expect, it } from 'vitest';
import { isLate, judgeDue, tooSparse } from '../../../actions/lib/certificates/due';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const START = Date.UTC(2027, 0, 1);

const certificate = (days: number, notBefore = START) => ({
  notBefore,
  notAfter: notBefore + days * DAY - 1000,
  fingerprint: `${days} ${notBefore}`,
});

describe('without a word of the CA', () => {
  it.each([
    [90, 59.9, 60.1],
    [64, 42.5, 42.8],
    [45, 29.9, 30.1],
    [6, 2.9, 3.1],
  ])('a certificate of %i days is due when a third of it is left, or half of a short one', (days, before, after) => {
    const one = certificate(days);
    expect(judgeDue(one, START + before * DAY, HOUR, null).due).toBe(false);
    expect(judgeDue(one, START + after * DAY, HOUR, null)).toMatchObject({ due: true, emergency: false });
  });

  it('it is an emergency below a twentieth, and after the end', () => {
    const one = certificate(90);
    expect(judgeDue(one, START + 85 * DAY, HOUR, null).emergency).toBe(false);
    expect(judgeDue(one, START + 86 * DAY, HOUR, null)).toMatchObject({
      due: true,
      emergency: true,
      why: 'it is about to expire',
    });
    expect(judgeDue(one, START + 91 * DAY, HOUR, null)).toMatchObject({
      due: true,
      emergency: true,
      why: 'it has expired',
    });
  });

  it('from a quarter of the lifetime on it is late', () => {
    expect(isLate(certificate(90), START + 67 * DAY)).toBe(false);
    expect(isLate(certificate(90), START + 68 * DAY)).toBe(true);
  });
});

describe('with a window of the CA', () => {
  const one = certificate(90);
  const at = (start: number, end: number) => ({ start: START + start * DAY, end: START + end * DAY });

  it('a window that is over renews at once, with 60 days left; one to come does not, with 20 left', () => {
    expect(judgeDue(one, START + 30 * DAY, 12 * HOUR, at(-2, -1))).toMatchObject({
      due: true,
      why: 'the CA suggests renewing it now',
    });
    expect(judgeDue(one, START + 70 * DAY, 12 * HOUR, at(75, 76)).due).toBe(false);
  });

  it('a window that ends before it begins counts as none', () => {
    expect(judgeDue(one, START + 30 * DAY, 12 * HOUR, at(29, 28)).due).toBe(false);
    expect(judgeDue(one, START + 61 * DAY, 12 * HOUR, at(89, 88)).due).toBe(true);
  });

  it('the moment in it is the same in each run, and within it', () => {
    const { at: moment } = judgeDue(one, START, HOUR, at(50, 60));
    expect(moment).toBe(judgeDue(one, START + 5 * DAY, HOUR, at(50, 60)).at);
    expect(moment).toBeGreaterThanOrEqual(START + 50 * DAY);
    expect(moment).toBeLessThan(START + 60 * DAY);
  });

  it('a run that would come only after the moment renews before it', () => {
    const { at: moment } = judgeDue(one, START, HOUR, at(50, 60));
    expect(judgeDue(one, moment - 11 * HOUR, 12 * HOUR, at(50, 60)).due).toBe(true);
    expect(judgeDue(one, moment - 13 * HOUR, 12 * HOUR, at(50, 60)).due).toBe(false);
  });

  it('a window after the end does not let it expire', () => {
    expect(judgeDue(one, START + 86 * DAY, HOUR, at(100, 101)).due).toBe(true);
    expect(judgeDue(one, START + 89 * DAY, DAY, at(100, 101)).due).toBe(true);
  });
});

describe('over two years', () => {
  const schedules: readonly (readonly [string, number])[] = [
    ['hourly', HOUR],
    ['twice a day', 12 * HOUR],
    ['daily', DAY],
    ['weekly', 7 * DAY],
  ];

  /** Runs that come when they should; every other order fails. @returns whether a certificate expired, and orders */
  function simulate(
    lifetimes: (now: number) => number,
    every: number,
  ): { expired: boolean; alarms: number; orders: number } {
    let one = certificate(lifetimes(START));
    let orders = 0;
    let alarms = 0;
    let tries = 0;
    for (let now = START + every / 3; now < START + 730 * DAY; now += every) {
      if (now >= one.notAfter) return { expired: true, alarms, orders };
      if (judgeDue(one, now, every, null).due && ++tries % 2 === 0) {
        one = certificate(lifetimes(now), now);
        orders++;
      }
      if (judgeDue(one, now, every, null).emergency) alarms++;
    }
    return { expired: false, alarms, orders };
  }

  for (const days of [90, 64, 45, 6]) {
    it.each(schedules)(
      `a certificate of ${days} days with a %s run never expires, or the run is refused`,
      (_name, every) => {
        const refused = tooSparse(certificate(days), every);
        if (refused === null) expect(simulate(() => days, every)).toMatchObject({ expired: false, alarms: 0 });
        else expect(refused).toMatch(/too rare/);
      },
    );
  }

  it('only a weekly run is too rare for six days, and the refusal is said of a fresh certificate', () => {
    const refused = [90, 64, 45, 6].flatMap((days) =>
      schedules.filter(([, every]) => tooSparse(certificate(days), every) !== null).map(([name]) => `${days} ${name}`),
    );
    expect(refused).toEqual(['6 weekly']);
    expect(simulate(() => 6, 7 * DAY).expired).toBe(true);
  });

  it('lifetimes that go from 90 to 64 days between two runs raise no alarm', () => {
    const { expired, alarms, orders } = simulate((now) => (now < START + 200 * DAY ? 90 : 64), 12 * HOUR);
    expect({ expired, alarms }).toEqual({ expired: false, alarms: 0 });
    expect(orders).toBeGreaterThan(12);
  });
});
