/** One authenticated SSH connection to one machine: the target's, or a jump host's. */
import type { Duplex } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Config, NodeSSH } from 'node-ssh';
import type { Client, MacAlgorithm } from 'ssh2';
import { dialAny } from './dial';
import type { Hop } from './hop';
import { readablePrivateKey } from './key';
import { hostKeyAlgorithms, knownKeys } from './known-hosts';
import { failedHandshake, type SshError, unreachable, wrongHostKey } from './link-errors';

export interface Link {
  readonly client: Client;
  /** Why the connection is gone; `undefined` while it stands. */
  readonly lost: string | undefined;
  /** Ends the connection, soon even if the other side does not answer. */
  close(): void;
}

/** A silent peer is given up after so many unanswered keepalives, so many milliseconds apart. */
const KEEPALIVE = { keepaliveInterval: 15_000, keepaliveCountMax: 3 } as const;

/** ssh2's default algorithms without SHA-1. */
const HMACS: MacAlgorithm[] = [
  'hmac-sha2-256-etm@openssh.com',
  'hmac-sha2-512-etm@openssh.com',
  'hmac-sha2-256',
  'hmac-sha2-512',
];

/** Milliseconds before a host that hung up is asked again. */
const PAUSES = [500, 1500, 4000];

/** Milliseconds for the other side to answer the end of a connection. */
const GOODBYE = 500;

/**
 * Connects and logs in. The host's key is verified before any credential is offered.
 *
 * @param dial opens the byte stream; called again when the host has no key of a known type, to find out which it has
 * @param timeout milliseconds for the handshake and the login
 * @throws {UserError} for any failure of these
 */
export async function openLink(hop: Hop, dial: () => Promise<Duplex>, timeout: number): Promise<Link> {
  const key = hop.agent === undefined ? readablePrivateKey(hop.privateKey, hop.passphrase) : null;
  const known = knownKeys(hop.knownHosts, hop.host, hop.port);
  const algorithms = hostKeyAlgorithms(known);
  if (algorithms.length === 0) throw wrongHostKey(hop, known, await offeredKey(hop, dial, timeout));

  let refused: Buffer | undefined;
  const config: Config = {
    username: hop.user,
    ...(key === null ? { agent: hop.agent } : { privateKey: key }),
    passphrase: hop.passphrase,
    // Offers the key at once: a first attempt without any, as is usual, would cost a round trip.
    authHandler: [key === null ? 'agent' : 'publickey'],
    algorithms: { serverHostKey: algorithms, hmac: HMACS },
    hostVerifier: (offered: Buffer) => {
      // A key can be listed twice, once of them as revoked: then it is revoked.
      const entries = known.filter((entry) => entry.key.equals(offered));
      const trusted = entries.length > 0 && !entries.some((entry) => entry.revoked);
      if (!trusted) refused = offered;
      return trusted;
    },
  };
  for (const pause of [...PAUSES, null]) {
    try {
      return await handshake(await dial(), config, timeout);
    } catch (caught) {
      const error = caught as SshError;
      if (refused !== undefined) throw wrongHostKey(hop, known, refused);
      if (error.message.includes('no matching host key'))
        throw wrongHostKey(hop, known, await offeredKey(hop, dial, timeout));
      if (error.name === 'UserError') throw error;
      if (pause === null || !hungUp(error)) throw failedHandshake(hop, key, error);
      await sleep(pause);
    }
  }
  throw new Error('the last attempt throws');
}

/**
 * A busy sshd hangs up on some new connections before it says anything (`MaxStartups` of sshd_config(5)), also because of
 * strangers who try passwords. Nothing was begun then.
 */
function hungUp({ code, message }: SshError): boolean {
  return code === 'ECONNRESET' || message === 'Connection lost before handshake';
}

/** Asks a host for its key and hangs up. */
async function offeredKey(hop: Hop, dial: () => Promise<Duplex>, timeout: number): Promise<Buffer> {
  let offered: Buffer | undefined;
  const hostVerifier = (key: Buffer) => {
    offered = key;
    return false;
  };
  const stream = await dial();
  const error = await handshake(stream, { username: hop.user, hostVerifier }, timeout).then(
    () => new Error('a refused host key was accepted'),
    (caught: unknown) => caught as SshError,
  );
  if (offered === undefined) throw unreachable(hop, error);
  return offered;
}

async function handshake(stream: Duplex, config: Config, timeout: number): Promise<Link> {
  const ssh = new NodeSSH();
  let lost: string | undefined;
  const lose = (reason: string) => {
    lost ??= reason;
    // After an error ssh2 closes only its half and would wait for the other side, which may be gone.
    stream.destroy();
  };
  try {
    const ready = ssh.connect({ sock: stream, readyTimeout: timeout, ...KEEPALIVE, ...config });
    const client = ssh.connection;
    // node-ssh removes its only `error` listener once connected: a later reset would end the process.
    client?.on('error', (error) => lose(error.message));
    client?.on('end', () => lose('the host closed the connection'));
    client?.on('close', () => lose('the host closed the connection'));
    await ready;
    if (!client || lost !== undefined) throw new Error(lost ?? 'the host closed the connection');
    return {
      client,
      get lost() {
        return lost;
      },
      close() {
        lost ??= 'closed by this side';
        ssh.dispose();
        setTimeout(() => stream.destroy(), GOODBYE).unref();
      },
    };
  } catch (error) {
    stream.destroy();
    throw error;
  }
}

/** A TCP connection that does not hold small packets back. */
export function dialTcp(hop: Hop, timeout: number): () => Promise<Duplex> {
  return () =>
    dialAny(hop.host, hop.port, timeout).catch((error: SshError) => {
      throw unreachable(hop, error);
    });
}
