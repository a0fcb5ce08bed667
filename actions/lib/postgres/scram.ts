/**
 * Computes the verifier that PostgreSQL keeps of a password. So the password itself is in no statement, no argument and
 * no log of the server. Source: RFC 5802, RFC 7677, `src/common/scram-common.c` of PostgreSQL. For ASCII only, which
 * SASLprep (RFC 4013) does not change.
 */
import { createHash, createHmac, pbkdf2Sync, randomBytes, timingSafeEqual } from 'node:crypto';

/** The default of PostgreSQL. */
const ITERATIONS = 4096;
const SALT_BYTES = 16;
const HASH_BYTES = 32;

const VERIFIER = /^SCRAM-SHA-256\$(\d+):([A-Za-z0-9+/=]+)\$([A-Za-z0-9+/=]+):([A-Za-z0-9+/=]+)$/;

/** @param password of printable ASCII @returns `SCRAM-SHA-256$4096:salt$StoredKey:ServerKey`, for `PASSWORD '…'` */
export function scramVerifier(
  password: string,
  salt: Buffer = randomBytes(SALT_BYTES),
  iterations = ITERATIONS,
): string {
  if (!/^[\x20-\x7e]+$/.test(password)) throw new Error('a password of printable ASCII is needed');
  const salted = pbkdf2Sync(password, salt, iterations, HASH_BYTES, 'sha256');
  const stored = createHash('sha256').update(hmac(salted, 'Client Key')).digest('base64');
  const server = hmac(salted, 'Server Key').toString('base64');
  return `SCRAM-SHA-256$${iterations}:${salt.toString('base64')}$${stored}:${server}`;
}

/** Whether `verifier` is that of this password; false also for a text that is not a SCRAM verifier. */
export function isVerifierOf(verifier: string, password: string): boolean {
  const [, iterations, salt = ''] = VERIFIER.exec(verifier) ?? [];
  if (iterations === undefined || !/^[\x20-\x7e]+$/.test(password)) return false;
  const own = Buffer.from(scramVerifier(password, Buffer.from(salt, 'base64'), Number(iterations)));
  const other = Buffer.from(verifier);
  return own.length === other.length && timingSafeEqual(own, other);
}

function hmac(key: Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}
