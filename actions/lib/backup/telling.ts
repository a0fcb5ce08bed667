/** A stream that reports how many bytes have gone through it. */
import { Transform } from 'node:stream';

/** Milliseconds between two reports. */
const SILENCE = 10_000;

/**
 * @param tell called with the bytes so far, at most every ten seconds and only while something moves
 * @param now milliseconds of a clock that never goes back
 */
export function telling(tell: (bytes: number) => void, now: () => number = () => performance.now()): Transform {
  let bytes = 0;
  let told = now();
  return new Transform({
    transform(chunk: Buffer, _encoding, next) {
      bytes += chunk.length;
      if (now() - told >= SILENCE) {
        told = now();
        tell(bytes);
      }
      next(null, chunk);
    },
  });
}
