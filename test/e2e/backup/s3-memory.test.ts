/** What a backup takes of the runner's memory on its way to a bucket. By itself: other tests leave a large process. */
import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { expect, it } from 'vitest';
import { ID, MIB, place, server } from './bucket';

it('an upload does not take more memory for more bytes', { tags: ['exhaustive'] }, async () => {
  const block = randomBytes(MIB);
  function* blocks(count: number): Generator<Buffer> {
    for (let i = 0; i < count; i++) {
      block.writeUInt32BE(i);
      yield Buffer.from(block);
    }
  }
  /** By how much the process was larger at its largest than before, in MiB. */
  async function growth(count: number): Promise<number> {
    const begin = process.memoryUsage.rss();
    let most = begin;
    const timer = setInterval(() => (most = Math.max(most, process.memoryUsage.rss())), 10);
    const direct = place({ endpoint: `http://127.0.0.1:${server.port}` });
    const part = await direct.write(ID, 'db.zst', Readable.from(blocks(count), { objectMode: false }), null);
    clearInterval(timer);
    expect(part.bytes).toBe(count * MIB);
    return Math.round((most - begin) / MIB);
  }
  const [little, much] = [await growth(100), await growth(400)];
  console.log(`most memory while it sent 100 MiB: +${little} MiB; 400 MiB: +${much} MiB`);
  expect(much).toBeLessThan(150);
});
