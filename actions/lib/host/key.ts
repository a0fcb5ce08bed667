/** Private keys as people paste them, brought into a form that ssh2 reads, or refused with the fix. */
import { createPrivateKey } from 'node:crypto';
import { utils } from 'ssh2';
import { UserError } from '../errors';

/**
 * @returns the key as text with line breaks as it should have them
 * @throws {UserError} RB-KEY-FORMAT, RB-KEY-PASSPHRASE
 */
export function readablePrivateKey(text: string, passphrase: string | undefined): string {
  const key = withLineBreaks(text);
  const header = /-----BEGIN ([A-Z ]*)-----/.exec(key)?.[1];
  if (header === undefined) throw unreadable('it has no line "-----BEGIN … PRIVATE KEY-----"');
  if (header.includes('PUBLIC')) throw unreadable('it is a public key; the private one is the file without .pub');
  if (!header.endsWith('PRIVATE KEY')) throw unreadable(`it is a "${header}"`);
  if (header === 'PRIVATE KEY' || header === 'ENCRYPTED PRIVATE KEY') return fromPkcs8(key, passphrase);
  const parsed = utils.parseKey(key, passphrase);
  if (!(parsed instanceof Error)) return key;
  if (/passphrase|encrypted|decrypt|integrity|bad/i.test(parsed.message) && /encrypt|passphrase|integrity/i.test(parsed.message)) {
    throw new UserError('RB-KEY-PASSPHRASE', {
      what: 'the private key cannot be decrypted',
      why: passphrase ? 'the passphrase is wrong' : 'it is encrypted and no passphrase was given',
      remedy: 'pass its passphrase as ssh-passphrase, or make a key without one for this purpose (`ssh-keygen -t ed25519 -N ""`)',
    });
  }
  throw unreadable(parsed.message);
}

/** CRLF, indentation, and line breaks that became `\n` or spaces in a secret. */
function withLineBreaks(text: string): string {
  const lines = text.replaceAll('\\r', '').replaceAll('\\n', '\n').trim().split(/\r?\n/).map((line) => line.trim());
  const key = lines.join('\n');
  if (lines.length > 2) return `${key}\n`;
  const parts = /^(-----BEGIN [A-Z ]+-----)\s*([A-Za-z0-9+/=\s]+?)\s*(-----END [A-Z ]+-----)$/.exec(key);
  if (parts === null) return `${key}\n`;
  const body = (parts[2] ?? '').replace(/\s+/g, '').match(/.{1,64}/g) ?? [];
  return `${[parts[1], ...body, parts[3]].join('\n')}\n`;
}

/** ssh2 does not read PKCS#8; RSA and EC keys have an older form that it does. */
function fromPkcs8(key: string, passphrase: string | undefined): string {
  let parsed: ReturnType<typeof createPrivateKey>;
  try {
    parsed = createPrivateKey({ key, ...(passphrase ? { passphrase } : {}) });
  } catch (error) {
    if (key.includes('ENCRYPTED')) {
      throw new UserError('RB-KEY-PASSPHRASE', {
        what: 'the private key cannot be decrypted',
        why: passphrase ? 'the passphrase is wrong' : 'it is encrypted and no passphrase was given',
        remedy: 'pass its passphrase as ssh-passphrase',
      }, { cause: error });
    }
    throw unreadable('it is damaged');
  }
  if (parsed.asymmetricKeyType === 'rsa') return parsed.export({ type: 'pkcs1', format: 'pem' }).toString();
  if (parsed.asymmetricKeyType === 'ec') return parsed.export({ type: 'sec1', format: 'pem' }).toString();
  throw unreadable('it is in PKCS#8 format, which SSH does not use for this kind of key');
}

function unreadable(why: string): UserError {
  return new UserError('RB-KEY-FORMAT', {
    what: 'the private key in ssh-key cannot be read',
    why,
    remedy: 'pass the whole file as `ssh-keygen -t ed25519` writes it; `ssh-keygen -p -f KEY` rewrites a key of another format',
  });
}
