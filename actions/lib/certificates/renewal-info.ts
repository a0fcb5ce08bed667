/** When a CA suggests to renew. Source: RFC 9773 (ACME Renewal Information). */
import { z } from 'zod';
import type { Dial } from '../stack/probe';
import type { Certificate } from './certificate';
import { askCa, askDirectory, type Ca, json } from './directory';
import type { Window } from './due';
import type { Answer } from './https';

export interface Suggestion extends Window {
  /** The time before which the CA must not be asked again. Milliseconds since the epoch, like all times here. */
  readonly until: number;
  /** URL of the page on which the CA explains it; `null`: none. */
  readonly explanation: string | null;
}

/** Keys are identifiers of certificates. */
export type Suggestions = Readonly<Record<string, Suggestion>>;

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
/** Milliseconds until the next question, if the CA names no time. */
const AGAIN_AFTER = 6 * 60 * MINUTE;

/**
 * @param text output of `openssl x509 -text`
 * @returns the key identifier of the issuer, hexadecimal; `null`: the certificate has none
 */
export function authorityKeyIn(text: string): string | null {
  const [, after = ''] = text.split(/X509v3 Authority Key Identifier:[^\n]*\n/);
  const [, found] =
    /^\s*(?:keyid:)?((?:[0-9A-Fa-f]{2}:)+[0-9A-Fa-f]{2})\s*$/m.exec(after.split(/X509v3 /)[0] ?? '') ?? [];
  return found?.replaceAll(':', '').toLowerCase() ?? null;
}

/** The identifier of a certificate, RFC 9773, 4.1. @param authorityKey hexadecimal */
export function certificateId(authorityKey: string, { serial }: Pick<Certificate, 'serial'>): string {
  const even = serial.length % 2 === 0 ? serial : `0${serial}`;
  // In DER a first bit that is set would make the number negative.
  const bytes = Buffer.from(Number.parseInt(even.slice(0, 2), 16) >= 0x80 ? `00${even}` : even, 'hex');
  return `${Buffer.from(authorityKey, 'hex').toString('base64url')}.${bytes.toString('base64url')}`;
}

/**
 * @returns `null`: the CA makes no suggestions
 * @throws {Error} where the CA could not be asked, or its answer cannot be used
 */
export async function askRenewalInfo(dial: Dial, ca: Ca, id: string, now: number): Promise<Suggestion | null> {
  const { renewalInfo } = await askDirectory(dial, ca);
  if (renewalInfo === null) return null;
  return suggestionIn(await askCa(dial, ca, `${renewalInfo.replace(/\/$/, '')}/${id}`), now);
}

const answers = z.object({
  suggestedWindow: z.object({
    start: z.iso.datetime({ offset: true }),
    end: z.iso.datetime({ offset: true }),
  }),
  explanationURL: z
    .string()
    .regex(/^https?:\/\/\S+$/)
    .optional()
    .catch(undefined),
});

/** @throws {Error} where the answer holds no window that begins before it ends */
export function suggestionIn({ body, retryAfter }: Pick<Answer, 'body' | 'retryAfter'>, now: number): Suggestion {
  const found = answers.safeParse(json(body));
  if (!found.success) throw new Error('its answer has no renewal window');
  const { suggestedWindow, explanationURL = null } = found.data;
  const [start, end] = [Date.parse(suggestedWindow.start), Date.parse(suggestedWindow.end)];
  if (start >= end)
    throw new Error(`it names a window that ends before it begins (${suggestedWindow.start}, ${suggestedWindow.end})`);
  return { start, end, until: now + pauseIn(retryAfter, now), explanation: explanationURL };
}

/** Reads seconds or a date; RFC 9773, 4.3.2: at least a minute, at most a day. */
function pauseIn(text: string | null, now: number): number {
  const named = text === null ? Number.NaN : /^\d+$/.test(text) ? Number(text) * 1000 : Date.parse(text) - now;
  return Number.isNaN(named) ? AGAIN_AFTER : Math.min(Math.max(named, MINUTE), DAY);
}

const kept = z.record(
  z.string(),
  z.object({ start: z.number(), end: z.number(), until: z.number(), explanation: z.string().nullable() }),
);

/** Reads what an earlier run kept on the host; anything else counts as nothing. */
export function parseSuggestions(text: string): Suggestions {
  const found = kept.safeParse(json(text));
  return found.success ? found.data : {};
}
