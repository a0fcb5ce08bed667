/** TCP connections through a shell on the host, for hosts whose SSH server forbids forwarding. */
import type { Duplex } from 'node:stream';
import type { Running } from './channel';
import { within } from './deadline';
import type { SshError } from './link-errors';
import { quote } from './quote';

/** Exit status on a host without bash: a shell's status for a command that does not exist. */
const NO_BASH = 127;

/**
 * A script whose input and output are a TCP connection from the host, once it has printed a null byte. It ends when
 * either end closes. Source: bash(1), REDIRECTION, /dev/tcp.
 */
export function shellForward(address: string, port: number): string {
  const connection = [
    'exec 3<>"/dev/tcp/$0/$1" || exit 1',
    'exec 4<&0',
    'printf "\\0"',
    '{ cat <&4 >&3; kill $$; } >/dev/null 2>&1 &',
    'exec cat <&3',
  ].join('\n');
  return `command -v bash >/dev/null || exit ${NO_BASH}\nexec bash -c ${quote(connection)} ${quote(address)} ${port} 2>/dev/null`;
}

/**
 * @param running the script of {@link shellForward}
 * @param timeout milliseconds until the connection must be open
 * @throws {Error} with the same `reason` as ssh2's own forwards: 1 where the host cannot do this, 2 where the host
 *   could not connect (RFC 4254, 5.1)
 */
export function carried({ channel, ended }: Running, address: string, port: number, timeout: number): Promise<Duplex> {
  const opened = new Promise<Duplex>((resolve, reject) => {
    channel.once('data', (first: Buffer) => {
      channel.pause();
      if (first.length > 1) channel.unshift(first.subarray(1));
      resolve(channel);
    });
    channel.stderr.resume();
    channel.resume();
    void ended.then((end) => {
      const reason = 'code' in end && end.code === NO_BASH ? 1 : 2;
      const why = reason === 1 ? 'the SSH server forbids forwarding, and the host has no bash' : 'connection refused';
      reject(Object.assign(new Error(`no connection to ${address} port ${port}: ${why}`) as SshError, { reason }));
    });
  });
  const late = () => new Error(`no connection to ${address} port ${port} within ${timeout / 1000} s`);
  return within(timeout, opened, late).catch((error: unknown) => {
    channel.close();
    throw error;
  });
}
