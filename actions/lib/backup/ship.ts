/** Takes a part of a backup to places off the host: read once, encrypted, stored everywhere, compared. */
import { pipeline as connect, PassThrough, Readable, type Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { UserError } from '../errors';
import type { Part } from './manifest';
import { measure } from './measure';
import type { Destination } from './source';

interface Shipment {
  readonly id: string;
  /** Its name in the manifest on the host. */
  readonly file: string;
  /** Bytes; `null` where they are not known beforehand. */
  readonly bytes: number | null;
  readonly content: Readable;
  /** Public keys of age, `age1…`; empty: the part is stored unencrypted. */
  readonly recipients: readonly string[];
}

export interface Shipped {
  /** Bytes that came from the host. */
  readonly bytes: number;
  readonly sha256: string;
  /** The stored file in each place, in the order of the places. */
  readonly stored: readonly Part[];
}

/** @throws {UserError} the error of the first place that failed, or of the content; then no copy counts anywhere */
export async function ship(shipment: Shipment, places: readonly Destination[]): Promise<Shipped> {
  const { id, recipients, bytes } = shipment;
  const file = recipients.length > 0 ? `${shipment.file}.age` : shipment.file;
  const counted = measure();
  const branches = places.map(() => new PassThrough());
  const stored = places.map((place, index) => place.write(id, file, branches[index]!, bytes));
  // A place that fails ends its own branch; the first error is the one to report.
  let refusal: unknown = null;
  const settled = Promise.allSettled(
    stored.map((promise, index) =>
      promise.catch((error: unknown) => {
        refusal ??= error;
        branches[index]?.destroy();
        throw error;
      }),
    ),
  );
  try {
    const plain = compose(shipment.content, counted.stream);
    await pipeline(await sealed(plain, recipients), spread(branches));
  } catch (error) {
    for (const branch of branches) branch.destroy(error as Error);
    await settled;
    throw refusal ?? error;
  }
  await settled;
  if (refusal !== null) throw refusal;
  return { ...counted.result(), stored: await Promise.all(stored) };
}

/** A failure on either side ends the other with the same error. */
function compose(content: Readable, through: Transform): Transform {
  return connect(content, through, () => {});
}

/** Writes to all branches at the pace of the slowest one; a branch that is gone ends the stream. */
function spread(branches: readonly PassThrough[]) {
  return async (source: AsyncIterable<Buffer>): Promise<void> => {
    for await (const chunk of source) await Promise.all(branches.map((branch) => put(branch, chunk)));
    for (const branch of branches) branch.end();
  };
}

function put(branch: PassThrough, chunk: Buffer): Promise<void> {
  if (branch.destroyed) return Promise.reject(new Error('a place for backups accepts no more data'));
  if (branch.write(chunk)) return Promise.resolve();
  return new Promise((resolve, reject) => {
    const done = (): void => {
      branch.off('drain', done);
      branch.off('close', done);
      if (branch.destroyed) reject(new Error('a place for backups accepts no more data'));
      else resolve();
    };
    branch.on('drain', done);
    branch.on('close', done);
  });
}

/** The content as the places get it. @throws {UserError} RB-RECIPIENT-INVALID */
async function sealed(content: Readable, recipients: readonly string[]): Promise<Readable> {
  if (recipients.length === 0) return content;
  const encrypter = await encrypterFor(recipients);
  const web = Readable.toWeb(content) as ReadableStream<Uint8Array>;
  return Readable.fromWeb((await encrypter.encrypt(web)) as Parameters<typeof Readable.fromWeb>[0]);
}

/** Checks recipients before anything is dumped. @throws {UserError} RB-RECIPIENT-INVALID */
export async function encrypterFor(recipients: readonly string[]) {
  // Loaded only when needed: most backups on the host are not encrypted.
  const { Encrypter } = await import('age-encryption');
  const encrypter = new Encrypter();
  for (const recipient of recipients) {
    try {
      encrypter.addRecipient(recipient);
    } catch {
      throw new UserError('RB-RECIPIENT-INVALID', {
        what: `${JSON.stringify(recipient)} is not a recipient of age`,
        why: 'it cannot be read: a letter is wrong or missing, or it is a key of another kind',
        remedy: 'write the public key as age-keygen shows it, age1…, in backup.recipients or the input recipients',
      });
    }
  }
  return encrypter;
}
