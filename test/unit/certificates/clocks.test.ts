import { expect, it } from 'vitest';
import { clocksDiffer } from '../../../actions/lib/certificates/clocks';

const MINUTE = 60_000;

it('the host may be a little before or behind the runner', () => {
  expect(clocksDiffer(0)).toBeNull();
  expect(clocksDiffer(-29 * MINUTE)).toBeNull();
  expect(clocksDiffer(31 * MINUTE)).toBe('the clock of the host is 31 minutes ahead of that of the runner');
  expect(clocksDiffer(-40 * 24 * 60 * MINUTE)).toBe('the clock of the host is 960 hours behind that of the runner');
});
