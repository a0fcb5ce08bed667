/** HTTP from the runner's own Node to an address that only the host reaches; the host needs no tool for it. */
import { request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import type { Duplex } from 'node:stream';
import { connect as tlsConnect } from 'node:tls';
import type { Host } from '../host/host';

interface ProbeTarget {
  /** IP address or name, as the host resolves it. */
  readonly address: string;
  readonly port: number;
  readonly path: string;
  readonly tls: boolean;
  /** `Host` header and TLS server name. */
  readonly hostHeader: string;
}

/** Opens the TCP connection for a probe. */
export type Dial = (address: string, port: number) => Promise<Duplex>;

/** Dials by SSH's TCP forwarding, which does not count as a session. @param timeout milliseconds */
export function dialThrough(host: Host, timeout: number): Dial {
  return (address, port) => host.forward(address, port, timeout);
}

/** The status of {@link ask}. */
export async function probe(dial: Dial, target: ProbeTarget, timeout: number): Promise<number> {
  return (await ask(dial, target, timeout)).status;
}

interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
}

/**
 * One GET. Resolves with status and headers; rejects with an Error if there was no answer within `timeout` ms.
 * Certificates are not verified: the probe asks `localhost`, whose name no certificate has.
 */
export async function ask(dial: Dial, target: ProbeTarget, timeout: number): Promise<Answer> {
  const raw = await dial(target.address, target.port);
  const servername = /^[\d.:]+$/.test(target.hostHeader) ? '' : target.hostHeader;
  const socket = target.tls ? tlsConnect({ socket: raw, servername, rejectUnauthorized: false }) : raw;
  try {
    return await new Promise<Answer>((resolve, reject) => {
      raw.on('error', reject);
      const request = httpRequest({
        path: target.path,
        headers: { host: target.hostHeader, 'user-agent': 'runbook-actions', connection: 'close' },
        // There is no agent, because an agent would open a connection of its own.
        createConnection: () => socket as never,
        signal: AbortSignal.timeout(timeout),
      });
      request.on('response', (response) => {
        response.resume();
        resolve({ status: response.statusCode ?? 0, headers: response.headers });
      });
      request.on('error', reject);
      request.end();
    });
  } finally {
    raw.destroy();
  }
}
