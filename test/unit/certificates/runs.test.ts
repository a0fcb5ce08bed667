/** The schedule as it is really kept, by the times that runs wrote down on the host. */
import { describe, expect, it } from 'vitest';
import { parseRuns, thinner, withRun } from '../../../actions/lib/certificates/runs';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const NOW = Date.UTC(2027, 0, 1);
/** Times before now, in days. */
const ago = (...days: number[]): number[] => days.map((count) => NOW - count * DAY);
const run = (runs: readonly number[], renews = true, every = 12 * HOUR) => thinner(runs, { every, now: NOW, renews });

describe('runs that are rarer than certificates.every', () => {
  it('are seen as soon as two gaps are too long', () => {
    expect(run(ago(14, 7))).toBe(7 * DAY);
    expect(run(ago(7))).toBeNull();
    expect(run(ago(28, 21, 14, 7, 6.9))).toBe(7 * DAY);
  });

  it('are not one outage, nor runs that GitHub started late, nor runs by hand', () => {
    expect(run(ago(30, 29.5, 29, 0.5))).toBeNull();
    expect(run(ago(2.1, 1.5, 1.1, 0.5))).toBeNull();
    expect(run(ago(0.02, 0.01))).toBeNull();
    expect(run([])).toBeNull();
  });

  it('have been forgotten once four gaps are right again', () => {
    expect(run(ago(16, 9, 2, 1.5, 1, 0.5))).toBeNull();
  });

  it('are judged by their own every', () => {
    expect(run(ago(14, 7), true, 7 * DAY)).toBeNull();
  });

  it('have ended altogether where a check finds none for long', () => {
    expect(run(ago(41, 40.5, 40), false)).toBe(40 * DAY);
    expect(run(ago(1), false)).toBeNull();
    expect(run([], false)).toBeNull();
  });

  it('a clock that went back counts no run of the future', () => {
    expect(run(ago(14, 7, -30))).toBe(7 * DAY);
    expect(run(ago(-7, -14))).toBeNull();
  });
});

it('the record keeps the last twelve times, and a torn line does no harm', () => {
  const text = withRun(parseRuns(Array.from({ length: 20 }, (_, index) => 1_700_000_000 + index).join('\n')), NOW);
  expect(text.split('\n')).toHaveLength(12);
  expect(parseRuns(`${text}\n17000x\n`).at(-1)).toBe(NOW);
  expect(parseRuns('')).toEqual([]);
});
