/** GET to a server of which only its URL is known, from where the host is. */
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

/** Characters; more than anything that is asked for here has. */
const LONGEST = 65_536;

/** @param verified by the roots that Node brings @throws {Error} none came within `timeout` milliseconds, or not from there */
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
        // Without an agent, or it would open a connection of its own.
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
