/** TCP connections that the host opens for us. */
import type { Duplex } from 'node:stream';
import type { Client } from 'ssh2';
import { within } from './deadline';

/**
 * @param client logged in to the machine that opens the connection
 * @param timeout milliseconds
 * @throws {Error} of ssh2, with `reason` 1 where the SSH server forbids it (AllowTcpForwarding) and 2 where the machine
 *   could not connect (RFC 4254, 5.1)
 */
export function openForward(client: Client, address: string, port: number, timeout: number): Promise<Duplex> {
  const opened = new Promise<Duplex>((resolve, reject) => {
    client.forwardOut('127.0.0.1', 0, address, port, (error, channel) => (error ? reject(error) : resolve(channel)));
  });
  const late = () => new Error(`no connection to ${address} port ${port} within ${timeout / 1000} s`);
  return within(timeout, opened, late, (tooLate) => tooLate.destroy());
}
