/** The size of the parts that an object is sent in. */
import { expect, test } from 'vitest';
import { partSize } from '../../../actions/lib/backup/s3-upload';

const MIB = 1024 * 1024;
const TIB = 1024 * 1024 * MIB;

test.each([0, 1, 5 * MIB, 9000 * 5 * MIB])('%d bytes go in parts of 5 MiB', (bytes) => {
  expect(partSize(bytes)).toBe(5 * MIB);
});

test('bytes of unknown number go in parts of 5 MiB', () => {
  expect(partSize(null)).toBe(5 * MIB);
});

test.each([9000 * 5 * MIB + 1, 100 * 1024 * MIB, 5 * TIB])('%d bytes go in larger parts, at most 9,000', (bytes) => {
  expect(partSize(bytes)).toBeGreaterThan(5 * MIB);
  expect(Math.ceil(bytes / partSize(bytes))).toBeLessThanOrEqual(9000);
  expect(partSize(bytes) % MIB).toBe(0);
});
