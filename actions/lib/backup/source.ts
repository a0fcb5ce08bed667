/** Places that backups come from. */

import { createReadStream, createWriteStream, existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdir, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { UserError } from '../errors';
import { groupBy } from '../group';
import type { Host } from '../host/host';
import { quote } from '../host/quote';
import { type Incomplete, incompleteIn } from './complete';
import { type Manifest, type Part, parseManifest } from './manifest';
import { measure } from './measure';

/** A backup whose manifest cannot be read; only its name is known. */
export interface Unreadable {
  readonly id: string;
  /** The reason, as one clause. */
  readonly why: string;
}

export interface Survey {
  /** Oldest first. */
  readonly manifests: readonly Manifest[];
  readonly unreadable: readonly Unreadable[];
}

export interface Source {
  /** The name in messages. */
  readonly name: string;
  /**
   * Lists the backups. A manifest that cannot be read does not hide the others. @throws {UserError} where nothing can
   * be read
   */
  survey(): Promise<Survey>;
  /** Only the manifests that {@link survey} finds. */
  list(): Promise<readonly Manifest[]>;
  /** Those of these backups whose files are not all there. @throws {UserError} where that cannot be told */
  incomplete(manifests: readonly Manifest[]): Promise<readonly Incomplete[]>;
  /** Path of the part on the host; `null` where it does not lie there. */
  path(manifest: Manifest, part: Part): string | null;
  /** The part as it is stored. An error of the stream is an error of the transfer. */
  read(manifest: Manifest, part: Part): Promise<Readable>;
}

/** A place off the host to which backups are copied. Its files count only once the manifest lies beside them. */
export interface Destination extends Source {
  /**
   * Stores one file, and makes sure that the place has what was sent.
   *
   * @param bytes expected size of `content`; `null`: not known; only a hint
   * @throws {UserError} RB-STORAGE-FAILED; the file does not count then
   */
  write(id: string, file: string, content: Readable, bytes: number | null): Promise<Part>;
  /** Removes one file of an unpublished backup. Never rejects: if the file stays, no manifest names it. */
  discard(id: string, file: string): Promise<void>;
  /** Reserves this name for a backup, so that no other host uses it; false where it is taken. Never rejects. */
  claim(id: string): Promise<boolean>;
  /** Puts the manifest beside the files: from now on it is a backup. @throws {UserError} RB-STORAGE-FAILED */
  publish(manifest: Manifest): Promise<void>;
  /**
   * Removes a backup, its manifest first, or files that {@link write} left without a manifest.
   *
   * @returns false where these credentials may not remove anything
   * @throws {UserError} RB-STORAGE-FAILED
   */
  remove(id: string): Promise<boolean>;
  /**
   * Removes what killed runs left: folders without a manifest in which nothing is younger than this time.
   *
   * @param known names of backups that have a manifest
   * @param before milliseconds since the epoch
   * @returns names of the removed folders. Never rejects: not all credentials may list or remove them
   */
  sweep(known: ReadonlySet<string>, before: number): Promise<readonly string[]>;
  /**
   * Milliseconds by which the place's own clock is ahead of the runner's; `null`: it has none, or does not tell. Never
   * rejects.
   */
  ahead(): Promise<number | null>;
  /** A sentence on copies that remain after a removal, such as old versions; `null`: nothing remains. Never rejects. */
  afterRemoval(): Promise<string | null>;
}

/** @returns `null` where all manifests can be read */
export function sayUnreadable(unreadable: readonly Unreadable[], place: string): string | null {
  if (unreadable.length === 0) return null;
  const reasons = groupBy(unreadable, ({ why }) => why);
  const said = [...reasons].map(([why, some]) => `${some.map(({ id }) => id).join(', ')} (${why})`);
  return `${place}: these backups have a manifest that cannot be read: ${said.join('; ')}. They are not counted and not removed.`;
}

export const DAMAGED = 'it is damaged, or of another stack';

/** Bytes of manifests that are read at most: each names all tables, and beginnings that are cut off would be backups less. */
const KEPT = 256 * 2 ** 20;

/** The host's own folder, `<root>/<stack>/<id>/`. */
export function hostSource(host: Host, root: string, stack: string): Source {
  const folder = `${root}/${stack}`;
  const path = (manifest: Manifest, { file }: Part): string => `${folder}/${manifest.id}/${file}`;
  const survey = async (): Promise<Survey> => {
    const outcome = await host.run(
      `for f in ${quote(folder)}/*/manifest.json; do
  [ -e "$f" ] || continue
  d=\${f%/*} && printf '%s ' "\${d##*/}" && if [ -r "$f" ]; then tr -d '\\n' <"$f"; fi; echo
done`,
      { keep: KEPT },
    );
    if (outcome.outcome === 'unknown') throw cutOff(folder, outcome.reason);
    const lines = outcome.stdout.split('\n').filter((line) => line !== '');
    return surveyOf(
      lines.map((line) => [line.slice(0, line.indexOf(' ')), line.slice(line.indexOf(' ') + 1)]),
      stack,
    );
  };
  return {
    name: folder,
    survey,
    list: async () => (await survey()).manifests,
    path,
    incomplete: async (manifests) => incompleteIn(manifests, await sizesIn(host, folder)),
    read: async (manifest, part) => {
      const sink = new PassThrough();
      // A failure of the stream destroys the sink with its error.
      host.stream(`cat ${quote(path(manifest, part))}`, sink).catch((error: Error) => sink.destroy(error));
      return Readable.from(explained(sink), { objectMode: false });
    },
  };
}

/** Name of a backup → file → bytes. Names of files in manifests have no spaces. */
async function sizesIn(host: Host, folder: string): Promise<ReadonlyMap<string, ReadonlyMap<string, number>>> {
  const outcome = await host.run(
    `for d in ${quote(folder)}/*/; do
  d=\${d%/}
  [ ! -e "$d/manifest.json" ] || LC_ALL=C ls -lnL "$d" 2>/dev/null | id=\${d##*/} awk '/^-/ { print ENVIRON["id"], $5, $NF }'
done`,
    { keep: KEPT },
  );
  if (outcome.outcome === 'unknown') throw cutOff(folder, outcome.reason);
  const files = outcome.stdout.split('\n').map((line) => line.split(' '));
  const byId = groupBy(files, ([id = '']) => id);
  return new Map(
    [...byId].map(([id, all]) => [id, new Map(all.map(([, bytes = '', file = '']) => [file, Number(bytes)]))]),
  );
}

function cutOff(folder: string, why: string): UserError {
  return new UserError('RB-CONNECTION-LOST', {
    what: `the backups in ${folder} could not be listed to the end`,
    why,
    remedy: 'run it again; nothing was changed',
  });
}

/** @param texts names and the text of their manifests, empty where it cannot be read */
function surveyOf(texts: readonly (readonly [string, string])[], stack: string): Survey {
  const found = texts.map(([id, text]) => ({ id, text, manifest: parseManifest(text, stack) }));
  return {
    manifests: found.flatMap(({ manifest }) => manifest ?? []).sort((a, b) => (a.id < b.id ? -1 : 1)),
    unreadable: found
      .filter(({ manifest }) => manifest === null)
      .map(({ id, text }) => ({ id, why: text === '' ? 'this user may not read it, or it is empty' : DAMAGED })),
  };
}

/** A folder on the runner with `<stack>/<id>/`, such as a downloaded artifact. */
export function folderSource(root: string, stack: string): Source {
  const folder = join(root, stack);
  const survey = async (): Promise<Survey> => {
    const ids = existsSync(folder) ? readdirSync(folder).sort() : [];
    const files = ids.map((id) => [id, join(folder, id, 'manifest.json')] as const);
    return surveyOf(
      files.filter(([, file]) => existsSync(file)).map(([id, file]) => [id, readFileSync(file, 'utf8')]),
      stack,
    );
  };
  return {
    name: folder,
    survey,
    list: async () => (await survey()).manifests,
    path: () => null,
    incomplete: async () => [],
    read: async (manifest, { file }) => {
      const path = join(folder, manifest.id, file);
      if (existsSync(path)) return createReadStream(path);
      throw new UserError('RB-BACKUP-UNKNOWN', {
        what: `${path}, which the manifest names, does not exist`,
        remedy: 'download the whole backup, or choose another backup',
      });
    },
  };
}

/** The same folder as a destination: for an artifact of the workflow. */
export function folderDestination(root: string, stack: string): Destination {
  const folder = join(root, stack);
  const refused = (error: unknown): UserError =>
    error instanceof UserError
      ? error
      : new UserError('RB-STORAGE-FAILED', {
          what: `the backup could not be written to the folder ${folder} on the runner`,
          why: error instanceof Error ? error.message : String(error),
          remedy: 'see that the runner has room, and run it again',
        });
  return {
    ...folderSource(root, stack),
    claim: async (id) => !existsSync(join(folder, id)),
    write: async (id, file, content) => {
      const counted = measure();
      try {
        await mkdir(join(folder, id), { recursive: true, mode: 0o700 });
        const sink = createWriteStream(join(folder, id, file), { mode: 0o600, flush: true });
        await pipeline(content, counted.stream, sink);
        const { bytes, sha256 } = counted.result();
        const { size } = await stat(join(folder, id, file));
        if (size !== bytes) throw new Error(`${file} has ${size} bytes instead of ${bytes}`);
        return { file, bytes, sha256 };
      } catch (error) {
        await rm(join(folder, id, file), { force: true });
        throw refused(error);
      }
    },
    discard: (id, file) => rm(join(folder, id, file), { force: true }).catch(() => {}),
    publish: async (manifest) => {
      try {
        await writeFile(join(folder, manifest.id, 'manifest.json'), `${JSON.stringify(manifest, null, 2)}\n`, {
          mode: 0o600,
          flush: true,
        });
      } catch (error) {
        throw refused(error);
      }
    },
    remove: async (id) => {
      await rm(join(folder, id), { recursive: true, force: true });
      return true;
    },
    sweep: async () => [],
    ahead: async () => null,
    afterRemoval: async () => null,
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
    what: 'a file that the manifest names does not exist or cannot be read',
    why: details.log?.at(-1) ?? 'it could not be opened',
    remedy: 'choose another backup, or another place with `from`',
  });
}
