/** Why a connection could not be made, in words that lead to its remedy. */
import { utils } from 'ssh2';
import { UserError } from '../errors';
import type { Hop } from './hop';
import { fingerprint, type KnownKey, nameInKnownHosts, typeOf } from './known-hosts';

/** An error of Node or ssh2. */
export interface SshError extends Error {
  /** Code of the operating system, e.g. `ECONNREFUSED`. */
  readonly code?: string;
  /** Where ssh2 failed, e.g. `client-authentication`. */
  readonly level?: string;
  /** Of a channel that was not opened: a code of RFC 4254, 5.1. */
  readonly reason?: number;
}

const NETWORK: Readonly<Record<string, readonly [why: string, remedy: string]>> = {
  ENOTFOUND: ['the name has no address', 'check the input ssh-host'],
  EAI_AGAIN: ['the name server does not answer', 'run again; check the input ssh-host and the DNS'],
  ECONNREFUSED: ['nothing listens there', 'check ssh-host and ssh-port, and that sshd runs on the host'],
  ECONNRESET: [
    'the host hung up before the SSH handshake',
    'check that sshd listens on that port, and its MaxStartups and firewall (fail2ban)',
  ],
  EHOSTUNREACH: ['there is no route to it', 'check that the host is up, and its firewall'],
  ENETUNREACH: [
    'there is no route to its network',
    'check that the runner has a network of that family (IPv4 or IPv6)',
  ],
  ETIMEDOUT: ['it did not answer', 'check that the host is up, and that its firewall lets the runner in'],
};

/** The TCP connection failed, or the other side did not speak SSH. */
export function unreachable(hop: Hop, error: SshError): UserError {
  const [why, remedy] = NETWORK[error.code ?? ''] ?? [
    error.message,
    'check that sshd listens on that port (`ssh -v` from another machine), and the firewall',
  ];
  return new UserError(
    'RB-HOST-UNREACHABLE',
    { what: `cannot connect to ${hop.host} port ${hop.port}`, why, remedy },
    { cause: error },
  );
}

/** @param expected the keys that the known hosts hold for this host; @param offered the key that the host showed */
export function wrongHostKey(hop: Hop, expected: readonly KnownKey[], offered: Buffer): UserError {
  const name = nameInKnownHosts(hop.host, hop.port);
  const type = typeOf(offered);
  const shown = `${type} ${fingerprint(offered)}`;
  const line = `${name} ${type} ${offered.toString('base64')}`;
  const verify = `compare the fingerprint on the host itself (its provider's console: \`for f in /etc/ssh/ssh_host_*.pub; do ssh-keygen -lf "$f"; done\`)`;
  if (expected.some((known) => known.revoked && known.key.equals(offered))) {
    return new UserError('RB-HOST-KEY-CHANGED', {
      what: `${name} shows a host key that the known hosts mark as @revoked`,
      why: `offered: ${shown}`,
      remedy: `do not connect until you know why the host still uses this key; then give the host a new key and pass that as ssh-known-hosts`,
    });
  }
  const valid = expected.filter((known) => !known.revoked);
  if (valid.length === 0) {
    return new UserError('RB-HOST-KEY-UNKNOWN', {
      what: `the known hosts hold no key for ${name}`,
      why: `offered: ${shown}`,
      remedy: `${verify}; only if it is the same, add this line to ssh-known-hosts: ${line}`,
    });
  }
  const wanted = valid.map((known) => `${known.type} ${fingerprint(known.key)}`).join(', ');
  return new UserError('RB-HOST-KEY-CHANGED', {
    what: `the host key of ${name} differs from the known hosts`,
    why: `expected: ${wanted}; offered: ${shown}. Either the host was set up again, or an attacker is between it and you`,
    remedy: `${verify}; only if it is the same, replace the host's lines in ssh-known-hosts by: ${line}`,
  });
}

/** @param key the private key, readable; `null`: the keys of the agent were offered */
function refusedUser(hop: Hop, key: string | null, error: SshError): UserError {
  if (key === null)
    return new UserError(
      'RB-AUTH-FAILED',
      {
        what: `${hop.host} refuses user ${hop.user} with every key of the ssh-agent`,
        why: 'the agent has no key, or none of its keys is in the authorized_keys of the user; sshd gives up after a few (MaxAuthTries)',
        remedy: 'see what `ssh-add -l` lists, add the right key with `ssh-add FILE`, or name its file',
      },
      { cause: error },
    );
  const parsed = utils.parseKey(key, hop.passphrase);
  const publicKey = parsed instanceof Error ? undefined : `${parsed.type} ${parsed.getPublicSSH().toString('base64')}`;
  return new UserError(
    'RB-AUTH-FAILED',
    {
      what: `${hop.host} refuses user ${hop.user} with this key`,
      why: 'the user does not exist, or its authorized_keys do not hold the key, or sshd forbids the login (AllowUsers, PermitRootLogin)',
      remedy: `check ssh-user, and add the key's public half to the user's ~/.ssh/authorized_keys on the host: ${publicKey ?? 'ssh-keygen -y -f KEY prints it'}`,
    },
    { cause: error },
  );
}

/** The error for a handshake or a login that failed. @param key see {@link refusedUser} */
export function failedHandshake(hop: Hop, key: string | null, error: SshError): UserError {
  if (error.level === 'client-authentication') return refusedUser(hop, key, error);
  if (error.level === 'agent')
    return new UserError(
      'RB-AUTH-FAILED',
      {
        what: `the ssh-agent at ${hop.agent} does not answer`,
        why: error.message,
        remedy: 'see that `ssh-add -l` works in this shell, or name the file of a key',
      },
      { cause: error },
    );
  if (error.message.includes('no matching')) {
    return new UserError(
      'RB-HOST-UNSUITABLE',
      {
        what: `${hop.host} and this client share no algorithm`,
        why: error.message,
        remedy:
          'allow in its sshd_config one of KexAlgorithms curve25519-sha256, Ciphers aes256-gcm@openssh.com, MACs hmac-sha2-256-etm@openssh.com',
      },
      { cause: error },
    );
  }
  return unreachable(hop, error);
}

/** Adds that the failure was at the jump host, unless the error is about keys, which names the host itself. */
export function throughJump(jump: Hop, error: unknown): unknown {
  if (!(error instanceof UserError)) return error;
  if (error.code !== 'RB-HOST-UNREACHABLE' && error.code !== 'RB-AUTH-FAILED' && error.code !== 'RB-HOST-UNSUITABLE')
    return error;
  const { what, why, remedy } = error.details;
  return new UserError(
    'RB-JUMP-FAILED',
    { what: `jump host: ${what}`, ...(why ? { why } : {}), remedy: `for the jump host ${jump.host}: ${remedy}` },
    { cause: error },
  );
}

/** The jump host could not connect to the target. */
export function jumpRefused(jump: Hop, target: Hop, error: SshError): UserError {
  return new UserError(
    'RB-JUMP-FAILED',
    {
      what: `the jump host ${jump.host} cannot reach ${target.host} port ${target.port}`,
      why: error.message,
      remedy:
        'check that ssh-host and ssh-port are right as seen from the jump host, and that its sshd has AllowTcpForwarding on',
    },
    { cause: error },
  );
}

/** @param why the reason, as far as it is known */
export function connectionLost(host: string, why: string): UserError {
  return new UserError('RB-CONNECTION-LOST', {
    what: `the connection to ${host} is gone`,
    why,
    remedy: 'run the workflow again: the new run finds out what was done and continues from there',
  });
}
