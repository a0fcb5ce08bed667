/**
 * Reads Qdrant's full snapshot: a tar archive with one snapshot for each collection, which only Qdrant understands, and
 * `config.json`, which says which snapshot belongs to which collection.
 */
import { createHash } from 'node:crypto';
import { finished, type Readable } from 'node:stream';
import { extract } from 'tar-stream';
import { z } from 'zod';

/** The snapshot of one collection, as it is in the archive. */
export interface CollectionSnapshot {
  readonly collection: string;
  /** Name of the snapshot in the archive. */
  readonly file: string;
  readonly bytes: number;
  /** In hexadecimal digits. */
  readonly sha256: string;
}

export interface FullSnapshot {
  /** In the archive's order. */
  readonly collections: readonly CollectionSnapshot[];
  /** Alias → collection; `null` from a server that recorded none. */
  readonly aliases: ReadonlyMap<string, string> | null;
}

interface Entry {
  readonly name: string;
  readonly bytes: number;
  readonly content: AsyncIterable<Uint8Array>;
}

const CONFIG = 'config.json';
/** Bytes; the file has one line for each collection and alias. */
const LARGEST_CONFIG = 16 * 2 ** 20;

const configSchema = z.object({
  collections_mapping: z.record(z.string(), z.string()),
  collections_aliases: z.record(z.string(), z.string()).nullish(),
});

/**
 * Reads a full snapshot to its end.
 *
 * @throws {Error} if it is not a full snapshot, or is cut off; the error of the stream
 */
export async function readFullSnapshot(stream: Readable): Promise<FullSnapshot> {
  const files = new Map<string, Omit<CollectionSnapshot, 'collection'>>();
  let config: string | null = null;
  for await (const { name, bytes, content } of entriesOf(stream)) {
    if (name === CONFIG) config = await textOf(content, bytes);
    else files.set(name, { file: name, bytes, sha256: await hashOf(content) });
  }
  if (config === null) throw new Error(`it has no ${CONFIG}, so it is not a full snapshot of Qdrant`);
  return consistent(files, config);
}

/**
 * Reads a full snapshot again, and hands on the snapshot of each collection.
 *
 * @param visit must read the content to its end
 * @throws {Error} as {@link readFullSnapshot}, and what `visit` throws
 */
export async function eachCollection(
  stream: Readable,
  { collections }: FullSnapshot,
  visit: (snapshot: CollectionSnapshot, content: AsyncIterable<Uint8Array>) => Promise<void>,
): Promise<void> {
  const left = new Map(collections.map((one) => [one.file, one]));
  for await (const { name, content } of entriesOf(stream)) {
    const snapshot = left.get(name);
    left.delete(name);
    const hash = createHash('sha256');
    // Not every version of Qdrant compares the checksum that a request gives.
    async function* hashed(): AsyncGenerator<Uint8Array> {
      for await (const chunk of content) {
        hash.update(chunk);
        yield chunk;
      }
    }
    if (snapshot === undefined) for await (const _chunk of content);
    else {
      await visit(snapshot, hashed());
      if (hash.digest('hex') !== snapshot.sha256) throw new Error(`read again, ${name} has changed`);
    }
  }
  if (left.size > 0) throw new Error(`read again, it has no ${[...left.keys()].join(', ')}`);
}

/** A caller that stops reading ends the stream, too. */
async function* entriesOf(stream: Readable): AsyncGenerator<Entry> {
  const reader = extract();
  finished(stream, (error) => {
    if (error) reader.destroy(error);
  });
  stream.pipe(reader as unknown as NodeJS.WritableStream);
  try {
    for await (const entry of reader) {
      const { name, size = 0, type } = entry.header;
      if (type === 'file')
        yield { name: name.replace(/^\.\//, ''), bytes: size, content: entry as AsyncIterable<Uint8Array> };
      else entry.resume();
    }
  } finally {
    stream.destroy();
  }
}

function consistent(files: ReadonlyMap<string, Omit<CollectionSnapshot, 'collection'>>, config: string): FullSnapshot {
  const found = configSchema.safeParse(parsed(config));
  if (!found.success) throw new Error(`its ${CONFIG} is not in the format of Qdrant`);
  const { collections_mapping: mapping, collections_aliases: aliases } = found.data;
  const owners = new Map(Object.entries(mapping).map(([collection, file]) => [file, collection]));
  if (owners.size < Object.keys(mapping).length) throw new Error(`its ${CONFIG} names one file for two collections`);
  const missing = [...owners.keys()].filter((file) => !files.has(file));
  if (missing.length > 0) throw new Error(`it lacks ${missing.join(', ')}, which its ${CONFIG} names`);
  const unknown = [...files.keys()].filter((file) => !owners.has(file));
  if (unknown.length > 0) throw new Error(`it has ${unknown.join(', ')}, which its ${CONFIG} does not name`);
  const astray = Object.entries(aliases ?? {}).filter(([, collection]) => !Object.hasOwn(mapping, collection));
  if (astray.length > 0) throw new Error(`its alias ${astray[0]?.[0]} stands for a collection that it does not have`);
  return {
    collections: [...files.values()].map((one) => ({ ...one, collection: owners.get(one.file) ?? '' })),
    aliases: aliases == null ? null : new Map(Object.entries(aliases)),
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

async function textOf(content: AsyncIterable<Uint8Array>, bytes: number): Promise<string> {
  if (bytes > LARGEST_CONFIG) throw new Error(`its ${CONFIG} has ${bytes} bytes`);
  const chunks: Uint8Array[] = [];
  for await (const chunk of content) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}

async function hashOf(content: AsyncIterable<Uint8Array>): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of content) hash.update(chunk);
  return hash.digest('hex');
}
