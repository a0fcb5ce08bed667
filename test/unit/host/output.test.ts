import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LineQueue } from '../../../actions/lib/host/line-queue';
import { LineSplitter, Tail } from '../../../actions/lib/host/output';

/** A text's bytes, cut anywhere. */
const cutText = fc
  .tuple(fc.string({ unit: fc.constantFrom('a', 'é', '€', '𝄞', '\n', ' ') }), fc.array(fc.nat()))
  .map(([text, places]) => {
    const bytes = Buffer.from(text);
    const cuts = [0, ...places.map((place) => place % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
    return { text, chunks: cuts.slice(1).map((end, index) => bytes.subarray(cuts[index], end)) };
  });

describe('LineSplitter', () => {
  it('gives the same lines wherever the chunks are cut', () => {
    fc.assert(
      fc.property(cutText, ({ text, chunks }) => {
        const splitter = new LineSplitter();
        const lines = [...chunks.flatMap((chunk) => splitter.push(chunk)), ...splitter.end()];
        const expected = text.split('\n');
        if (expected.at(-1) === '') expected.pop();
        expect(lines).toEqual(expected);
      }),
    );
  });

  it('hands a line without end on in pieces', () => {
    const splitter = new LineSplitter();
    let longest = 0;
    for (let sent = 0; sent < 8; sent += 1) {
      for (const line of splitter.push(Buffer.alloc(512 * 1024, 'x'))) longest = Math.max(longest, line.length);
    }
    expect(longest).toBeGreaterThan(0);
    expect(longest).toBeLessThanOrEqual(2 * 1024 * 1024);
  });
});

describe('Tail', () => {
  it('keeps all up to its limit, then the newest bytes, in whole characters', () => {
    fc.assert(
      fc.property(cutText, fc.integer({ min: 1, max: 20 }), ({ text, chunks }, limit) => {
        const tail = new Tail(limit);
        for (const chunk of chunks) tail.push(chunk);
        const kept = tail.text();
        expect(text.endsWith(kept)).toBe(true);
        expect(kept).not.toContain('\ufffd');
        const size = Buffer.byteLength(text);
        expect(Buffer.byteLength(kept)).toBeGreaterThanOrEqual(Math.min(size, limit) - 3);
        expect(Buffer.byteLength(kept)).toBeLessThanOrEqual(limit);
      }),
    );
  });
});

describe('LineQueue', () => {
  const recording = () => {
    const calls: string[] = [];
    return {
      calls,
      queue: new LineQueue(
        () => calls.push('pause'),
        () => calls.push('resume'),
      ),
    };
  };

  it('pauses a sender that is faster than the reader, and lets it go on when all is read', async () => {
    const { calls, queue } = recording();
    queue.push(Array.from({ length: 2000 }, (_, index) => String(index)));
    expect(calls).toEqual(['pause']);
    const read: string[] = [];
    for await (const line of queue) {
      read.push(line);
      if (read.length === 2000) setImmediate(() => queue.end());
    }
    expect(read).toHaveLength(2000);
    expect(calls).toContain('resume');
  });

  it('gives lines that come while it waits, and ends', async () => {
    const { queue } = recording();
    setImmediate(() => {
      queue.push(['a', 'b']);
      queue.push(['c']);
      queue.end();
    });
    const read: string[] = [];
    for await (const line of queue) read.push(line);
    expect(read).toEqual(['a', 'b', 'c']);
  });

  it('lets the sender run on when the reader stops', async () => {
    const { calls, queue } = recording();
    queue.push(['a', 'b']);
    for await (const _line of queue) break;
    queue.push(Array.from({ length: 2000 }, () => 'x'));
    expect(calls.at(-1)).toBe('resume');
  });
});
