/** HTTP requests to Keycloak, through a connection that the host opens. */
import type { Duplex } from 'node:stream';
import { text } from 'node:stream/consumers';
import { UserError } from '../errors';
import { exchange } from '../host/http';

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
    form !== undefined ? new URLSearchParams(form).toString() : json !== undefined ? JSON.stringify(json) : undefined;
  const type = form !== undefined ? 'application/x-www-form-urlencoded' : 'application/json';
  let status: number;
  let said: string;
  try {
    const answer = await exchange(await dial(), {
      method,
      path: `${url.pathname.replace(/\/$/, '')}${path}`,
      headers: {
        host: url.host,
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...(content === undefined ? {} : { 'content-type': type, 'content-length': Buffer.byteLength(content) }),
      },
      tls: url.protocol === 'https:' ? { name: url.hostname, verified: false } : undefined,
      body: content,
      timeout: TIMEOUT,
    });
    status = answer.statusCode ?? 0;
    said = await text(answer);
  } catch (error) {
    if (error instanceof UserError) throw error;
    throw new KeycloakFailed(`it does not answer: ${error instanceof Error ? error.message : String(error)}`, true);
  }
  if (status >= 500) throw new KeycloakFailed(`${method} ${path} was answered with HTTP ${status}`, true);
  return { status, body: parsed(said) };
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
