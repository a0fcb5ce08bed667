/** OpenSSH's own format of private keys. Source: PROTOCOL.key in OpenSSH's repository. */
import type { KeyObject } from 'node:crypto';

const TYPE = 'ssh-ed25519';

/** @param key an Ed25519 private key; @returns the file that ssh-keygen would write, without passphrase */
export function openSshEd25519(key: KeyObject): string {
  const { d = '', x = '' } = key.export({ format: 'jwk' });
  const publicBytes = Buffer.from(x, 'base64url');
  const secret = Buffer.concat([Buffer.from(d, 'base64url'), publicBytes]);
  // Two equal numbers, by which a reader sees that decryption worked; without encryption any number will do.
  const check = Buffer.alloc(8);
  const fields = Buffer.concat([check, sized(TYPE), sized(publicBytes), sized(secret), sized('')]);
  const padding = Buffer.from([1, 2, 3, 4, 5, 6, 7]).subarray(0, (8 - (fields.length % 8)) % 8);
  const body = Buffer.concat([
    Buffer.from('openssh-key-v1\0'),
    sized('none'),
    sized('none'),
    sized(''),
    Buffer.from([0, 0, 0, 1]),
    sized(Buffer.concat([sized(TYPE), sized(publicBytes)])),
    sized(Buffer.concat([fields, padding])),
  ]);
  const lines = body.toString('base64').match(/.{1,70}/g) ?? [];
  return `${['-----BEGIN OPENSSH PRIVATE KEY-----', ...lines, '-----END OPENSSH PRIVATE KEY-----'].join('\n')}\n`;
}

/** RFC 4251's `string`: its size in four bytes, then its bytes. */
function sized(content: string | Buffer): Buffer {
  const bytes = typeof content === 'string' ? Buffer.from(content) : content;
  const size = Buffer.alloc(4);
  size.writeUInt32BE(bytes.length);
  return Buffer.concat([size, bytes]);
}
