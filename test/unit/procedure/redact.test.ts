import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
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
  ['in a form', new URLSearchParams({ x: secret }).toString().slice(2)],
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

test('the shortest secret, encoded by itself', () => {
  for (const text of ['abcd', 'abcd\n', 'abcde', 'abcdef']) {
    const encoded = Buffer.from(text).toString('base64');
    expect(redactor(text).apply(`x ${encoded} y`), encoded).toBe('x *** y');
  }
});

test('what `base64` makes of a long secret, line by line', () => {
  const long = `${'0123456789 abcdefghij '.repeat(12)}end`;
  const lines = spawnSync('base64', { input: long, encoding: 'utf8' }).stdout.trim().split('\n');
  expect(lines.length).toBeGreaterThan(2);
  const made = redactor(long);
  for (const line of lines.filter((text) => text.length >= 8)) expect(made.apply(line)).toBe('***');
});

test('no encoding of any secret stays', () => {
  const text = fc.string({ unit: 'grapheme', minLength: 6, maxLength: 300 }).filter((s) => s.trim().length >= 6);
  fc.assert(
    fc.property(text, fc.string({ maxLength: 20 }), fc.string({ maxLength: 20 }), (value, before, after) => {
      const made = redactor(value);
      const inner = value.trim();
      const shown = [
        inner,
        JSON.stringify(inner),
        Buffer.from(inner).toString('base64'),
        Buffer.from(inner).toString('base64url'),
        ...(inner.isWellFormed() ? [encodeURIComponent(inner), new URLSearchParams([['', inner]]).toString()] : []),
      ].map((form) => made.apply(`${before}${form}${after}`));
      // Not one of them tells more than what stood around it.
      for (const line of shown) expect(line).toContain('***');
      const raw = made.apply(`${before}${inner}${after}`);
      expect(raw.includes(inner) && !'***'.includes(inner)).toBe(false);
    }),
  );
});

test.each([
  ['within a secret', 'token=s3cret-val…', 'token=***…'],
  ['behind a secret', 'token=s3cret-value-1…', 'token=***…'],
  ['behind a few characters that words have, too', 'a s3cr…', 'a s3cr…'],
  ['far from any secret', 'nothing of it…', 'nothing of it…'],
  ['within a secret, before another line', 'token=s3cret-v…\nnext', 'token=***…\nnext'],
])('a line that was cut %s shows no beginning of a secret', (_where, text, shown) => {
  expect(redactor('s3cret-value-1').apply(text)).toBe(shown);
});

test.each([
  ['a carriage return', 'hunt\rer2-hunter2'],
  ['a zero byte', 'hunter2-\0hunter2'],
  ['a colour', 'hunter\u001b[01;31m2-hunter\u001b[0m2'],
  ['what erases the rest of a line', 'hunter2\u001b[K-hunter2'],
  ['a link', 'hunter2\u001b]8;;https://x.example\u0007-hunter2'],
])('a secret that %s breaks', (_, text) => {
  expect(redactor('hunter2-hunter2').apply(`a ${text} b\nc`)).toBe('a *** b\nc');
});

test('a short secret directly behind a colour', () => {
  expect(redactor('4711').apply('PIN \u001b[1m4711\u001b[0m')).toBe('PIN ***');
});

test('colours stay where they hide no secret', () => {
  const text = '\u001b[32mok\u001b[0m\r\n';
  expect(redactor('hunter2-hunter2').apply(`${text}hunter2-hunter2`)).toBe(`${text}***`);
});

test('a secret that was cut within a character', () => {
  expect(redactor('schlüssel-ö-lang').apply('a schlüssel-\ufffd…')).toBe('a ***…');
});
