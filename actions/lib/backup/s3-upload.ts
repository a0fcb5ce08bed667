/** Uploads a stream as one object, in parts. */
import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import type { CompletedPart, S3 } from '@aws-sdk/client-s3';
import { UserError } from '../errors';
import type { S3Connection } from './s3-client';

const MIB = 1024 * 1024;
/** The smallest part that S3 takes. */
const PART = 5 * MIB;
/** Parts that are sent at the same time; these and the part that is being filled lie in memory. */
const QUEUE = 3;
/** S3 takes 10,000 parts; some are kept back, because the expected size is only an estimate. */
const PARTS = 9000;
/** Milliseconds between attempts to end an upload of which parts still arrive. */
const ENDINGS = [50, 200, 1000, 3000];
/** The checksum with which S3 compares each part that arrives. */
const ChecksumAlgorithm = 'CRC32';

/** @param bytes of the whole object; `null`: not known @returns bytes, whole mebibytes */
export function partSize(bytes: number | null): number {
  return Math.max(PART, Math.ceil((bytes ?? 0) / PARTS / MIB) * MIB);
}

interface Target {
  readonly Bucket: string;
  readonly Key: string;
}

/**
 * Sends all of `content`, and has S3 compare what arrived with what was sent: every part by its checksum, the whole by
 * its size. If anything fails, the parts are removed, and no more of `content` is read.
 *
 * @param bytes expected size of `content`; `null`: not known
 * @throws the first error: of `content`, or of a request
 */
export async function upload(
  { s3 }: S3Connection,
  target: Target,
  content: Readable,
  bytes: number | null,
): Promise<{ readonly bytes: number; readonly sha256: string }> {
  const hash = createHash('sha256');
  let sent = 0;
  const parts = new Parts(s3, target, partSize(bytes));
  const chunks = content[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  const next = () =>
    parts.unlessBroken(
      chunks.next().catch((error: unknown) => {
        throw unread(target.Key, error);
      }),
    );
  try {
    for (let chunk = await next(); chunk.done !== true; chunk = await next()) {
      hash.update(chunk.value);
      sent += chunk.value.length;
      await parts.add(chunk.value);
    }
    await parts.end();
  } catch (error) {
    content.destroy();
    await parts.giveUp();
    throw error;
  }
  const { ContentLength } = await s3.headObject(target);
  if (ContentLength !== sent)
    throw new UserError('RB-STORAGE-FAILED', {
      what: `${target.Key} in the bucket ${target.Bucket} differs from the data that were sent`,
      why: `it has ${ContentLength ?? 'an unknown number of'} bytes instead of ${sent}`,
      remedy: 'run it again; if it persists, do not trust this place',
    });
  return { bytes: sent, sha256: hash.digest('hex') };
}

/**
 * The parts of one object. They share a few buffers: memory that was allocated for every part would stay with the
 * process long after.
 */
class Parts {
  readonly #s3: S3;
  readonly #target: Target;
  readonly #size: number;
  readonly #free: Buffer[] = [];
  #buffers = 0;
  #current: Buffer | null = null;
  #filled = 0;
  #upload: string | null = null;
  #count = 0;
  readonly #done: CompletedPart[] = [];
  readonly #sending: Promise<void>[] = [];
  #broken: { readonly error: unknown } | null = null;
  #interrupt = (_: unknown): void => undefined;
  #wake = (): void => undefined;

  constructor(s3: S3, target: Target, size: number) {
    this.#s3 = s3;
    this.#target = target;
    this.#size = size;
  }

  /** A part that fails ends every wait: otherwise a stream that stands still would delay the error. */
  unlessBroken<T>(promise: Promise<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      if (this.#broken !== null) reject(this.#broken.error);
      this.#interrupt = reject;
      promise.then(resolve, reject);
    });
  }

  async add(bytes: Buffer): Promise<void> {
    for (let from = 0; from < bytes.length; ) {
      this.#current ??= await this.#buffer();
      const copied = bytes.copy(this.#current, this.#filled, from);
      from += copied;
      this.#filled += copied;
      if (this.#filled === this.#size) await this.#send();
    }
  }

  /** Waits until all parts have arrived, and makes them one object. */
  async end(): Promise<void> {
    if (this.#upload === null) {
      const Body = this.#current?.subarray(0, this.#filled) ?? Buffer.alloc(0);
      await this.#s3.putObject({ ...this.#target, Body, ChecksumAlgorithm });
      return;
    }
    if (this.#filled > 0) await this.#send();
    await Promise.all(this.#sending);
    if (this.#broken !== null) throw this.#broken.error;
    const [UploadId, MultipartUpload] = [this.#upload, { Parts: this.#done }];
    await this.#s3.completeMultipartUpload({ ...this.#target, UploadId, MultipartUpload });
  }

  /**
   * Removes the parts, as far as the server can be reached. A part that is on its way may outlive the end of the upload
   * (S3 API, AbortMultipartUpload). So this waits for the parts that it can wait for, and then asks the server whether
   * the upload is gone.
   */
  async giveUp(): Promise<void> {
    await Promise.all(this.#sending);
    if (this.#upload === null) return;
    const upload = { ...this.#target, UploadId: this.#upload };
    try {
      for (const pause of ENDINGS) {
        await this.#s3.abortMultipartUpload(upload);
        // Fails once the upload does not exist any more.
        await this.#s3.listParts(upload);
        await sleep(pause);
      }
    } catch {
      // The upload is gone, or nobody can tell: removing the backup will remove what is left.
    }
  }

  async #buffer(): Promise<Buffer> {
    for (;;) {
      const free = this.#free.pop();
      if (free !== undefined) return free;
      if (this.#buffers <= QUEUE) {
        this.#buffers += 1;
        return Buffer.allocUnsafeSlow(this.#size);
      }
      await this.unlessBroken(
        new Promise<void>((resolve) => {
          this.#wake = resolve;
        }),
      );
    }
  }

  async #send(): Promise<void> {
    const [buffer, Body] = [this.#current!, this.#current!.subarray(0, this.#filled)];
    this.#current = null;
    this.#filled = 0;
    this.#upload ??= await this.#begin();
    this.#count += 1;
    const PartNumber = this.#count;
    const part = { ...this.#target, UploadId: this.#upload, PartNumber, Body, ChecksumAlgorithm } as const;
    this.#sending.push(
      this.#s3.uploadPart(part).then(
        ({ ETag, ChecksumCRC32 }) => {
          this.#done[PartNumber - 1] = { PartNumber, ETag, ChecksumCRC32 };
          this.#free.push(buffer);
          this.#wake();
        },
        (error: unknown) => {
          this.#broken ??= { error };
          this.#interrupt(error);
        },
      ),
    );
  }

  async #begin(): Promise<string> {
    const { UploadId } = await this.#s3.createMultipartUpload({ ...this.#target, ChecksumAlgorithm });
    if (UploadId === undefined) throw new Error('the server did not begin a multipart upload');
    return UploadId;
  }
}

function unread(key: string, error: unknown): UserError {
  if (error instanceof UserError) return error;
  return new UserError('RB-STORAGE-FAILED', {
    what: `the data to be stored as ${key} broke off`,
    why: error instanceof Error ? error.message : String(error),
    remedy: 'run it again',
  });
}
