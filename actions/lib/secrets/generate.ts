/** New values by the policy of a secret. All randomness comes from `node:crypto`. */
import { generateKeyPairSync, randomBytes, randomInt, randomUUID } from 'node:crypto';
import { lengthOf, SAFE, type SecretPolicy } from '../config/sections/secrets';

const LETTERS = /[A-Za-z]/;
/** Base64 of RFC 4648, without the two characters that its URL-safe form replaces. */
const COMMON = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

/** @returns `null`: the value must come from outside */
export function generate(policy: SecretPolicy): string | null {
  const length = lengthOf(policy);
  switch (policy.generate) {
    case undefined:
      return null;
    case 'password':
      return password(policy.alphabet ?? SAFE, length);
    case 'hex':
      return randomBytes(length / 2).toString('hex');
    case 'base64':
      return base64(length);
    case 'uuid':
      return randomUUID();
    case 'rsa-key':
      return generateKeyPairSync('rsa', {
        modulusLength: length,
        publicKeyEncoding: { type: 'spki', format: 'pem' },
        privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
      }).privateKey;
  }
}

/** Begins with a letter where the alphabet has letters: a program would take a leading dash for an option. */
function password(alphabet: string, length: number): string {
  const signs = [...alphabet];
  const letters = signs.filter((sign) => LETTERS.test(sign));
  const first = letters.length > 0 ? letters : signs;
  return `${pick(first)}${Array.from({ length: length - 1 }, () => pick(signs)).join('')}`;
}

/**
 * Base64 of random bytes whose text is the same in both alphabets of RFC 4648, because some programs read only one of
 * them. This costs less than a bit for 20 bytes. The last character before the padding carries 2 or 4 bits that must be
 * 0.
 */
function base64(bytes: number): string {
  const characters = Math.ceil((bytes * 4) / 3);
  const rest = bytes % 3;
  const last = rest === 0 ? [...COMMON] : [...COMMON].filter((_sign, at) => at % (rest === 1 ? 16 : 4) === 0);
  const text = `${Array.from({ length: characters - 1 }, () => pick([...COMMON])).join('')}${pick(last)}`;
  return text.padEnd(Math.ceil(bytes / 3) * 4, '=');
}

function pick(from: readonly string[]): string {
  return from[randomInt(from.length)]!;
}
