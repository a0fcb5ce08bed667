/** A part of a backup on its way through the runner: proven, decrypted, unpacked. */
import { createHash } from 'node:crypto';
import { PassThrough, pipeline, Readable, Transform } from 'node:stream';
import { createZstdDecompress } from 'node:zlib';
import { UserError } from '../errors';
import type { Feed } from '../postgres/load';
import type { Manifest, Part } from './manifest';
import type { Source } from './source';

/** @param identity of age, for an encrypted part @throws {UserError} RB-IDENTITY, RB-BACKUP-UNKNOWN */
export async function feedOf(source: Source, manifest: Manifest, part: Part, identity: string | null): Promise<Feed> {
  const hash = createHash('sha256');
  let bytes = 0;
  const count = new Transform({
    transform(chunk: Buffer, _encoding, next) {
      hash.update(chunk);
      bytes += chunk.length;
      next(null, chunk);
    },
  });
  const stored = pipeline(await source.read(manifest, part), count, () => {});
  const plain = isEncrypted(part) ? await decrypted(stored, identity) : stored;
  const unpack = part.file.replace(/\.age$/, '').endsWith('.zst') ? createZstdDecompress() : new PassThrough();
  return {
    stream: pipeline(plain, unpack, () => {}),
    proven: async () => {
      if (bytes === part.bytes && hash.digest('hex') === part.sha256) return;
      throw new UserError('RB-ARCHIVE-DAMAGED', {
        what: `${part.file} of the backup ${manifest.id} is not what was backed up`,
        why: `it has ${bytes} bytes instead of ${part.bytes}, or another SHA-256`,
        remedy: 'restore another backup; `list: true` shows what is there',
      });
    },
  };
}

export function isEncrypted({ file }: Pick<Part, 'file'>): boolean {
  return file.endsWith('.age');
}

async function decrypted(stream: Readable, identity: string | null): Promise<Readable> {
  try {
    // Loaded only when needed: most backups on the host are not encrypted.
    const { Decrypter } = await import('age-encryption');
    const decrypter = new Decrypter();
    for (const line of identitiesIn(identity ?? '')) decrypter.addIdentity(line);
    const web = Readable.toWeb(stream) as ReadableStream<Uint8Array>;
    return Readable.fromWeb((await decrypter.decrypt(web)) as Parameters<typeof Readable.fromWeb>[0]);
  } catch (error) {
    stream.destroy();
    throw new UserError('RB-IDENTITY', {
      what: 'the backup cannot be decrypted with the identity given',
      // What the library says may quote what it was given.
      why:
        error instanceof Error && /no identity|match/.test(error.message)
          ? 'it is encrypted to others'
          : 'the identity or the head of the file cannot be read',
      remedy: 'set the input identity to the line AGE-SECRET-KEY-… that belongs to a recipient of the backup',
    });
  }
}

/** Lines of a key file of age, without its comments. */
export function identitiesIn(text: string): string[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'));
}
