import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { expect, it } from 'vitest';
import { telling } from '../../../actions/lib/backup/telling';

it('an upload hands on what it gets, and tells at most every ten seconds how much that was', async () => {
  let clock = 0;
  const told: number[] = [];
  const chunks = Array.from({ length: 50 }, (_, index) => Buffer.alloc(1000, index));
  const timed = Readable.from(
    (function* () {
      for (const chunk of chunks) {
        clock += 1000;
        yield chunk;
      }
    })(),
    { highWaterMark: 1 },
  );
  const stream = telling(
    (bytes) => told.push(bytes),
    () => clock,
  );
  expect(await buffer(timed.pipe(stream))).toEqual(Buffer.concat(chunks));
  expect(told.length).toBeGreaterThan(1);
  expect(told.length).toBeLessThanOrEqual(5);
  expect(told).toEqual(told.toSorted((a, b) => a - b));
});
