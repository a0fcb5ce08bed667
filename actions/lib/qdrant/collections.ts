/** The part of Qdrant's HTTP API that a restore needs: collections, their snapshots, and aliases. */
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { z } from 'zod';
import { UserError } from '../errors';
import type { CollectionSnapshot } from './archive';
import { described, KEY_REMEDY, type Snapshot } from './client';
import { ask, LONG, type QdrantServer, type Question, Refusal, resultOf, SHORT } from './http';
import { multipart } from './multipart';

interface CollectionState {
  /** The exact number, not Qdrant's estimate. */
  readonly points: number;
  /** As Qdrant reports it: green, yellow, grey, red. */
  readonly status: string;
}

/** One step of a change of aliases, as the API has it. */
export type AliasAction =
  | { readonly create_alias: { readonly collection_name: string; readonly alias_name: string } }
  | { readonly delete_alias: { readonly alias_name: string } };

/**
 * Names, sorted. Also checks that the key may do all that a restore does.
 *
 * @throws {UserError} RB-QDRANT-FAILED
 */
export function listCollections(server: QdrantServer): Promise<readonly string[]> {
  return explained(server, 'did not list its collections', async () => {
    await text(await ask(server, { method: 'GET', path: '/snapshots', timeout: SHORT }));
    const { collections } = await resultOf(
      server,
      { method: 'GET', path: '/collections', timeout: SHORT },
      z.object({ collections: z.array(z.object({ name: z.string() })) }),
    );
    return collections.map(({ name }) => name).sort();
  });
}

/** Alias → collection. @throws {UserError} RB-QDRANT-FAILED */
export function readAliases(server: QdrantServer): Promise<ReadonlyMap<string, string>> {
  return explained(server, 'did not list its collections', async () => {
    const { aliases } = await resultOf(
      server,
      { method: 'GET', path: '/aliases', timeout: SHORT },
      z.object({ aliases: z.array(z.object({ alias_name: z.string(), collection_name: z.string() })) }),
    );
    return new Map(aliases.map(({ alias_name, collection_name }) => [alias_name, collection_name]));
  });
}

/** @throws {UserError} RB-QDRANT-FAILED */
export function readCollection(server: QdrantServer, name: string): Promise<CollectionState> {
  return explained(server, `did not say how ${name} is`, async () => {
    const { status } = await resultOf(
      server,
      { method: 'GET', path: pathOf(name), timeout: SHORT },
      z.object({ status: z.string() }),
    );
    const question = posted('POST', `${pathOf(name)}/points/count`, { exact: true }, LONG);
    const { count } = await resultOf(server, question, z.object({ count: z.number() }));
    return { points: count, status };
  });
}

/** Makes a snapshot of one collection, on the server's own disk. @throws {UserError} RB-QDRANT-FAILED */
export function saveCollection(server: QdrantServer, name: string): Promise<Snapshot> {
  const question: Question = { method: 'POST', path: `${pathOf(name)}/snapshots?wait=true`, timeout: LONG };
  return explained(server, `made no snapshot of ${name}`, () => resultOf(server, question, described));
}

/** Names of a collection's snapshots on the server. @throws {UserError} RB-QDRANT-FAILED */
export function listSaved(server: QdrantServer, name: string): Promise<readonly string[]> {
  const question: Question = { method: 'GET', path: `${pathOf(name)}/snapshots`, timeout: SHORT };
  return explained(server, `did not say which snapshots of ${name} it has`, async () =>
    (await resultOf(server, question, z.array(described))).map((snapshot) => snapshot.name),
  );
}

/**
 * Makes the content of a collection what the snapshot holds; makes the collection if there is none. The server keeps
 * the file among the collection's snapshots.
 *
 * @param file name of that file
 * @throws {UserError} RB-QDRANT-FAILED; the error of the content's stream
 */
export function uploadCollection(
  server: QdrantServer,
  { collection, bytes, sha256 }: Omit<CollectionSnapshot, 'file' | 'sha256'> & { readonly sha256: string | null },
  file: string,
  content: AsyncIterable<Uint8Array>,
): Promise<void> {
  const checksum = sha256 === null ? '' : `&checksum=${sha256}`;
  return explained(server, `did not restore ${collection}`, async () => {
    await resultOf(
      server,
      {
        method: 'POST',
        path: `${pathOf(collection)}/snapshots/upload?priority=snapshot&wait=true${checksum}`,
        timeout: LONG,
        body: multipart('snapshot', { name: file, bytes, content }),
      },
      z.boolean(),
    );
  });
}

/**
 * Makes the content of a collection what one of its snapshots on the server holds.
 *
 * @param file name for the upload, if the server cannot read from itself and the snapshot goes through the runner
 * @throws {UserError} RB-QDRANT-FAILED
 */
export async function recoverCollection(
  server: QdrantServer,
  collection: string,
  snapshot: Snapshot,
  file: string,
): Promise<void> {
  const { apiKey, port } = server;
  const saved = savedPathOf(collection, snapshot.name);
  const recovery = posted(
    'PUT',
    `${pathOf(collection)}/snapshots/recover?wait=true`,
    {
      location: `http://127.0.0.1:${port}${saved}`,
      priority: 'snapshot',
      ...(apiKey === null ? {} : { api_key: apiKey }),
      ...(snapshot.checksum === null ? {} : { checksum: snapshot.checksum }),
    },
    LONG,
  );
  try {
    await resultOf(server, recovery, z.boolean());
  } catch (error) {
    // The server listens elsewhere, or is too old to send its key to itself.
    if (!(error instanceof Refusal) || error.status === 0)
      throw explainedError(server, `did not bring back the former content of ${collection}`, error);
    const content = await explained(server, `does not hand out ${snapshot.name}`, () =>
      ask(server, { method: 'GET', path: saved, timeout: LONG }),
    );
    await uploadCollection(server, { collection, bytes: snapshot.size, sha256: snapshot.checksum }, file, content);
  }
}

/** Removes a snapshot of a collection, if there is such a snapshot. @throws {UserError} RB-QDRANT-FAILED */
export function removeSaved(server: QdrantServer, collection: string, name: string): Promise<void> {
  return gone(server, `did not remove ${name}`, `${savedPathOf(collection, name)}?wait=true`);
}

/** The request by which a person removes a snapshot. */
export function removalOf(collection: string, name: string): string {
  return `DELETE ${savedPathOf(collection, name)}`;
}

/** @throws {UserError} RB-QDRANT-FAILED */
export function removeCollection(server: QdrantServer, name: string): Promise<void> {
  return gone(server, `did not remove ${name}`, pathOf(name));
}

/** Carries out all actions in one request. @throws {UserError} RB-QDRANT-FAILED */
export async function changeAliases(server: QdrantServer, actions: readonly AliasAction[]): Promise<void> {
  if (actions.length === 0) return;
  const question = posted('POST', '/collections/aliases', { actions }, SHORT);
  await explained(server, 'did not change its aliases', () => resultOf(server, question, z.boolean()));
}

function gone(server: QdrantServer, what: string, path: string): Promise<void> {
  return explained(server, what, async () => {
    try {
      await text(await ask(server, { method: 'DELETE', path, timeout: SHORT }));
    } catch (error) {
      if (!(error instanceof Refusal) || error.status !== 404) throw error;
    }
  });
}

function pathOf(collection: string): string {
  return `/collections/${encodeURIComponent(collection)}`;
}

function savedPathOf(collection: string, name: string): string {
  return `${pathOf(collection)}/snapshots/${encodeURIComponent(name)}`;
}

function posted(method: 'POST' | 'PUT', path: string, value: unknown, timeout: number): Question {
  const bytes = Buffer.from(JSON.stringify(value));
  return { method, path, timeout, body: { type: 'application/json', bytes: bytes.length, content: streamOf(bytes) } };
}

function streamOf(bytes: Buffer): Readable {
  return Readable.from([bytes], { objectMode: false });
}

async function explained<T>(server: QdrantServer, what: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw explainedError(server, what, error);
  }
}

function explainedError({ service }: QdrantServer, what: string, error: unknown): unknown {
  if (error instanceof UserError) return error;
  const { message, status = 0 } = error as Partial<Refusal>;
  return new UserError('RB-QDRANT-FAILED', {
    what: `Qdrant (service ${service}) ${what}`,
    why: message ?? String(error),
    remedy: remedyOf(status, message ?? ''),
  });
}

function remedyOf(status: number, message: string): string {
  if (status === 401 || status === 403) return KEY_REMEDY;
  // Qdrant restores a snapshot only into a collection with the same vectors and shards.
  if (/not compatible/i.test(message))
    return 'the live collection has other vectors or shards than the backup: rename or remove it in Qdrant, and run this again';
  return 'see `docker logs` of its container and its free disk, and run it again';
}
