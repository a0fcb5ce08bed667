/** What a backup needs of Qdrant's HTTP API (tag "Snapshots"), spoken through a connection that the host opens. */
import { request as httpRequest, type IncomingMessage } from 'node:http';
import type { Duplex, Readable } from 'node:stream';
import { json, text } from 'node:stream/consumers';
import { z } from 'zod';
import { UserError } from '../errors';

export interface Snapshot {
  readonly name: string;
  readonly size: number;
  /** SHA-256 in hexadecimal digits; `null` from a server that tells none. */
  readonly checksum: string | null;
}

export interface QdrantServer {
  /** For messages. */
  readonly service: string;
  readonly apiKey: string | null;
  /** Opens a connection to its port. */
  readonly dial: () => Promise<Duplex>;
}

const created = z.object({
  result: z.object({
    name: z.string().regex(/^[\w.:+-]+$/),
    size: z.number(),
    checksum: z
      .string()
      .regex(/^[0-9a-f]{64}$/i)
      .nullish(),
  }),
});

/** Milliseconds for a whole snapshot to be made or read, and for anything else. */
const LONG = 12 * 3600 * 1000;
const SHORT = 60_000;

/** Whether it answers, and takes the key. @throws {UserError} RB-QDRANT-FAILED */
export async function greet(server: QdrantServer): Promise<void> {
  await text(await ask(server, 'GET', '/snapshots', SHORT));
}

/** A snapshot of the whole storage, on the server's own disk. @throws {UserError} RB-QDRANT-FAILED */
export async function createSnapshot(server: QdrantServer): Promise<Snapshot> {
  const answer = created.safeParse(await json(await ask(server, 'POST', '/snapshots', LONG)).catch(() => null));
  if (!answer.success) throw failed(server.service, 'it did not say which snapshot it made');
  const { name, size, checksum } = answer.data.result;
  return { name, size, checksum: checksum?.toLowerCase() ?? null };
}

/** Its content; an end before the promised one is an error of the stream. @throws {UserError} RB-QDRANT-FAILED */
export async function readSnapshot(server: QdrantServer, { name }: Snapshot): Promise<Readable> {
  return await ask(server, 'GET', `/snapshots/${name}`, LONG);
}

/** @throws {UserError} RB-QDRANT-FAILED */
export async function removeSnapshot(server: QdrantServer, name: string): Promise<void> {
  await text(await ask(server, 'DELETE', `/snapshots/${name}`, SHORT));
}

async function ask(server: QdrantServer, method: string, path: string, timeout: number): Promise<IncomingMessage> {
  const { service, apiKey, dial } = server;
  let socket: Duplex | null = null;
  try {
    const opened = await dial();
    socket = opened;
    const answer = await new Promise<IncomingMessage>((resolve, reject) => {
      opened.on('error', reject);
      const request = httpRequest({
        method,
        path,
        headers: { host: service, connection: 'close', ...(apiKey === null ? {} : { 'api-key': apiKey }) },
        // Without an agent, or it would open a connection of its own.
        createConnection: () => opened as never,
        signal: AbortSignal.timeout(timeout),
      });
      request.on('response', resolve);
      request.on('error', reject);
      request.end();
    });
    answer.on('close', () => opened.destroy());
    const { statusCode = 0 } = answer;
    if (statusCode === 200) return answer;
    answer.destroy();
    throw failed(service, `${method} ${path} was answered with HTTP ${statusCode}`, statusCode);
  } catch (error) {
    socket?.destroy();
    if (error instanceof UserError) throw error;
    throw failed(service, error instanceof Error ? error.message : String(error));
  }
}

export function failed(service: string, why: string, status = 0): UserError {
  return new UserError('RB-QDRANT-FAILED', {
    what: `Qdrant (service ${service}) gave no whole snapshot`,
    why: `${why}; nothing was published, and no older backup was removed`,
    remedy:
      status === 401 || status === 403
        ? 'name the variable of its container that holds the key in backup.qdrant (api-key-variable)'
        : 'see `docker logs` of its container and its free disk, and run it again',
  });
}
