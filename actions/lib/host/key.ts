/** Private keys as people paste them, brought into a form that ssh2 reads, or refused with the fix. */
import { createPrivateKey, type KeyObject } from 'node:crypto';
import { utils } from 'ssh2';
import { UserError } from '../errors';
import { openSshEd25519 } from './openssh-key';

/**
 * @param text as pasted
 * @returns the key as text with its proper line breaks
 * @throws {UserError} RB-KEY-FORMAT, RB-KEY-PASSPHRASE
 */
export function readablePrivateKey(text: string, passphrase: string | undefined): string {
  const key = alone(withLineBreaks(text));
  const kind = /^-----BEGIN ([A-Z0-9 ]*)-----$/m.exec(key)?.[1];
  if (kind === undefined) throw withoutHeader(key);
  if (!kind.endsWith('PRIVATE KEY')) throw unreadable(`it is a "${kind}"`);
  if (!key.includes(`-----END ${kind}-----`)) throw unreadable(`its last line, "-----END ${kind}-----", is missing`);
  if (kind === 'PRIVATE KEY' || kind === 'ENCRYPTED PRIVATE KEY') return fromPkcs8(key, passphrase);
  const parsed = utils.parseKey(key, passphrase);
  if (!(parsed instanceof Error)) return key;
  // ssh2 gives its reasons only as text.
  if (/passphrase|integrity/i.test(parsed.message)) throw encrypted(passphrase, parsed);
  throw unreadable(parsed.message === 'Unsupported key format' ? 'it is damaged' : parsed.message, parsed);
}

/** Repairs CRLF, indentation, quotes around the key, and line breaks that became `\n` or spaces in a secret. */
function withLineBreaks(text: string): string {
  const unescaped = text.replaceAll('\\r', '').replaceAll('\\n', '\n').trim();
  const lines = unescaped
    .replace(/^(["'])([\s\S]*)\1$/, '$2')
    .trim()
    .split(/\r?\n/)
    .map((line) => line.trim());
  if (lines.length > 2) return `${lines.join('\n')}\n`;
  const parts = /^(-----BEGIN [A-Z ]+-----)([A-Za-z0-9+/=\s]+)(-----END [A-Z ]+-----)$/.exec(lines.join('\n'));
  if (parts === null) return `${lines.join('\n')}\n`;
  const body = (parts[2] ?? '').replace(/\s+/g, '').match(/.{1,64}/g) ?? [];
  return `${[parts[1], ...body, parts[3]].join('\n')}\n`;
}

/** ssh2 does not read PKCS#8, which OpenSSL and Terraform write. */
function fromPkcs8(key: string, passphrase: string | undefined): string {
  let parsed: KeyObject;
  try {
    parsed = createPrivateKey({ key, ...(passphrase ? { passphrase } : {}) });
  } catch (error) {
    throw key.includes('ENCRYPTED') ? encrypted(passphrase, error) : unreadable('it is damaged', error);
  }
  switch (parsed.asymmetricKeyType) {
    case 'rsa':
      return parsed.export({ type: 'pkcs1', format: 'pem' }).toString();
    case 'ec':
      return parsed.export({ type: 'sec1', format: 'pem' }).toString();
    case 'ed25519':
      return openSshEd25519(parsed);
    default:
      throw unreadable(`SSH has no keys of type ${parsed.asymmetricKeyType}`);
  }
}

/** Without what OpenSSL and people write around the key: parameters of a curve, attributes, the public half. */
function alone(text: string): string {
  const keys = [...text.matchAll(/^-----BEGIN ([A-Z0-9 ]*PRIVATE KEY)-----\n[\s\S]*?^-----END \1-----$/gm)];
  if (keys.length > 1) throw unreadable(`it holds ${keys.length} private keys`);
  return keys[0] === undefined ? text : `${keys[0][0]}\n`;
}

function withoutHeader(key: string): UserError {
  if (key.startsWith('PuTTY-User-Key-File')) {
    return new UserError('RB-KEY-FORMAT', {
      what: 'the private key in ssh-key cannot be read',
      why: 'it is in the format of PuTTY',
      remedy: 'convert it with `puttygen KEY.ppk -O private-openssh -o KEY` and pass the content of KEY',
    });
  }
  if (/^(ssh|ecdsa|sk)-\S+ AAAA/.test(key))
    return unreadable('it is a public key; the private one is the file without .pub');
  return unreadable('it has no line "-----BEGIN … PRIVATE KEY-----"');
}

function unreadable(why: string, cause?: unknown): UserError {
  const details = {
    what: 'the private key in ssh-key cannot be read',
    why,
    remedy:
      'pass the whole file that `ssh-keygen -t ed25519` writes, from its first to its last line; `ssh-keygen -p -f KEY` rewrites a key of another format',
  };
  return new UserError('RB-KEY-FORMAT', details, { cause });
}

function encrypted(passphrase: string | undefined, cause: unknown): UserError {
  const details = {
    what: 'the private key in ssh-key cannot be decrypted',
    why: passphrase ? 'the passphrase is wrong' : 'it is encrypted and no passphrase was given',
    remedy:
      'pass its passphrase as ssh-passphrase, or make a key without one for this purpose (`ssh-keygen -t ed25519 -N ""`)',
  };
  return new UserError('RB-KEY-PASSPHRASE', details, { cause });
}
