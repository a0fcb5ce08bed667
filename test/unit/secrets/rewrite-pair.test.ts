import { expect, it } from 'vitest';
import { derive, type Rotated } from '../../../actions/lib/secrets/derive';
import { rewritePair } from '../../../actions/lib/secrets/rewrite-pair';

const OLD = 'p@ss/w0rd-1';
const one: Rotated = {
  ...{ name: 'DB_PASSWORD', old: OLD, fresh: 'New-1', derived: [], unrelated: [] },
  role: { name: 'DB_USER', old: 'shop', fresh: 'shop_2' },
};
const base64 = (text: string): string => Buffer.from(text).toString('base64');

it.each([
  ['a URL', (user: string, password: string) => `postgres://${user}:${encodeURIComponent(password)}@db:5432/shop`],
  [
    'parameters of a URL',
    (user: string, password: string) =>
      `jdbc:postgresql://db/shop?user=${user}&password=${encodeURIComponent(password)}`,
  ],
  ['a keyword string', (user: string, password: string) => `host=db dbname=shop user=${user} password='${password}'`],
  ['.NET', (user: string, password: string) => `Host=db;Username=${user};Password=${password};Database=shop`],
  ['JSON', (user: string, password: string) => JSON.stringify({ user, password, database: 'shop' })],
  ['a password file', (user: string, password: string) => `db:5432:shop:${user}:${password}`],
  ['a header', (user: string, password: string) => `Basic ${base64(`${user}:${password}`)}`],
])('in %s both change, and a database of the same name stays', (_what, write) => {
  const { values, doubts } = derive(
    new Map([
      ['DB_PASSWORD', OLD],
      ['DB_USER', 'shop'],
      ['URL', write('shop', OLD)],
    ]),
    [one],
  );
  expect(Object.fromEntries(values)).toEqual({ URL: write('shop_2', 'New-1') });
  expect(doubts).toEqual([]);
});

it.each([
  ['another user', `postgres://other:${encodeURIComponent(OLD)}@db/shop`],
  ['no user', `key=${OLD}`],
  ['two users', `user=shop user=shop password=${OLD}`],
])('a value with %s beside it is ambiguous', (_what, value) => {
  const { values, doubts } = derive(
    new Map([
      ['DB_PASSWORD', OLD],
      ['DB_USER', 'shop'],
      ['URL', value],
    ]),
    [one],
  );
  expect(values.size).toBe(0);
  expect(doubts).toEqual(['URL holds DB_PASSWORD, but not its user beside it']);
});

it('a value without the password stays', () => {
  for (const text of ['postgres://shop:other@db/shop', 'shop', ''])
    expect(rewritePair(text, { old: 'shop', fresh: 'shop_2' }, { old: OLD, fresh: 'New-1' })).toBe(text);
});
