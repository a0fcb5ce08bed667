/**
 * One request of HTTP/1.1 over a connection that is open already: to servers that only the host reaches, or a container
 * of it. The host needs no tool for it.
 */
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { isIP } from 'node:net';
import type { Duplex, Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { connect } from 'node:tls';

interface Tls {
  /** For the server's choice of a certificate; none is named for an IP address, with or without brackets. */
  readonly name: string;
  /** Whether the certificate must be of that name, and trusted by the roots that Node brings. */
  readonly verified: boolean;
}

interface Exchange {
  /** Default: GET. */
  readonly method?: string;
  /** With the query. */
  readonly path: string;
  /** `host` is among them. `connection: close` is added. */
  readonly headers: Readonly<Record<string, string | number>>;
  /** TLS comes first. Default: it does not. */
  readonly tls?: Tls | undefined;
  /** `headers` have its length. */
  readonly body?: string | Readable | undefined;
  /** Milliseconds for all of it, with the content of the answer. */
  readonly timeout: number;
}

/**
 * Resolves once the answer has begun. The connection is closed as soon as the answer is read to its end, or destroyed,
 * which is the caller's part; and if there is no answer.
 *
 * @throws {Error} without an answer, or the error of the body's stream
 */
export async function exchange(connection: Duplex, asked: Exchange): Promise<IncomingMessage> {
  const { method = 'GET', path, headers, body, timeout } = asked;
  const signal = AbortSignal.timeout(timeout);
  try {
    const answer = await new Promise<IncomingMessage>((resolve, reject) => {
      connection.on('error', reject);
      const request = httpRequest({
        method,
        path,
        headers: { ...headers, connection: 'close' },
        // With an agent Node would open a connection of its own.
        createConnection: () => throughTls(connection, asked.tls) as never,
        signal,
      });
      request.on('response', resolve);
      request.on('error', reject);
      if (body === undefined || typeof body === 'string') request.end(body);
      else pipeline(body, request).catch(reject);
    });
    answer.on('close', () => connection.destroy());
    return answer;
  } catch (error) {
    connection.destroy();
    throw signal.aborted ? new Error(`no answer within ${timeout / 1000} s`) : error;
  }
}

function throughTls(connection: Duplex, tls: Tls | undefined): Duplex {
  if (tls === undefined) return connection;
  const name = tls.name.replace(/^\[|\]$/g, '');
  // The certificate is compared with `host`.
  const names = isIP(name) === 0 ? { host: name, servername: name } : { host: name };
  return connect({ socket: connection, ...names, rejectUnauthorized: tls.verified });
}
