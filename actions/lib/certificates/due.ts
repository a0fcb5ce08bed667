/** When a certificate is to be renewed. Times are milliseconds since the epoch, durations milliseconds. */
import { createHash } from 'node:crypto';
import { type Certificate, lifetimeOf } from './certificate';

type Dates = Pick<Certificate, 'notBefore' | 'notAfter' | 'fingerprint'>;

/** The time in which the CA suggests to renew, by ARI (RFC 9773, 4.1). */
export interface Window {
  readonly start: number;
  readonly end: number;
}

export interface Due {
  readonly due: boolean;
  /** So little is left that waiting for our own limits on orders would do harm. */
  readonly emergency: boolean;
  /** The time from which it is due. */
  readonly at: number;
  /** Half a sentence: "a third of its lifetime is left". */
  readonly why: string;
}

const DAY = 24 * 3600 * 1000;
/** A certificate with a shorter lifetime is renewed when half of it is left, others when a third is left. */
const SHORT = 10 * DAY;
const EMERGENCY = 20;
/** So many runs must fall into the time between due and expired, because one of them may fail. */
const RUNS = 2;

/**
 * @param every milliseconds between two runs
 * @param window `null`: the CA was not asked, did not answer, or said nothing usable
 */
export function judgeDue(certificate: Dates, now: number, every: number, window: Window | null): Due {
  const { notAfter } = certificate;
  const lifetime = lifetimeOf(certificate);
  const emergency = notAfter - now < lifetime / EMERGENCY;
  const last = notAfter - Math.max(lifetime / EMERGENCY, Math.min(RUNS * every, lifetime / 2));
  const usable = window !== null && window.start < window.end ? window : null;
  const at = Math.min(last, usable === null ? notAfter - rest(lifetime) : moment(certificate, usable));
  // RFC 9773, 4.2: if the next run comes after that moment, this run renews.
  const due = now >= at || (usable !== null && now + every > at);
  return { due, emergency, at, why: because(certificate, { now, due, at, last, byCa: usable !== null }) };
}

function because(
  { notAfter }: Dates,
  { now, due, at, last, byCa }: { now: number; due: boolean; at: number; last: number; byCa: boolean },
): string {
  if (now >= notAfter) return 'it has expired';
  if (!due) return `due from ${new Date(at).toISOString().slice(0, 16)}Z on${byCa ? ', as the CA suggests' : ''}`;
  if (now >= last) return 'it is about to expire';
  return byCa ? 'the CA suggests renewing it now' : 'little of its lifetime is left';
}

/** The rest of the lifetime at which a renewal is due; see the integration guide of Let's Encrypt. */
function rest(lifetime: number): number {
  return lifetime < SHORT ? lifetime / 2 : lifetime / 3;
}

/**
 * A moment in the window: different for each certificate, but the same in each run, though runs keep no memory of it.
 */
function moment({ fingerprint }: Dates, { start, end }: Window): number {
  const number = createHash('sha256').update(fingerprint).digest().readUInt32BE(0);
  return start + (end - start) * (number / 2 ** 32);
}

/** A duration in words. */
export function hours(duration: number): string {
  const count = Math.round(duration / 3_600_000);
  return count >= 72 ? `${Math.round(count / 24)} days` : `${count} hours`;
}

/**
 * Whether runs come often enough for the lifetime. Reported from the first day on, not when the certificate expires.
 * @returns why not, or `null`
 */
export function tooSparse(certificate: Pick<Certificate, 'notBefore' | 'notAfter'>, every: number): string | null {
  const lifetime = lifetimeOf(certificate);
  if (rest(lifetime) >= RUNS * every) return null;
  return `a run every ${hours(every)} is too rare for a certificate of ${Math.round(lifetime / DAY)} days: it is renewed in the last ${hours(rest(lifetime))}, and ${RUNS} runs must fall into them, as one may fail`;
}

/** Less than a quarter of the lifetime is left: the automatic renewal, whatever it is, did not work. */
export function isLate(certificate: Pick<Certificate, 'notBefore' | 'notAfter'>, now: number): boolean {
  return certificate.notAfter - now < lifetimeOf(certificate) / 4;
}
