import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { fingerprint, hostKeyAlgorithms, knownKeys, typeOf } from '../../../actions/lib/host/known-hosts';
import { generateKey, publicBytes } from './faulty-server';

const first = generateKey().publicKey;
const second = generateKey('-t', 'ecdsa').publicKey;
const rsa = generateKey('-t', 'rsa').publicKey;

const keysOf = (text: string, host = 'web.example.com', port = 22) => knownKeys(text, host, port).map(({ key }) => key);

/** As `ssh-keygen -H` hashes it. */
function hashed(text: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'known-hosts-'));
  try {
    const file = join(folder, 'known_hosts');
    writeFileSync(file, text);
    execFileSync('ssh-keygen', ['-q', '-H', '-f', file], { stdio: 'ignore' });
    return readFileSync(file, 'utf8');
  } finally {
    rmSync(folder, { recursive: true });
  }
}

describe('known hosts', () => {
  it('finds all keys of a host, past comments, other hosts, CRLF and damaged lines', () => {
    const text = `# a comment\r\n\r\nother ${rsa}\r\nweb.example.com,10.0.0.1 ${first} and a comment\r\nweb.example.com ssh-ed25519 AAAA\r\nweb.example.com ${second}\r\n`;
    expect(keysOf(text)).toEqual([publicBytes(first), publicBytes(second)]);
    expect(keysOf(text, '10.0.0.1')).toEqual([publicBytes(first)]);
  });

  it('compares host names without regard to case', () => {
    expect(keysOf(`WEB.Example.com ${first}`)).toHaveLength(1);
  });

  it('reads hashed names, with and without port', () => {
    const text = hashed(`web.example.com ${first}\n[web.example.com]:2222 ${second}\n`);
    expect(text).not.toContain('example');
    expect(keysOf(text)).toEqual([publicBytes(first)]);
    expect(keysOf(text, 'web.example.com', 2222)).toEqual([publicBytes(second)]);
    expect(keysOf(text, 'other')).toEqual([]);
  });

  it('prefers the entry with the port, and takes the one without when there is no other, as OpenSSH does', () => {
    expect(keysOf(`web.example.com ${first}\n[web.example.com]:2222 ${second}`, 'web.example.com', 2222)).toEqual([
      publicBytes(second),
    ]);
    expect(keysOf(`web.example.com ${first}`, 'web.example.com', 2222)).toEqual([publicBytes(first)]);
    expect(keysOf(`[web.example.com]:2222 ${first}`)).toEqual([]);
  });

  it('knows patterns and their negation', () => {
    const text = `*.example.com,!db.example.com ${first}\nhost-? ${second}`;
    expect(keysOf(text)).toEqual([publicBytes(first)]);
    expect(keysOf(text, 'db.example.com')).toEqual([]);
    expect(keysOf(text, 'host-1')).toEqual([publicBytes(second)]);
    expect(keysOf(text, 'webXexample.com')).toEqual([]);
  });

  it('reads IPv6 addresses', () => {
    expect(keysOf(`2001:db8::1 ${first}\n[2001:db8::1]:2222 ${second}`, '2001:db8::1', 2222)).toEqual([
      publicBytes(second),
    ]);
  });

  it('marks revoked keys, and offers no algorithm for them', () => {
    const keys = knownKeys(`@revoked * ${first}\nweb.example.com ${second}`, 'web.example.com', 22);
    expect(keys.map(({ revoked }) => revoked)).toEqual([true, false]);
    expect(hostKeyAlgorithms(keys)).toEqual(['ecdsa-sha2-nistp256']);
  });

  it('refuses a certificate authority by name, unless there is a key too', () => {
    expect(() => keysOf(`@cert-authority *.example.com ${first}`)).toThrow(/RB-KNOWN-HOSTS-INVALID.*certificate/s);
    expect(keysOf(`@cert-authority *.example.com ${first}\nweb.example.com ${second}`)).toEqual([publicBytes(second)]);
    expect(keysOf(`@cert-authority *.other.com ${first}\nweb.example.com ${second}`)).toHaveLength(1);
  });

  it.each(['', '  \n# only a comment\n', 'nonsense', `${first}`, 'web.example.com ssh-ed25519 !!!!'])(
    'refuses known hosts without any key: %j',
    (text) => {
      expect(() => keysOf(text)).toThrow(/RB-KNOWN-HOSTS-INVALID.*ssh-keyscan/s);
    },
  );

  it('asks an RSA key for SHA-2 signatures only', () => {
    expect(hostKeyAlgorithms(knownKeys(`h ${rsa}\nh ${first}`, 'h', 22))).toEqual([
      'ssh-ed25519',
      'rsa-sha2-512',
      'rsa-sha2-256',
    ]);
  });

  it('prints fingerprints as ssh-keygen does', () => {
    const expected = execFileSync('ssh-keygen', ['-lf', '-'], { input: `${rsa}\n` }).toString();
    expect(expected).toContain(` ${fingerprint(publicBytes(rsa))} `);
    expect(typeOf(publicBytes(rsa))).toBe('ssh-rsa');
  });
});
