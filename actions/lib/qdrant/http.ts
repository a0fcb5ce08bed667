/** HTTP requests to Qdrant, through a connection that the host opens. */
import type { IncomingMessage } from 'node:http';
import type { Duplex, Readable } from 'node:stream';
import { json } from 'node:stream/consumers';
import { z } from 'zod';
import { UserError } from '../errors';
import { exchange } from '../host/http';

export interface QdrantServer {
  /** Name of the service, for messages. */
  readonly service: string;
  readonly apiKey: string | null;
  /** Port of the HTTP API in the container. */
  readonly port: number;
  /** Opens a connection to that port. */
  readonly dial: () => Promise<Duplex>;
}

export interface Body {
  /** For `content-type`. */
  readonly type: string;
  /** For `content-length`. */
  readonly bytes: number;
  readonly content: Readable;
}

export interface Question {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly path: string;
  /** Milliseconds for the whole request, including the content of the answer. */
  readonly timeout: number;
  readonly body?: Body;
}

/** There was no answer, or its status is not HTTP 200. */
export class Refusal extends Error {
  /** HTTP status; 0: there was no answer. */
  readonly status: number;

  constructor(message: string, status = 0) {
    super(message);
    this.name = 'Refusal';
    this.status = status;
  }
}

/** Milliseconds: `LONG` to make, read or restore a whole snapshot, `SHORT` for all other requests. */
export const LONG = 12 * 3600 * 1000;
export const SHORT = 60_000;

/** Most characters of an explanation that are shown. */
const EXPLANATION = 2000;

/** @throws {Refusal} @throws {UserError} RB-CONNECTION-LOST, or the error of the body's stream */
export async function ask(server: QdrantServer, question: Question): Promise<IncomingMessage> {
  const { service, apiKey, dial } = server;
  const { method, path, timeout, body } = question;
  try {
    const answer = await exchange(await dial(), {
      method,
      path,
      headers: {
        host: service,
        ...(apiKey === null ? {} : { 'api-key': apiKey }),
        ...(body === undefined ? {} : { 'content-type': body.type, 'content-length': body.bytes }),
      },
      body: body?.content,
      timeout,
    });
    const { statusCode = 0 } = answer;
    if (statusCode === 200) return answer;
    const explanation = await explained(answer);
    throw new Refusal(
      `${method} ${path.replace(/\?.*/, '')} was answered with HTTP ${statusCode}${explanation === '' ? '' : `: ${explanation}`}`,
      statusCode,
    );
  } catch (error) {
    body?.content.destroy();
    if (error instanceof UserError || error instanceof Refusal) throw error;
    throw new Refusal(error instanceof Error ? error.message : String(error));
  }
}

/**
 * The `result` of the answer. @throws {Refusal} also for an answer of another shape @throws {UserError} as {@link ask}
 */
export async function resultOf<T>(server: QdrantServer, question: Question, result: z.ZodType<T>): Promise<T> {
  const answer = await json(await ask(server, question)).catch((error: unknown) => {
    throw error instanceof UserError || error instanceof Refusal ? error : new Refusal((error as Error).message);
  });
  const found = z.object({ result }).safeParse(answer);
  if (found.success) return found.data.result;
  throw new Refusal(
    `${question.method} ${question.path} was answered in a way that its documentation does not describe`,
  );
}

/** Qdrant's explanation: `status.error`, or the answer's bare text. */
async function explained(answer: IncomingMessage): Promise<string> {
  let text = '';
  try {
    for await (const chunk of answer as AsyncIterable<Buffer>) {
      text += chunk.toString();
      if (text.length > EXPLANATION) break;
    }
    const found = z.object({ status: z.object({ error: z.string() }) }).safeParse(JSON.parse(text));
    if (found.success) text = found.data.status.error;
  } catch {
    // The answer was cut off or is not JSON: show what came.
  }
  return text.slice(0, EXPLANATION).replace(/\s+/g, ' ').trim();
}
