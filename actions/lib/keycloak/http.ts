/** HTTP requests to Keycloak, through a connection that the host opens. */
import { request as httpRequest } from 'node:http';
import type { Duplex } from 'node:stream';
import { text } from 'node:stream/consumers';
import { connect as tlsConnect } from 'node:tls';
import { UserError } from '../errors';

export interface KeycloakServer {
  /** Name of the service, for messages. */
  readonly service: string;
  /** Scheme, port and path count; the host's name is sent as `Host`. */
  readonly url: URL;
  /** Opens a connection to its port. */
  readonly dial: () => Promise<Duplex>;
}

interface Question {
  readonly method: 'GET' | 'POST' | 'PUT';
  /** Below the path of the server's URL. */
  readonly path: string;
  /** Of an administrator. */
  readonly token?: string;
  readonly form?: Readonly<Record<string, string>>;
  readonly json?: unknown;
}

export interface Answer {
  readonly status: number;
  /** Parsed JSON; `null`: there is none. */
  readonly body: unknown;
}

/** Keycloak did not answer, or not as its documentation says. */
export class KeycloakFailed extends Error {
  /** Whether it may answer a moment later. */
  readonly passing: boolean;

  constructor(message: string, passing = false) {
    super(message);
    this.name = 'KeycloakFailed';
    this.passing = passing;
  }
}

/** Milliseconds for a whole request. */
const TIMEOUT = 30_000;

/** @throws {KeycloakFailed} without an answer, or for a server error @throws {UserError} RB-CONNECTION-LOST */
export async function ask({ url, dial }: KeycloakServer, question: Question): Promise<Answer> {
  const { method, path, token, form, json } = question;
  const content =
    form !== undefined ? new URLSearchParams(form).toString() : json !== undefined ? JSON.stringify(json) : null;
  const type = form !== undefined ? 'application/x-www-form-urlencoded' : 'application/json';
  let raw: Duplex | null = null;
  let found: { readonly status: number; readonly said: string };
  try {
    const opened = await dial();
    raw = opened;
    const socket =
      url.protocol === 'https:'
        ? tlsConnect({ socket: opened, servername: url.hostname, rejectUnauthorized: false })
        : opened;
    found = await new Promise((resolve, reject) => {
      opened.on('error', reject);
      const request = httpRequest({
        method,
        path: `${url.pathname.replace(/\/$/, '')}${path}`,
        headers: {
          host: url.host,
          connection: 'close',
          ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
          ...(content === null ? {} : { 'content-type': type, 'content-length': Buffer.byteLength(content) }),
        },
        // There is no agent, because an agent would open a connection of its own.
        createConnection: () => socket as never,
        signal: AbortSignal.timeout(TIMEOUT),
      });
      request.on('response', (answer) => {
        text(answer).then((said) => resolve({ status: answer.statusCode ?? 0, said }), reject);
      });
      request.on('error', reject);
      request.end(content ?? undefined);
    });
  } catch (error) {
    if (error instanceof UserError) throw error;
    throw new KeycloakFailed(`it does not answer: ${error instanceof Error ? error.message : String(error)}`, true);
  } finally {
    raw?.destroy();
  }
  if (found.status >= 500) throw new KeycloakFailed(`${method} ${path} was answered with HTTP ${found.status}`, true);
  return { status: found.status, body: parsed(found.said) };
}

function parsed(said: string): unknown {
  try {
    return JSON.parse(said);
  } catch {
    return null;
  }
}

/** The error in an answer, for people: `invalid_grant: Invalid user credentials`. */
export function errorOf({ status, body }: Answer): string {
  const { error, error_description: more, errorMessage } = (body ?? {}) as Record<string, unknown>;
  const words = [error, more, errorMessage].filter((word) => typeof word === 'string' && word !== '');
  return words.length === 0 ? `HTTP ${status}` : `HTTP ${status}, ${words.join(': ')}`;
}
