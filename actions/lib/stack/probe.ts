/** HTTP from the runner's own Node to an address that only the host reaches; the host needs no tool for it. */
import type { IncomingHttpHeaders } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Host } from '../host/host';
import { exchange } from '../host/http';

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
  const connection = await dial(target.address, target.port);
  try {
    const { statusCode = 0, headers } = await exchange(connection, {
      path: target.path,
      headers: { host: target.hostHeader, 'user-agent': 'runbook-actions' },
      tls: target.tls ? { name: target.hostHeader, verified: false } : undefined,
      timeout,
    });
    return { status: statusCode, headers };
  } finally {
    // Its content does not matter.
    connection.destroy();
  }
}
