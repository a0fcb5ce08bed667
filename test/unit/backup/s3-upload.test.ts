/** The size of the parts that an object is sent in. */
import { expect, test } from 'vitest';
import { partSize } from '../../../actions/lib/backup/s3-upload';

const MIB = 1024 * 1024;
const TIB = 1024 * 1024 * MIB;

test.each([0, 1, 8 * MIB, 9000 * 8 * MIB])('%d bytes go in parts of 8 MiB', (bytes) => {
  expect(partSize(bytes)).toBe(8 * MIB);
});

test('so do bytes that nobody has counted', () => {
  expect(partSize(null)).toBe(8 * MIB);
});

test.each([9000 * 8 * MIB + 1, 100 * 1024 * MIB, 5 * TIB])('%d bytes go in larger parts, at most 9,000', (bytes) => {
  expect(partSize(bytes)).toBeGreaterThan(8 * MIB);
  expect(Math.ceil(bytes / partSize(bytes))).toBeLessThanOrEqual(9000);
  expect(partSize(bytes) % MIB).toBe(0);
});
