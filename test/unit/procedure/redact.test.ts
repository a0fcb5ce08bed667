import { expect, test } from 'vitest';
import { createRedactor } from '../../../actions/lib/procedure/redact';

function redactor(secret: string) {
  const made = createRedactor();
  made.add(secret);
  return made;
}

const secret = 'pä"ss w/örd+&?>~\\1';

test.each([0, 1, 2])('base64 of a secret with %i bytes before it', (before) => {
  for (const after of ['', 'x', 'yz', ':abc']) {
    for (const encoding of ['base64', 'base64url'] as const) {
      const encoded = Buffer.from('u'.repeat(before) + secret + after).toString(encoding);
      const shown = redactor(secret).apply(encoded);
      expect(shown).toContain('***');
      // What stays is at most what its neighbours share with it.
      expect(shown.length).toBeLessThanOrEqual('***'.length + 2 * 8);
    }
  }
});

test.each([
  ['raw', secret],
  ['URL-encoded', encodeURIComponent(secret)],
  ['in JSON', JSON.stringify(secret).slice(1, -1)],
])('%s', (_, form) => {
  expect(redactor(secret).apply(`a ${form} b`)).toBe('a *** b');
});

test('every line of a key by itself, but not its frame', () => {
  const key = '-----BEGIN X-----\nfirst-line-of-it\nsecond-line-of-it\n-----END X-----\n';
  expect(redactor(key).apply('a first-line-of-it\nb second-line-of-it\n-----BEGIN X-----')).toBe(
    'a ***\nb ***\n-----BEGIN X-----',
  );
  expect(redactor(key).apply(`x ${key.trim()} y`)).toBe('x *** y');
});

test('short values leave ordinary words alone', () => {
  const made = createRedactor();
  for (const value of ['', ' ', 'a', '80', 'on\n', 'yes']) made.add(value);
  expect(made.forms()).toEqual([]);
  expect(made.apply('yes, a port 80 is on')).toBe('yes, a port 80 is on');
});

test('the longer of two secrets goes as a whole', () => {
  const made = redactor('word');
  made.add('password-word-1');
  expect(made.apply('password-word-1 word')).toBe('*** ***');
});
