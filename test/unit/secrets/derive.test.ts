import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createRedactor } from '../../../actions/lib/procedure/redact';
import { derive, type Rotated } from '../../../actions/lib/secrets/derive';

const OLD = 'tr0ub4dor&3 /x';
const FRESH = 'New_Value-1';

function rotated(more: Partial<Rotated> = {}): Rotated {
  return { name: 'PASSWORD', old: OLD, fresh: FRESH, derived: [], unrelated: [], ...more };
}

function derived(values: Record<string, string>, more: Partial<Rotated> = {}) {
  const one = rotated(more);
  const { values: made, doubts } = derive(new Map(Object.entries({ [one.name]: one.old, ...values })), [one]);
  return { made: Object.fromEntries(made), doubts };
}

const base64 = (text: string): string => Buffer.from(text).toString('base64');

it.each([
  ['a URL', (value: string) => `postgres://app:${encodeURIComponent(value)}@db:5432/app?sslmode=disable`],
  [
    'a URL in small hexadecimals',
    (value: string) =>
      `postgres://app:${encodeURIComponent(value).replace(/%../g, (code) => code.toLowerCase())}@db/app`,
  ],
  ['a form', (value: string) => `user=app&password=${new URLSearchParams([['', value]]).toString().slice(1)}`],
  ['a keyword string', (value: string) => `host=db user=app password='${value}'`],
  ['JSON', (value: string) => JSON.stringify({ password: value })],
  ['a header', (value: string) => `Authorization: Basic ${base64(`app:${value}`)}`],
  ['base64 in base64', (value: string) => base64(`auth: ${base64(`app:${value}`)}`)],
  ['several', (value: string) => `app:${value},admin:${value}`],
])('%s with the value in it is rewritten', (_what, write) => {
  expect(derived({ OTHER: write(OLD), APART: 'postgres://app@db/app' })).toEqual({
    made: { OTHER: write(FRESH) },
    doubts: [],
  });
});

it('a new value is percent-encoded where it stands in a URL, though the old one needed none', () => {
  const fresh = 'p@ss:w/rd#1';
  const values = { URL: 'redis://:0ldPassw0rd@cache:6379/0', PLAIN: 'key 0ldPassw0rd' };
  expect(derived(values, { old: '0ldPassw0rd', fresh }).made).toEqual({
    URL: `redis://:${encodeURIComponent(fresh)}@cache:6379/0`,
    PLAIN: `key ${fresh}`,
  });
});

it('an equal value is a copy or chance, which only a person knows', () => {
  const values = { COPY: OLD };
  expect(derived(values)).toEqual({ made: {}, doubts: ['COPY has the same value as PASSWORD'] });
  expect(derived(values, { derived: ['COPY'] })).toEqual({ made: { COPY: FRESH }, doubts: [] });
  expect(derived(values, { unrelated: ['COPY'] })).toEqual({ made: {}, doubts: [] });
});

it('a word as a password is replaced where the password of a URL stands, and nowhere else in it', () => {
  const old = 'postgres';
  const url = (password: string) => `postgres://postgres:${password}@postgres:5432/postgres`;
  expect(
    derived(
      { URL: url(old), USER_NAME: 'app', JDBC: 'jdbc:postgresql://db/x?user=postgres&password=postgres' },
      { old },
    ).made,
  ).toEqual({
    URL: url(FRESH),
    JDBC: `jdbc:postgresql://db/x?user=postgres&password=${FRESH}`,
  });
  expect(derived({ IMAGE: 'acme/postgres:16' }, { old }).doubts).toEqual([
    'IMAGE may hold PASSWORD, which is short or a word',
  ]);
  expect(derived({ NAME: 'postgresql' }, { old })).toEqual({ made: {}, doubts: [] });
});

it.each([
  ['begins', '0ldPassw0rd-of-the-admin'],
  ['ends', 'x_0ldPassw0rd'],
  ['continues', 'postgres://admin:0ldPassw0rd2@db/app'],
])('a value that another word %s with is a part or chance, which only a person knows', (_how, value) => {
  const old = '0ldPassw0rd';
  const doubts = ['ADMIN holds PASSWORD as a part of a longer word'];
  expect(derived({ ADMIN: value }, { old })).toEqual({ made: {}, doubts });
  expect(derived({ ADMIN: value }, { old, unrelated: ['ADMIN'] })).toEqual({ made: {}, doubts: [] });
  expect(derived({ ADMIN: value }, { old, derived: ['ADMIN'] }).made).toEqual({ ADMIN: value.replace(old, FRESH) });
});

it('an escape or an encoded sign before a value is not a part of its word', () => {
  const old = '0ldPassw0rd';
  const values = { KEY: `a\\n${old}`, QUERY: `x%3D${old}`, PATH: `x/${old}/y` };
  expect(derived(values, { old })).toEqual({
    made: { KEY: `a\\n${FRESH}`, QUERY: `x%3D${FRESH}`, PATH: `x/${FRESH}/y` },
    doubts: [],
  });
});

it('a PIN is not looked for within other numbers', () => {
  expect(derived({ PORT: '1234567', HASH: 'a123456b' }, { old: '123456', fresh: '654321' })).toEqual({
    made: {},
    doubts: [],
  });
  expect(derived({ PHONE: '+49-123456' }, { old: '123456', fresh: '654321' }).doubts).toHaveLength(1);
});

it('two old values are each replaced by their new one, also if one is within the other', () => {
  const [a, b] = [
    rotated({ name: 'A', old: 'alpha-111', fresh: 'New1' }),
    rotated({ name: 'B', old: 'alpha-111-beta', fresh: 'New2' }),
  ];
  const { values, from } = derive(
    new Map([
      ['A', a.old],
      ['B', b.old],
      ['BOTH', `${b.old}|${a.old}`],
    ]),
    [a, b],
  );
  expect(values.get('BOTH')).toBe('New2|New1');
  expect(from.get('BOTH')).toEqual(['B', 'A']);
});

it('no part of an old value is left, and the text around it stays', () => {
  const telling = fc
    .string({ minLength: 8, maxLength: 40, unit: 'grapheme-ascii' })
    .filter((text) => new Set(text).size >= 5 && !/^(?:[A-Za-z]+|\d+)$/.test(text) && text.trim() === text);
  const contexts: ((value: string) => string)[] = [
    (value) => `postgres://app:${encodeURIComponent(value)}@db/app`,
    (value) => `x ${value} y`,
    (value) => JSON.stringify([value]),
    (value) => `Basic ${base64(`app:${value}`)}`,
  ];
  fc.assert(
    fc.property(telling, telling, fc.constantFrom(...contexts), (old, fresh, write) => {
      fc.pre(!fresh.includes(old) && !old.includes(fresh) && !write('').includes(old));
      const { made } = derived({ OTHER: write(old) }, { old, fresh });
      expect(made).toEqual({ OTHER: write(fresh) });
      const redactor = createRedactor();
      redactor.add(old);
      expect(redactor.apply(made.OTHER!)).toBe(made.OTHER);
    }),
  );
});

it('a URL whose properties are never percent-encoded gets the value itself', () => {
  const { made } = derived(
    { DSN: 'jdbc:sqlserver://db;user=sa;password=old-password-1', URL: 'redis://:old-password-1@x' },
    { old: 'old-password-1', fresh: 'Ab+/c=12' },
  );
  expect(made).toEqual({ DSN: 'jdbc:sqlserver://db;user=sa;password=Ab+/c=12', URL: 'redis://:Ab%2B%2Fc%3D12@x' });
});
