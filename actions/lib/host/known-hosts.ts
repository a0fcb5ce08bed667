/**
 * OpenSSH's known_hosts: which keys a host may show. Source: sshd(8), SSH_KNOWN_HOSTS FILE FORMAT.
 */
import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { ServerHostKeyAlgorithm } from 'ssh2';
import { UserError } from '../errors';

export interface KnownKey {
  /** As in the file: `ssh-ed25519`, `ssh-rsa`, `ecdsa-sha2-nistp256`. */
  readonly type: string;
  /** The key's wire format. */
  readonly key: Buffer;
  readonly revoked: boolean;
}

/** The name that known_hosts has for a host. */
export function nameInKnownHosts(host: string, port: number): string {
  return port === 22 ? host : `[${host}]:${port}`;
}

interface Entry extends KnownKey {
  readonly patterns: string;
  readonly authority: boolean;
}

/**
 * The keys that the text holds for a host. As in OpenSSH, an entry without a port also counts for a port that has no
 * entry of its own.
 *
 * @throws {UserError} RB-KNOWN-HOSTS-INVALID
 */
export function knownKeys(text: string, host: string, port: number): KnownKey[] {
  const entries = text.split(/\r?\n/).flatMap(parseEntry);
  if (entries.length === 0) {
    throw new UserError('RB-KNOWN-HOSTS-INVALID', {
      what: 'the known hosts hold no key at all',
      why:
        text.trim() === '' ? 'the input ssh-known-hosts is empty' : 'no line of the input ssh-known-hosts can be read',
      remedy: `run \`ssh-keyscan -p ${port} ${host}\`, compare the fingerprint on the host, and pass the lines as ssh-known-hosts`,
    });
  }
  const withPort = entries.filter(({ patterns }) => namesHost(patterns, nameInKnownHosts(host, port)));
  const found = withPort.length > 0 ? withPort : entries.filter(({ patterns }) => namesHost(patterns, host));
  const keys = found.filter(({ authority }) => !authority);
  if (keys.length === 0 && found.length > 0) {
    throw new UserError('RB-KNOWN-HOSTS-INVALID', {
      what: `the known hosts have only a certificate authority for ${host}`,
      why: 'host certificates (@cert-authority) are not supported',
      remedy: `put the host's own key in: \`ssh-keyscan -p ${port} ${host}\`, compared with \`ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub\` on the host`,
    });
  }
  return keys.map(({ type, key, revoked }) => ({ type, key, revoked }));
}

/** No entries for comments and for lines that cannot be read. */
function parseEntry(line: string): Entry[] {
  const words = line.trim().split(/\s+/);
  const marker = words[0]?.startsWith('@') ? words.shift() : undefined;
  const [patterns = '', type = '', encoded = ''] = words;
  const key = Buffer.from(encoded, 'base64');
  // The wire format repeats the type at its beginning: a line that was cut off or damaged does not pass.
  if (patterns.startsWith('#') || key.length < 4 || typeOf(key) !== type) return [];
  return [{ patterns, type, key, revoked: marker === '@revoked', authority: marker === '@cert-authority' }];
}

function namesHost(patterns: string, name: string): boolean {
  if (patterns.startsWith('|1|')) return hashedNameIs(patterns, name);
  let found = false;
  for (const pattern of patterns.toLowerCase().split(',')) {
    const negated = pattern.startsWith('!');
    const glob = (negated ? pattern.slice(1) : pattern).replace(/[.+^${}()|[\]\\]/g, '\\$&');
    const matches = new RegExp(`^${glob.replaceAll('*', '.*').replaceAll('?', '.')}$`).test(name.toLowerCase());
    if (matches && negated) return false;
    found ||= matches;
  }
  return found;
}

function hashedNameIs(hashed: string, name: string): boolean {
  const [, , salt = '', digest = ''] = hashed.split('|');
  const wanted = Buffer.from(digest, 'base64');
  const actual = createHmac('sha1', Buffer.from(salt, 'base64')).update(name).digest();
  return wanted.length === actual.length && timingSafeEqual(wanted, actual);
}

/**
 * Signature algorithms to offer, so that the host shows a key of a known type: the server follows the client's order.
 * An `ssh-rsa` key signs by SHA-2 (RFC 8332).
 */
export function hostKeyAlgorithms(keys: readonly KnownKey[]): ServerHostKeyAlgorithm[] {
  const types = new Set<string>(keys.filter((key) => !key.revoked).map((key) => key.type));
  const supported: ServerHostKeyAlgorithm[] = [
    'ssh-ed25519',
    'ecdsa-sha2-nistp256',
    'ecdsa-sha2-nistp384',
    'ecdsa-sha2-nistp521',
  ];
  const algorithms = supported.filter((type) => types.has(type));
  if (types.has('ssh-rsa')) algorithms.push('rsa-sha2-512', 'rsa-sha2-256');
  return algorithms;
}

/** `SHA256:…` without padding, as ssh-keygen prints it. */
export function fingerprint(key: Buffer): string {
  return `SHA256:${createHash('sha256').update(key).digest('base64').replace(/=+$/, '')}`;
}

/** The key's type, with which its wire format begins. */
export function typeOf(key: Buffer): string {
  return key.subarray(4, 4 + key.readUInt32BE(0)).toString('latin1');
}
