/** Opens SSH connections: verifies who answers before any credential is offered, and explains what goes wrong. */
import type { Duplex } from 'node:stream';
import { NodeSSH } from 'node-ssh';
import type { Algorithms, Client, ClientChannel } from 'ssh2';
import { UserError } from '../errors';
import { readablePrivateKey } from './key';
import { fingerprint, hostKeyAlgorithms, type KnownKey, knownKeys, typeOf } from './known-hosts';

/** Where to connect and as whom. */
export interface SshEndpoint {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly privateKey: string;
  readonly passphrase?: string;
  /** Text of a known_hosts file; has to hold the host's key. */
  readonly knownHosts: string;
}

export interface SshTarget extends SshEndpoint {
  /** A host to go through; verified like the target. */
  readonly jump?: SshEndpoint;
  /** Milliseconds until the connection must be ready. Default 20,000. */
  readonly timeout?: number;
}

/** An open connection, and how to end it with everything below it. */
export interface Connection {
  readonly client: Client;
  readonly handshakes: number;
  /** Called once when the connection is gone, for whatever reason. */
  onClose(listener: () => void): void;
  close(): void;
}

const DEFAULT_TIMEOUT = 20_000;
/** Three missed answers, 15 s each, and the connection counts as lost. */
const KEEPALIVE = { keepaliveInterval: 15_000, keepaliveCountMax: 3 };

/** ssh2's own lists without SHA-1. */
const ALGORITHMS: Algorithms = {
  kex: [
    'curve25519-sha256',
    'curve25519-sha256@libssh.org',
    'ecdh-sha2-nistp256',
    'ecdh-sha2-nistp384',
    'ecdh-sha2-nistp521',
    'diffie-hellman-group-exchange-sha256',
    'diffie-hellman-group14-sha256',
    'diffie-hellman-group16-sha512',
    'diffie-hellman-group18-sha512',
  ],
  cipher: ['aes128-gcm@openssh.com', 'aes256-gcm@openssh.com', 'aes128-ctr', 'aes192-ctr', 'aes256-ctr'],
  hmac: ['hmac-sha2-256-etm@openssh.com', 'hmac-sha2-512-etm@openssh.com', 'hmac-sha2-256', 'hmac-sha2-512'],
};

/** @throws {UserError} any of the codes about host keys, keys, logins and reachability */
export async function openConnection(target: SshTarget): Promise<Connection> {
  const timeout = target.timeout ?? DEFAULT_TIMEOUT;
  if (target.jump === undefined) return connectOne(target, timeout);
  const bastion = await connectOne(target.jump, timeout).catch((error: unknown) => {
    throw error instanceof UserError ? aboutJump(error, target) : error;
  });
  try {
    const socket = await forward(bastion.client, target.host, target.port, timeout).catch((error: unknown) => {
      throw new UserError(
        'RB-JUMP-FAILED',
        {
          what: `the jump host ${target.jump?.host} could not reach ${target.host}:${target.port}`,
          why: messageOf(error),
          remedy: 'check that the jump host allows TCP forwarding and reaches the target',
        },
        { cause: error },
      );
    });
    const inner = await connectOne(target, timeout, socket);
    inner.onClose(() => bastion.close());
    return { ...inner, handshakes: 2 };
  } catch (error) {
    bastion.close();
    throw error;
  }
}

/** A TCP connection from the far side of `client`. */
export function forward(client: Client, address: string, port: number, timeout: number): Promise<ClientChannel> {
  return withDeadline(timeout, `forwarding to ${address}:${port}`, (resolve, reject) => {
    client.forwardOut('127.0.0.1', 0, address, port, (error, channel) => {
      if (error) return reject(error);
      // Without a listener a reset of the forwarded connection would end the process.
      channel.on('error', () => {});
      resolve(channel);
    });
  });
}

/** Rejects after `timeout` ms, whatever ssh2 does or does not call back. */
export function withDeadline<T>(
  timeout: number,
  what: string,
  start: (resolve: (value: T) => void, reject: (error: Error) => void) => void,
): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`${what}: no answer within ${timeout / 1000} s`)), timeout);
    start(
      (value) => {
        clearTimeout(timer);
        resolve(value);
      },
      (error) => {
        clearTimeout(timer);
        reject(error);
      },
    );
  });
}

async function connectOne(endpoint: SshEndpoint, timeout: number, socket?: Duplex): Promise<Connection> {
  const { host, port, user } = endpoint;
  const known = knownKeys(endpoint.knownHosts, host, port);
  const privateKey = readablePrivateKey(endpoint.privateKey, endpoint.passphrase);
  const serverHostKey = hostKeyAlgorithms(known);
  let offered: Buffer | null = null;
  const ssh = new NodeSSH();
  try {
    await ssh.connect({
      host,
      port,
      username: user,
      privateKey,
      ...(endpoint.passphrase ? { passphrase: endpoint.passphrase } : {}),
      ...(socket ? { sock: socket as never } : {}),
      ...KEEPALIVE,
      readyTimeout: timeout,
      algorithms: { ...ALGORITHMS, ...(serverHostKey.length > 0 ? { serverHostKey: serverHostKey as never } : {}) },
      hostVerifier: (key: Buffer) => {
        offered = key;
        return isTrusted(key, known);
      },
    });
  } catch (error) {
    ssh.dispose();
    throw explain(error, endpoint, known, offered, timeout);
  }
  const client = ssh.connection as Client;
  // node-ssh takes its own listener away once connected; a later reset would end the process.
  client.on('error', () => {});
  return {
    client,
    handshakes: 1,
    onClose: (listener) => void client.once('close', listener),
    close: () => {
      client.end();
      // A peer that does not answer would keep the process alive.
      setTimeout(() => client.destroy(), 2000).unref();
    },
  };
}

function isTrusted(key: Buffer, known: readonly KnownKey[]): boolean {
  const same = known.filter((candidate) => candidate.key.equals(key));
  return same.length > 0 && !same.some((candidate) => candidate.revoked);
}

function explain(error: unknown, endpoint: SshEndpoint, known: readonly KnownKey[], offered: Buffer | null, timeout: number): UserError {
  const { host, port, user } = endpoint;
  const message = messageOf(error);
  const level = (error as { level?: string }).level;
  const cause = { cause: error };
  if (offered !== null && !isTrusted(offered, known)) return distrust(endpoint, known, offered);
  if (/no matching host key/i.test(message)) {
    const types = [...new Set(known.map((key) => key.type))].join(', ');
    return new UserError('RB-HOST-KEY-UNKNOWN', {
      what: `${host} has no host key of a type that the known hosts name (${types})`,
      remedy: `add the line that \`ssh-keyscan -p ${port} ${host}\` prints, after comparing its fingerprint on the host`,
    }, cause);
  }
  if (level === 'client-authentication' || /authentication methods failed/i.test(message)) {
    return new UserError('RB-AUTH-FAILED', {
      what: `${host} refused user ${user} with this key`,
      why: 'the user does not exist there, or its ~/.ssh/authorized_keys does not hold the public half of the key',
      remedy: `check ssh-user, and run \`ssh-copy-id -p ${port} ${user}@${host}\` with the public key`,
    }, cause);
  }
  return new UserError('RB-HOST-UNREACHABLE', {
    what: `no SSH connection to ${host}:${port}`,
    why: /timed? ?out/i.test(message) ? `no answer within ${timeout / 1000} s` : message,
    remedy: 'check ssh-host and ssh-port, the firewall, and that sshd runs there',
  }, cause);
}

function distrust({ host, port }: SshEndpoint, known: readonly KnownKey[], offered: Buffer): UserError {
  const name = port === 22 ? host : `[${host}]:${port}`;
  const line = `${name} ${typeOf(offered)} ${offered.toString('base64')}`;
  const revoked = known.some((key) => key.revoked && key.key.equals(offered));
  const expected = known.filter((key) => !key.revoked);
  if (revoked || expected.length > 0) {
    return new UserError('RB-HOST-KEY-CHANGED', {
      what: `${host} shows another host key than the known hosts say`,
      why: revoked
        ? `its key ${fingerprint(offered)} is marked as revoked`
        : `expected ${expected.map((key) => `${fingerprint(key.key)} (${key.type})`).join(' or ')}, offered ${fingerprint(offered)} (${typeOf(offered)})`,
      remedy: `somebody may be listening in. Only if you know that the host was set up anew, and its fingerprint compared there is the same, replace its line in ssh-known-hosts by: ${line}`,
    });
  }
  return new UserError('RB-HOST-KEY-UNKNOWN', {
    what: `the known hosts hold no key for ${name}`,
    why: `the host offered ${fingerprint(offered)} (${typeOf(offered)})`,
    remedy: `compare that fingerprint on the host (\`ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub\`); if it is the same, add this line to ssh-known-hosts: ${line}`,
  });
}

function aboutJump(error: UserError, target: SshTarget): UserError {
  if (error.code !== 'RB-HOST-UNREACHABLE' && error.code !== 'RB-AUTH-FAILED') return error;
  return new UserError('RB-JUMP-FAILED', { ...error.details, what: `jump host for ${target.host}: ${error.details.what}` }, { cause: error });
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
