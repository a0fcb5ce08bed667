/** One object from a stream, in parts. */
import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import type { S3 } from '@aws-sdk/client-s3';
import { UserError } from '../errors';
import type { S3Connection } from './s3-client';

const MIB = 1024 * 1024;
/** The least that S3 takes. */
const PART = 5 * MIB;
/** Parts on the way at once; with the part that is being filled they are what lies in memory. */
const QUEUE = 3;
/** S3 takes 10,000; some are kept back, because what is expected is only an estimate. */
const PARTS = 9000;

/** @param bytes of the whole, where known @returns bytes, whole mebibytes */
export function partSize(bytes: number | null): number {
  return Math.max(PART, Math.ceil((bytes ?? 0) / PARTS / MIB) * MIB);
}

/**
 * Sends all of `content`, and has what arrived compared with what was sent: every part by its checksum, the whole by
 * its size. Whatever fails, the parts are given up, and no more of `content` is read.
 *
 * @param bytes what `content` will have, where known
 * @throws what failed first: an error of `content`, or of a request
 */
export async function upload(
  { s3, Upload }: S3Connection,
  target: { readonly Bucket: string; readonly Key: string },
  content: Readable,
  bytes: number | null,
): Promise<{ readonly bytes: number; readonly sha256: string }> {
  const hash = createHash('sha256');
  let sent = 0;
  let first: { readonly error: unknown } | null = null;
  const chunks = content[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  let giveUp = (_: unknown): void => undefined;
  const next = () =>
    new Promise<IteratorResult<Buffer>>((resolve, reject) => {
      giveUp = reject;
      chunks.next().then(resolve, reject);
    });
  async function* counted(): AsyncGenerator<Buffer> {
    try {
      for (let chunk = await next(); chunk.done !== true; chunk = await next()) {
        hash.update(chunk.value);
        sent += chunk.value.length;
        yield chunk.value;
      }
    } catch (error) {
      first ??= { error: unread(target.Key, error) };
      throw error;
    }
  }
  // The SDK notices a part that failed only once the next one is full, which may never be.
  const client = Object.assign(Object.create(s3) as S3, {
    send: async (...request: Parameters<S3['send']>) => {
      try {
        return await s3.send(...request);
      } catch (error) {
        first ??= { error };
        // Not only by destroying it: a stream that waits for another one ends no sooner than that.
        giveUp(error);
        throw error;
      }
    },
  });
  const params = {
    ...target,
    Body: Readable.from(counted(), { objectMode: false }),
    ChecksumAlgorithm: 'CRC32' as const,
  };
  try {
    await new Upload({ client, params, partSize: partSize(bytes), queueSize: QUEUE }).done();
  } catch (error) {
    throw (first as { readonly error: unknown } | null)?.error ?? error;
  }
  const { ContentLength } = await s3.headObject(target);
  if (ContentLength !== sent)
    throw new UserError('RB-STORAGE-FAILED', {
      what: `${target.Key} is not what was sent to the bucket ${target.Bucket}`,
      why: `it has ${ContentLength ?? 'an unknown number of'} bytes instead of ${sent}`,
      remedy: 'run it again; if it stays, do not trust this place',
    });
  return { bytes: sent, sha256: hash.digest('hex') };
}

function unread(key: string, error: unknown): UserError {
  if (error instanceof UserError) return error;
  return new UserError('RB-STORAGE-FAILED', {
    what: `what was to be stored as ${key} broke off`,
    why: error instanceof Error ? error.message : String(error),
    remedy: 'run it again',
  });
}
