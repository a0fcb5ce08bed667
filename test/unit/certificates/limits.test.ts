import { expect, it } from 'vitest';
import type { Attempt } from '../../../actions/lib/certificates/attempts';
import { leftOfLimits } from '../../../actions/lib/certificates/limits';

const SERVER = 'https://acme-v02.api.letsencrypt.org/directory';
const HOUR = 3600;
const NOW = 1_800_000_000;
const names = ['shop.example', 'www.shop.example'];
const attempt = (hoursAgo: number, outcome: Attempt['outcome'], more: Partial<Attempt> = {}): Attempt => ({
  ...{ at: NOW - hoursAgo * HOUR, lineage: 'shop.example', server: SERVER, names, outcome },
  ...more,
});
const left = (...attempts: Attempt[]): readonly number[] =>
  leftOfLimits(attempts, { server: SERVER, names }, NOW).map((one) => one.left);

it('without an order each limit is whole', () => {
  expect(leftOfLimits([], { server: SERVER, names }, NOW)).toEqual([
    { of: 'certificates for the same names', left: 5, most: 5 },
    { of: 'failed validations', left: 5, most: 5 },
    { of: 'orders of the account', left: 300, most: 300 },
    { of: 'new certificates of the registered domain', left: 50, most: 50 },
  ]);
});

it('a certificate counts for its own names alone, and comes back after 34 hours', () => {
  expect(left(attempt(0, 'issued'))[0]).toBe(4);
  expect(left(attempt(33, 'issued'))[0]).toBe(4);
  expect(left(attempt(34, 'issued'))[0]).toBe(5);
  expect(left(attempt(1, 'issued'), attempt(0, 'rejected'))[0]).toBe(3);
  expect(left(attempt(0, 'issued', { names: [...names].reverse() }))[0]).toBe(4);
  expect(left(attempt(0, 'issued', { names: ['shop.example'] }))[0]).toBe(5);
  expect(left(...[5, 4, 3, 2, 1, 0].map((hours) => attempt(hours, 'issued')))[0]).toBe(0);
});

it('a failure counts for each name that it has in common, and comes back after 12 minutes', () => {
  expect(left(attempt(0, 'failed'))[1]).toBe(4);
  expect(left(attempt(0.2, 'failed'))[1]).toBe(5);
  expect(left(attempt(0, 'failed', { names: ['www.shop.example', 'other.example'] }))[1]).toBe(4);
  expect(left(attempt(0, 'failed', { names: ['other.example'] }))[1]).toBe(5);
  expect(left(attempt(0, 'issued'))[1]).toBe(5);
});

it('each order counts for the account; one that lies in the future, or of another CA, does not', () => {
  expect(left(attempt(0, 'begun'))[2]).toBe(299);
  expect(left(attempt(-1, 'issued'))).toEqual([5, 5, 300, 50]);
  expect(left(attempt(0, 'issued', { server: 'https://acme-staging-v02.api.letsencrypt.org/directory' }))).toEqual([
    5, 5, 300, 50,
  ]);
});

it('a new set of names counts for its registered domain, a renewal of it does not', () => {
  expect(left(attempt(9, 'issued'), attempt(0, 'issued'))[3]).toBe(48 + 2);
  expect(left(attempt(1, 'issued'), attempt(0, 'issued'))[3]).toBe(49);
  const own = { names: ['api.shop.example'] };
  expect(
    left(attempt(0, 'issued'), attempt(0, 'issued', own), attempt(0, 'failed', { names: ['x.shop.example'] }))[3],
  ).toBe(48);
  expect(left(attempt(0, 'issued', { names: ['shop.test'] }))[3]).toBe(50);
});

it('of another CA no limits are known', () => {
  expect(leftOfLimits([attempt(0, 'issued')], { server: 'https://ca.example/dir', names }, NOW)).toEqual([]);
});
