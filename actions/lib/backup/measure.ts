/** Size and hash of a stream. */
import { createHash } from 'node:crypto';
import { Transform } from 'node:stream';

interface Measured {
  readonly bytes: number;
  /** In hexadecimal digits. */
  readonly sha256: string;
}

/** A stream that changes nothing; call `result` after its end, and `bytes` for the number of bytes so far. */
export function measure(): {
  readonly stream: Transform;
  readonly result: () => Measured;
  readonly bytes: () => number;
} {
  const hash = createHash('sha256');
  let bytes = 0;
  const stream = new Transform({
    transform(chunk: Buffer, _encoding, next) {
      hash.update(chunk);
      bytes += chunk.length;
      next(null, chunk);
    },
  });
  return { stream, bytes: () => bytes, result: () => ({ bytes, sha256: hash.digest('hex') }) };
}
