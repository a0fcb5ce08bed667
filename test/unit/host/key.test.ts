import { execFileSync } from 'node:child_process';
import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { utils } from 'ssh2';
import { describe, expect, it } from 'vitest';
import { UserError } from '../../../actions/lib/errors';
import { readablePrivateKey } from '../../../actions/lib/host/key';
import { generateKey } from './faulty-server';

const ed25519 = generateKey();
const pem = generateKey('-t', 'rsa', '-m', 'PEM');
const locked = generateKey('-N', 'secret');
const lockedPem = generateKey('-t', 'rsa', '-m', 'PEM', '-N', 'secret');

function publicHalf(privateKey: string, passphrase?: string): string {
  const parsed = utils.parseKey(privateKey, passphrase);
  if (parsed instanceof Error) throw parsed;
  return `${parsed.type} ${parsed.getPublicSSH().toString('base64')}`;
}

function publicHalfByOpenSsh(privateKey: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'key-'));
  try {
    writeFileSync(join(folder, 'key'), privateKey, { mode: 0o600 });
    return execFileSync('ssh-keygen', ['-yf', join(folder, 'key')])
      .toString()
      .trim();
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function refusal(text: string, passphrase?: string): UserError {
  try {
    readablePrivateKey(text, passphrase);
  } catch (error) {
    if (error instanceof UserError) return error;
    throw error;
  }
  throw new Error('was accepted');
}

describe('private keys', () => {
  it.each<[string, (key: string) => string]>([
    ['as ssh-keygen writes it', (key) => key],
    ['with CRLF', (key) => key.replaceAll('\n', '\r\n')],
    ['with literal \\n', (key) => key.replaceAll('\n', '\\n')],
    ['with literal \\r\\n', (key) => key.replaceAll('\n', '\\r\\n')],
    ['indented', (key) => key.replaceAll(/^/gm, '    ')],
    ['with spaces for line breaks', (key) => key.trim().replaceAll('\n', ' ')],
    ['without its last line break', (key) => key.trimEnd()],
    ['with empty lines around', (key) => `\n\n${key}\n \n`],
    ['as a JSON string', (key) => JSON.stringify(key)],
    ['in single quotes', (key) => `'${key}'`],
    // `openssl ecparam -genkey` writes the curve first, `openssl pkcs12` attributes; `ssh-keygen` and people its comment.
    [
      'after the parameters of its curve',
      (key) => `-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n${key}`,
    ],
    ['after attributes', (key) => `Bag Attributes\n    friendlyName: deploy\nKey Attributes: <No Attributes>\n${key}`],
    ['before its public half', (key) => `${key}ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI deploy\n`],
  ])('are read %s', (_name, damage) => {
    for (const { privateKey, publicKey } of [ed25519, pem]) {
      expect(publicHalf(readablePrivateKey(damage(privateKey), undefined))).toBe(publicKey);
    }
  });

  it.each<[string, KeyObject]>([
    ['Ed25519', generateKeyPairSync('ed25519').privateKey],
    ['RSA', generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey],
    ['ECDSA', generateKeyPairSync('ec', { namedCurve: 'prime256v1' }).privateKey],
  ])('of type %s are converted from PKCS#8', (_type, key) => {
    const plain = readablePrivateKey(key.export({ type: 'pkcs8', format: 'pem' }).toString(), undefined);
    const encrypted = key
      .export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'secret' })
      .toString();
    expect(readablePrivateKey(encrypted, 'secret')).toBe(plain);
    expect(refusal(encrypted).code).toBe('RB-KEY-PASSPHRASE');
    expect(refusal(encrypted, 'wrong').message).toContain('the passphrase is wrong');
    // OpenSSH itself reads what we made of it.
    expect(publicHalfByOpenSsh(plain)).toBe(publicHalf(plain));
  });

  it('with a passphrase are read with it, and refused without or with another', () => {
    for (const { privateKey, publicKey } of [locked, lockedPem]) {
      expect(publicHalf(readablePrivateKey(privateKey, 'secret'), 'secret')).toBe(publicKey);
      expect(refusal(privateKey).message).toMatch(/^RB-KEY-PASSPHRASE.*no passphrase was given.*ssh-passphrase/s);
      expect(refusal(privateKey, 'wrong').message).toMatch(/^RB-KEY-PASSPHRASE.*the passphrase is wrong/s);
    }
  });

  it.each<[string, string, RegExp]>([
    ['nothing', '', /no line "-----BEGIN/],
    ['a path', '/home/me/.ssh/id_ed25519', /no line "-----BEGIN/],
    ['the public half', ed25519.publicKey, /without \.pub/],
    [
      'a public key of OpenSSL',
      generateKeyPairSync('ed25519').publicKey.export({ type: 'spki', format: 'pem' }).toString(),
      /"PUBLIC KEY"/,
    ],
    ['a key of PuTTY', 'PuTTY-User-Key-File-3: ssh-ed25519\nEncryption: none', /puttygen/],
    ['two keys', `${ed25519.privateKey}${pem.privateKey}`, /holds 2 private keys/],
    ['a key without its end', ed25519.privateKey.slice(0, 200), /last line.*missing/],
    ['a key whose middle is missing', ed25519.privateKey.replace(/\n.{40}/, '\n'), /RB-KEY-FORMAT/],
    [
      'a key that SSH does not know',
      generateKeyPairSync('x25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
      /x25519/,
    ],
  ])('are refused when they are %s', (_what, text, message) => {
    const error = refusal(text);
    expect(error.code).toBe('RB-KEY-FORMAT');
    expect(error.message).toMatch(message);
  });

  it('never stand in an error', () => {
    for (const damaged of [
      ed25519.privateKey.slice(0, 200),
      ed25519.privateKey.replace(/\n.{40}/, '\n'),
      lockedPem.privateKey,
    ]) {
      const body = damaged.split('\n').filter((line) => line.length > 30 && !line.includes('-----'));
      const { message } = refusal(damaged, 'wrong');
      for (const line of body) expect(message).not.toContain(line);
    }
  });
});
