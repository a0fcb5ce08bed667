/** Where backups come from. */
import { createReadStream, existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { UserError } from '../errors';
import type { Host } from '../host/host';
import { quote } from '../host/quote';
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

/** A place off the host that backups are copied to. Its files count only once the manifest lies beside them. */
export interface Destination extends Source {
  /**
   * Stores one file, and makes sure that the place has what was sent.
   *
   * @param bytes what `content` will have, where that is known; only a hint
   * @throws {UserError} RB-STORAGE-FAILED; nothing counts then
   */
  write(id: string, file: string, content: Readable, bytes: number | null): Promise<Part>;
  /** Puts the manifest beside the files: from now on it is a backup. @throws {UserError} RB-STORAGE-FAILED */
  publish(manifest: Manifest): Promise<void>;
  /** Removes a backup, its manifest first, or what {@link write} left without one. @throws {UserError} RB-STORAGE-FAILED */
  remove(id: string): Promise<void>;
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
      const sink = new PassThrough();
      // Whatever fails there destroys the sink with its error.
      host.stream(`cat ${quote(path(manifest, part))}`, sink).catch((error: Error) => sink.destroy(error));
      return Readable.from(explained(sink), { objectMode: false });
    },
  };
}

/** A folder on the runner with `<stack>/<id>/`, as a downloaded artifact has it. */
export function folderSource(root: string, stack: string): Source {
  const folder = join(root, stack);
  return {
    name: folder,
    list: async () => {
      const ids = existsSync(folder) ? readdirSync(folder).sort() : [];
      return ids.flatMap((id) => {
        const file = join(folder, id, 'manifest.json');
        return existsSync(file) ? (parseManifest(readFileSync(file, 'utf8'), stack) ?? []) : [];
      });
    },
    path: () => null,
    read: async (manifest, { file }) => {
      const path = join(folder, manifest.id, file);
      if (existsSync(path)) return createReadStream(path);
      throw new UserError('RB-BACKUP-UNKNOWN', {
        what: `${path}, which the manifest names, is not there`,
        remedy: 'download the whole backup, or choose another one',
      });
    },
  };
}

async function* explained(stream: Readable): AsyncGenerator<Buffer> {
  try {
    yield* stream as AsyncIterable<Buffer>;
  } catch (error) {
    throw error instanceof UserError && error.code === 'RB-COMMAND-FAILED' ? unreadable(error) : error;
  }
}

function unreadable({ details }: UserError): UserError {
  return new UserError('RB-BACKUP-UNKNOWN', {
    what: 'a file that the manifest names is not there or cannot be read',
    why: details.log?.at(-1) ?? 'it could not be opened',
    remedy: 'choose another backup, or another place with `from`',
  });
}
