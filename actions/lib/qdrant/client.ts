/** The part of Qdrant's HTTP API that a backup needs (tag "Snapshots"). */
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { z } from 'zod';
import { UserError } from '../errors';
import { ask, LONG, type QdrantServer, type Question, Refusal, resultOf, SHORT } from './http';

export interface Snapshot {
  readonly name: string;
  readonly size: number;
  /** SHA-256 in hexadecimal digits; `null` from a server that does not tell it. */
  readonly checksum: string | null;
}

/** What the API says of a snapshot. */
export const described = z
  .object({
    name: z.string().regex(/^[^/\\\0]+$/),
    size: z.number(),
    checksum: z
      .string()
      .regex(/^[0-9a-f]{64}$/i)
      .nullish(),
  })
  .transform(({ name, size, checksum }): Snapshot => ({ name, size, checksum: checksum?.toLowerCase() ?? null }));

/** Checks that the server answers and accepts the key. @throws {UserError} RB-QDRANT-FAILED */
export async function greet(server: QdrantServer): Promise<void> {
  await text(await asked(server, { method: 'GET', path: '/snapshots', timeout: SHORT }));
}

/** Makes a snapshot of the whole storage, on the server's own disk. @throws {UserError} RB-QDRANT-FAILED */
export async function createSnapshot(server: QdrantServer): Promise<Snapshot> {
  const question: Question = { method: 'POST', path: '/snapshots', timeout: LONG };
  return resultOf(server, question, described).catch((error: unknown) => {
    throw explained(server, error);
  });
}

/**
 * Content of a snapshot. If it ends before the promised length, the stream fails. @throws {UserError} RB-QDRANT-FAILED
 */
export async function readSnapshot(server: QdrantServer, { name }: Snapshot): Promise<Readable> {
  return await asked(server, { method: 'GET', path: pathOf(name), timeout: LONG });
}

/** @throws {UserError} RB-QDRANT-FAILED */
export async function removeSnapshot(server: QdrantServer, name: string): Promise<void> {
  await text(await asked(server, { method: 'DELETE', path: pathOf(name), timeout: SHORT }));
}

function pathOf(name: string): string {
  return `/snapshots/${encodeURIComponent(name)}`;
}

function asked(server: QdrantServer, question: Question) {
  return ask(server, question).catch((error: unknown) => {
    throw explained(server, error);
  });
}

function explained({ service }: QdrantServer, error: unknown): unknown {
  return error instanceof Refusal ? failed(service, error.message, error.status) : error;
}

export function failed(service: string, why: string, status = 0): UserError {
  return new UserError('RB-QDRANT-FAILED', {
    what: `Qdrant (service ${service}) did not give a complete snapshot`,
    why: `${why}; nothing was published, and no older backup was removed`,
    remedy:
      status === 401 || status === 403
        ? KEY_REMEDY
        : 'see `docker logs` of its container and its free disk, and run it again',
  });
}

/** The remedy when Qdrant refuses the key. */
export const KEY_REMEDY = 'name the variable of its container that holds the key in backup.qdrant (api-key-variable)';
