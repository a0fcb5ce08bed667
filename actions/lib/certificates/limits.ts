/**
 * What Let's Encrypt still allows, as far as the record of this host tells. Each limit is a bucket: it holds so many
 * orders at once, and gets one back after each so many seconds.
 * Source: https://letsencrypt.org/docs/rate-limits, August 2026. Other hosts order for a registered domain, too, and
 * new accounts of an address are not counted: there is one for each CA. Renewals at the time that the CA suggests (ARI) count against none of them.
 */
import type { Attempt } from './attempts';

interface Bucket {
  /** So many at once. */
  readonly most: number;
  /** Seconds after which one more is allowed. */
  readonly refill: number;
}

/** Certificates for the very same names. */
export const SAME_SET: Bucket = { most: 5, refill: 34 * 3600 };
/** Failed validations of one name. */
export const FAILURES: Bucket = { most: 5, refill: 12 * 60 };
/** Orders of one account, whatever their end. */
const ORDERS: Bucket = { most: 300, refill: 36 };

/** New certificates of one registered domain; renewals do not count. */
const DOMAIN: Bucket = { most: 50, refill: 202 * 60 };

/** One limit, and how much of it is left. */
interface Left {
  readonly of:
    | 'certificates for the same names'
    | 'failed validations'
    | 'orders of the account'
    | 'new certificates of the registered domain';
  readonly left: number;
  readonly most: number;
}

/**
 * @param attempts of the record, oldest first @param now seconds since the epoch, by the host's clock
 *
 * @returns empty: the limits of this CA are not known
 */
export function leftOfLimits(
  attempts: readonly Attempt[],
  { server, names }: Pick<Attempt, 'server' | 'names'>,
  now: number,
): Left[] {
  if (!isLetsEncrypt(server)) return [];
  const past = attempts.filter((one) => one.server === server && one.at <= now);
  const failed = past.filter(
    ({ outcome, names: own }) => outcome === 'failed' && own.some((one) => names.includes(one)),
  );
  const left = (of: Left['of'], bucket: Bucket, all: readonly Attempt[]): Left => {
    const used = Math.ceil(usedOf(all, bucket, now).used);
    return { of, left: Math.max(0, bucket.most - used), most: bucket.most };
  };
  return [
    left('certificates for the same names', SAME_SET, issuedFor(past, names)),
    left('failed validations', FAILURES, failed),
    left('orders of the account', ORDERS, past),
    left('new certificates of the registered domain', DOMAIN, firstOf(past, names)),
  ];
}

/**
 * The first of each set of names, for sets that may belong to the same registered domain. Where a registered domain ends
 * is not known here. It has at least two labels, so those with the same last two are never too few.
 */
function firstOf(attempts: readonly Attempt[], names: readonly string[]): Attempt[] {
  const ends = new Set(names.map(endOf));
  const seen = new Set<string>();
  return attempts.filter((one) => {
    const key = [...one.names].sort().join(' ');
    if (!/^(issued|rejected)$/.test(one.outcome) || seen.has(key)) return false;
    seen.add(key);
    return one.names.some((name) => ends.has(endOf(name)));
  });
}

function endOf(name: string): string {
  return name.split('.').slice(-2).join('.');
}

/** Those that ended with a certificate for exactly these names. */
export function issuedFor(attempts: readonly Attempt[], names: readonly string[]): Attempt[] {
  const key = [...names].sort().join(' ');
  return attempts.filter((one) => /^(issued|rejected)$/.test(one.outcome) && [...one.names].sort().join(' ') === key);
}

/**
 * @param now seconds since the epoch; left out: at the time of the last of them
 *
 * @returns how much of the bucket is used, and when the last of them was
 */
export function usedOf(
  attempts: readonly Attempt[],
  { refill }: Bucket,
  now?: number,
): { readonly used: number; readonly last: number } {
  let used = 0;
  let last = 0;
  for (const { at } of [...attempts].sort((a, b) => a.at - b.at)) {
    used = Math.max(0, used - (at - last) / refill) + 1;
    last = at;
  }
  return { used: now === undefined ? used : Math.max(0, used - (now - last) / refill), last };
}

export function isLetsEncrypt(server: string): boolean {
  return URL.canParse(server) && /(^|\.)letsencrypt\.org$/.test(new URL(server).hostname);
}
