import { expect, it } from 'vitest';
import { clocksDiffer, skewOf } from '../../../actions/lib/certificates/clocks';

const MINUTE = 60_000;

it('the host may be a little before or behind the runner', () => {
  expect(clocksDiffer(0)).toBeNull();
  expect(clocksDiffer(-29 * MINUTE)).toBeNull();
  expect(clocksDiffer(31 * MINUTE)).toBe('the clock of the host is 31 minutes ahead of that of the runner');
  expect(clocksDiffer(-40 * 24 * 60 * MINUTE)).toBe('the clock of the host is 960 hours behind that of the runner');
});

it('whole seconds, and an answer that takes long, do not make the clock of the host late', () => {
  expect(skewOf(1000, 1_000_400, 1_008_000)).toBe(0);
  expect(skewOf(1007, 1_000_400, 1_007_100)).toBe(0);
  expect(skewOf(990, 1_000_400, 1_008_000)).toBe(-9401);
  expect(skewOf(1020, 1_000_400, 1_008_000)).toBe(12_000);
});
