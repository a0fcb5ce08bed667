/** GET over a connection that the host opens, for servers that are known only by their URL. */
import { request as httpRequest } from 'node:http';
import { isIP } from 'node:net';
import { connect } from 'node:tls';
import type { Dial } from '../stack/probe';

export interface Answer {
  readonly status: number;
  readonly body: string;
  /** Header `retry-after`. */
  readonly retryAfter: string | null;
}

/** Characters of an answer; longer than every answer that is expected here. */
const LONGEST = 65_536;

/**
 * @param verified whether the server's certificate must be trusted by the roots that Node brings
 * @throws {Error} where no answer came within `timeout` milliseconds, or its certificate is not trusted
 */
export async function getOverTls(
  dial: Dial,
  url: string,
  { verified, timeout }: { readonly verified: boolean; readonly timeout: number },
): Promise<Answer> {
  const { protocol, hostname, host, port, pathname, search } = new URL(url);
  const name = hostname.replace(/^\[|\]$/g, '');
  const tls = protocol === 'https:';
  const raw = await dial(name, Number(port) || (tls ? 443 : 80));
  try {
    return await new Promise<Answer>((resolve, reject) => {
      raw.on('error', reject);
      const sni = isIP(name) === 0 ? { servername: name } : {};
      const socket = tls ? connect({ socket: raw, host: name, ...sni, rejectUnauthorized: verified }) : raw;
      const request = httpRequest({
        path: `${pathname}${search}`,
        headers: { host, 'user-agent': 'runbook-actions', accept: 'application/json', connection: 'close' },
        // With an agent Node would open a connection of its own.
        createConnection: () => socket as never,
        signal: AbortSignal.timeout(timeout),
      });
      request.on('response', (response) => {
        let body = '';
        response.setEncoding('utf8');
        response.on('data', (chunk: string) => {
          body += chunk;
          if (body.length > LONGEST) response.destroy(new Error('its answer is too long'));
        });
        response.on('error', reject);
        response.on('end', () =>
          resolve({ status: response.statusCode ?? 0, body, retryAfter: response.headers['retry-after'] ?? null }),
        );
      });
      request.on('error', (error) =>
        reject(
          error.name === 'AbortError' || error.name === 'TimeoutError'
            ? new Error(`no answer within ${timeout / 1000} s`)
            : error,
        ),
      );
      request.end();
    });
  } finally {
    raw.destroy();
  }
}
