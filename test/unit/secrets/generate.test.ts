import { createPrivateKey } from 'node:crypto';
import { expect, it } from 'vitest';
import { parseRunbook } from '../../../actions/lib/config/load';
import { parseEnv, writeEntry } from '../../../actions/lib/secrets/dotenv';
import { generate } from '../../../actions/lib/secrets/generate';

function policies(text: string) {
  return parseRunbook(`secrets:\n${text}`, 'runbook.yml').secrets;
}

function made(policy: string): string {
  return generate(policies(`  KEY: { ${policy} }\n`).KEY!)!;
}

it.each([
  ['generate: password', /^[A-Za-z][A-Za-z0-9_-]{31}$/],
  ['generate: password, length: 6, alphabet: "0123456789"', /^\d{6}$/],
  ['generate: hex', /^[0-9a-f]{64}$/],
  ['generate: hex, length: 10', /^[0-9a-f]{10}$/],
  ['generate: uuid', /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/],
])('%s', (policy, pattern) => {
  const values = Array.from({ length: 50 }, () => made(policy));
  for (const value of values) expect(value).toMatch(pattern);
  expect(new Set(values).size).toBe(50);
});

it.each([16, 24, 31, 32, 33])(
  'base64 of %d bytes is the same in both alphabets, and of exactly so many bytes',
  (bytes) => {
    for (let n = 0; n < 50; n += 1) {
      const value = made(`generate: base64, length: ${bytes}`);
      expect(value).toMatch(/^[A-Za-z0-9]+=*$/);
      const decoded = Buffer.from(value, 'base64');
      expect(decoded).toHaveLength(bytes);
      expect(decoded.toString('base64')).toBe(value);
    }
  },
);

it('an RSA key is PEM of PKCS #8, and stands on one line of an env file', () => {
  const value = made('generate: rsa-key');
  expect(createPrivateKey(value).asymmetricKeyDetails?.modulusLength).toBe(2048);
  const line = writeEntry('KEY', value);
  expect(line).not.toContain('\n');
  expect(parseEnv(line, 'a test').get('KEY')).toBe(value);
});

it('an external value is never invented', () => {
  expect(generate(policies('  KEY: { external: true }\n').KEY!)).toBeNull();
});

it.each([
  ['KEY: {}', 'secrets.KEY.generate: is missing'],
  ['KEY: { external: true, generate: hex }', 'it is one or the other'],
  ['KEY: { generate: hex, length: 9 }', 'hex has two characters for a byte'],
  ['KEY: { generate: password, length: 3 }', 'secrets.KEY.length'],
  ['KEY: { generate: password, length: 2000 }', 'of password it is 4 to 1024 characters'],
  ['KEY: { generate: uuid, length: 36 }', 'means nothing for'],
  ['KEY: { generate: rsa-key, length: 1024 }', 'of rsa-key it is 2048 to 8192 bits'],
  ['KEY: { generate: hex, alphabet: abcdefghij }', 'is for `generate: password` only'],
  ['KEY: { generate: password, alphabet: "abcdefghi$" }', 'has other characters than'],
  ['KEY: { generate: password, alphabet: "aaaaaaaaaa" }', 'has a character twice'],
  ['KEY: { generate: password, lenght: 10 }', 'did you mean "length"?'],
  ['A-KEY: { generate: hex }', 'is not a name of a variable'],
])('a policy %s is refused with its line', (line, said) => {
  expect(() => policies(`  ${line}\n`)).toThrow(said);
  expect(() => policies(`  ${line}\n`)).toThrow('runbook.yml:2:');
});
