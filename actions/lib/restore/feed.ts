/** Sends a part of a backup through the runner, which checks, decrypts and unpacks it on the way. */
import { extname } from 'node:path';
import { PassThrough, pipeline, Readable, type Transform } from 'node:stream';
import { createGunzip, createZstdDecompress } from 'node:zlib';
import type { Manifest, Part } from '../backup/manifest';
import { measure } from '../backup/measure';
import type { Source } from '../backup/source';
import { UserError } from '../errors';
import type { Feed } from './load';

const UNPACK: Readonly<Record<string, () => Transform>> = { '.zst': createZstdDecompress, '.gz': createGunzip };

/** @param identity of age, for an encrypted part @throws {UserError} RB-IDENTITY, RB-BACKUP-UNKNOWN */
export async function feedOf(source: Source, manifest: Manifest, part: Part, identity: string | null): Promise<Feed> {
  const counted = measure();
  const stored = pipeline(await source.read(manifest, part), counted.stream, () => {});
  const plain = isEncrypted(part) ? await decrypted(stored, identity) : stored;
  const unpack = (UNPACK[extname(part.file.replace(/\.age$/, ''))] ?? (() => new PassThrough()))();
  return {
    stream: pipeline(plain, unpack, () => {}),
    read: () => ({ bytes: counted.bytes(), of: part.bytes }),
    proven: async () => {
      const { bytes, sha256 } = counted.result();
      if (bytes === part.bytes && sha256 === part.sha256) return;
      throw new UserError('RB-ARCHIVE-DAMAGED', {
        what: `${part.file} of the backup ${manifest.id} differs from its manifest`,
        why: `it has ${bytes} bytes instead of ${part.bytes}, or its SHA-256 differs`,
        remedy: 'restore another backup; `list: true` shows the backups',
      });
    },
  };
}

export function isEncrypted({ file }: Pick<Part, 'file'>): boolean {
  return file.endsWith('.age');
}

async function decrypted(stream: Readable, identity: string | null): Promise<Readable> {
  const unusable: string[] = [];
  try {
    // The library is loaded only when needed: most backups on the host are not encrypted.
    const { Decrypter } = await import('age-encryption');
    const decrypter = new Decrypter();
    for (const line of identitiesIn(identity ?? '')) {
      try {
        decrypter.addIdentity(line);
      } catch {
        // Another line may open the backup.
        unusable.push(line);
      }
    }
    const web = Readable.toWeb(stream) as ReadableStream<Uint8Array>;
    return Readable.fromWeb((await decrypter.decrypt(web)) as Parameters<typeof Readable.fromWeb>[0]);
  } catch (error) {
    stream.destroy();
    throw new UserError('RB-IDENTITY', {
      what: 'the backup cannot be decrypted with the identity given',
      // The library's own message may quote the identity, so it is not shown.
      why:
        error instanceof Error && /no identity|match/.test(error.message)
          ? whyNone(unusable)
          : 'the head of the file cannot be read',
      remedy: 'set the input identity to the line AGE-SECRET-KEY-… that belongs to a recipient of the backup',
    });
  }
}

/** Why no identity opens a backup. @param unusable lines from which nothing is quoted but a plugin's name */
function whyNone(unusable: readonly string[]): string {
  const plugins = unusable.flatMap((line) => /^(AGE-PLUGIN-.+-1)[^1]+$/.exec(line)?.[1] ?? []);
  if (plugins.length > 0)
    return `no line AGE-SECRET-KEY-… in it opens the backup, and ${plugins.map((one) => `${one}…`).join(', ')} needs a program and a device, which the runner does not have`;
  if (unusable.length > 0) return 'no line in it opens the backup, and some lines are not identities of age';
  return 'it is encrypted to other recipients';
}

/** Lines of a key file of age, without its comments. */
export function identitiesIn(text: string): string[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'));
}
