/** Where backups come from. */
import { createHash } from 'node:crypto';
import { PassThrough, pipeline, type Readable, Transform } from 'node:stream';
import { createZstdDecompress } from 'node:zlib';
import { UserError } from '../lib/errors';
import type { Host } from '../lib/host/host';
import { quote } from '../lib/host/quote';
import type { Feed } from '../lib/postgres/load';
import { type Manifest, type Part, parseManifest } from './manifest';

export interface Source {
  /** For messages. */
  readonly name: string;
  /** Oldest first. */
  list(): Promise<readonly Manifest[]>;
  /** Where the part lies on the host itself; `null` where it does not. */
  path(manifest: Manifest, part: Part): string | null;
  /** The part as it is stored. An error of the stream is one of the transfer. */
  read(manifest: Manifest, part: Part): Promise<Readable>;
}

/** The host's own folder, `<root>/<stack>/<id>/`. */
export function hostSource(host: Host, root: string, stack: string): Source {
  const folder = `${root}/${stack}`;
  const path = (manifest: Manifest, { file }: Part): string => `${folder}/${manifest.id}/${file}`;
  return {
    name: folder,
    list: async () => {
      const outcome = await host.run(
        `for f in ${quote(folder)}/*/manifest.json; do [ ! -r "$f" ] || { tr -d '\\n' <"$f"; echo; }; done`,
      );
      return outcome.stdout
        .split('\n')
        .flatMap((line) => parseManifest(line, stack) ?? [])
        .sort((a, b) => (a.id < b.id ? -1 : 1));
    },
    path,
    read: async (manifest, part) => {
      const out = new PassThrough();
      host.stream(`cat ${quote(path(manifest, part))}`, out).catch((error: Error) => {
        out.destroy(error instanceof UserError && error.code === 'RB-COMMAND-FAILED' ? unreadable(error) : error);
      });
      return out;
    },
  };
}

/** A part unpacked, and its proof: size and hash of what was read. */
export async function feedOf(source: Source, manifest: Manifest, part: Part): Promise<Feed> {
  const hash = createHash('sha256');
  let bytes = 0;
  const count = new Transform({
    transform(chunk: Buffer, _encoding, next) {
      hash.update(chunk);
      bytes += chunk.length;
      next(null, chunk);
    },
  });
  const stored = await source.read(manifest, part);
  const unpack = part.file.endsWith('.zst') ? createZstdDecompress() : new PassThrough();
  const stream = pipeline(stored, count, unpack, () => {});
  return {
    stream,
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

function unreadable({ details }: UserError): UserError {
  return new UserError('RB-BACKUP-UNKNOWN', {
    what: 'a file that the manifest names is not there or cannot be read',
    why: details.log?.at(-1) ?? 'it could not be opened',
    remedy: 'choose another backup, or another place with `from`',
  });
}
