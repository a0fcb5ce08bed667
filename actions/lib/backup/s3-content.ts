/** The content of an object as a stream that goes on after the connection broke. */
import { Readable } from 'node:stream';
import type { S3Limits } from './s3-client';

/** After so many bytes without a failure, earlier failures do not count any more. */
const PROGRESS = 16 * 1024 * 1024;

/**
 * @param first the whole content, just opened
 * @param bytes size of the content; `null`: the server does not say it
 * @param open opens the content from this byte on
 * @param explain makes the error of the stream
 */
export function lastingContent(
  first: Readable,
  bytes: number | null,
  open: (from: number) => Promise<Readable>,
  { stallMs, attempts }: S3Limits,
  explain: (error: unknown) => Error,
): Readable {
  let source = first;
  let chunks = source[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  let at = 0;
  let failures = 0;
  let failedAt = 0;

  async function next(): Promise<Buffer | null> {
    for (;;) {
      try {
        const { value, done } = await inTime(chunks.next(), stallMs);
        if (done !== true) {
          at += value.length;
          return value;
        }
        if (bytes === null || at >= bytes) return null;
        throw new Error('aborted');
      } catch (error) {
        source.destroy();
        if (at - failedAt >= PROGRESS) failures = 0;
        failedAt = at;
        failures++;
        if (failures >= attempts || stream.destroyed) throw error;
        if (at === bytes) return null;
      }
      source = await open(at);
      if (stream.destroyed) source.destroy();
      chunks = source[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
    }
  }

  const stream = new Readable({
    read() {
      next().then(
        (chunk) => stream.destroyed || stream.push(chunk),
        (error) => stream.destroy(explain(error)),
      );
    },
    destroy(error, done) {
      source.destroy();
      done(error);
    },
  });
  return stream;
}

/** Counts only the time for which the reader waits for a byte, not the time in which the reader wants none. */
async function inTime<T>(work: Promise<T>, ms: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(Object.assign(new Error('no byte came'), { name: 'TimeoutError' })), ms);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
