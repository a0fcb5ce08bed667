/**
 * Counts orders, because a CA counts them too. The record lies on the host, because runners are thrown away. A time to
 * wait that the CA named comes before everything else; the other limits are those of Let's Encrypt, which other CAs
 * resemble.
 * Source: https://letsencrypt.org/docs/rate-limits and /docs/integration-guide (retries), August 2026.
 */
import { FAILURES, isLetsEncrypt, issuedFor, SAME_SET, usedOf } from './limits';

/** One line of the record. Times are seconds since the epoch, by the host's clock. */
export interface Attempt {
  readonly at: number;
  readonly lineage: string;
  /** URL of the CA's directory. */
  readonly server: string;
  /** Names that were asked for, sorted. */
  readonly names: readonly string[];
  /** `begun`: the end is not known. `rejected`: the certificate was issued, and could not be served. */
  readonly outcome: 'begun' | 'issued' | 'rejected' | 'failed' | 'limited';
  /** ID of one attempt: its last line counts. */
  readonly id?: string;
  /** SHA-256 of the file that was rejected. */
  readonly file?: string;
  /** The CA asked for no order before this time. */
  readonly until?: number;
  /** The CA's own words for that. */
  readonly said?: string;
}

interface Wanted {
  readonly lineage: string;
  readonly server: string;
  readonly names: readonly string[];
  readonly emergency: boolean;
  /** No certificate was issued for these names yet: some limits are for those alone. */
  readonly fresh: boolean;
}

interface Wait {
  /** Seconds since the epoch. */
  readonly until: number;
  readonly why: string;
}

const MINUTE = 60;
const HOUR = 3600;
/** Seconds to wait after one, two, three and more failures in a row. */
const PAUSES = [MINUTE, 10 * MINUTE, 100 * MINUTE, 24 * HOUR];

/** Reads lines of JSON, oldest first; leaves out a line that a crash tore. */
export function parseAttempts(text: string): Attempt[] {
  const found = text.split('\n').flatMap((line): Attempt[] => {
    try {
      const entry = JSON.parse(line) as Attempt;
      return typeof entry.at === 'number' && Array.isArray(entry.names) ? [entry] : [];
    } catch {
      return [];
    }
  });
  return found.filter(({ id }, index) => id === undefined || !found.slice(index + 1).some((later) => later.id === id));
}

/** @param now seconds since the epoch, by the host's clock @returns `null`: the CA may be asked now */
export function waitFor(attempts: readonly Attempt[], wanted: Wanted, now: number): Wait | null {
  // After the host's clock was set back, lines from the future must not stop renewals for ever.
  const past = attempts.filter(({ at, server }) => at <= now && server === wanted.server);
  const own = past.filter(({ lineage }) => lineage === wanted.lineage);
  const waits = [byCa(past, wanted), byPause(own, wanted.emergency), bySet(past, wanted)];
  const ahead = waits.filter((wait): wait is Wait => wait !== null && wait.until > now);
  return ahead.sort((a, b) => b.until - a.until)[0] ?? null;
}

function byCa(past: readonly Attempt[], wanted: Wanted): Wait | null {
  const [limited] = past
    .filter((one) => one.until !== undefined && binds(one, wanted))
    .sort((a, b) => (b.until ?? 0) - (a.until ?? 0));
  if (limited?.until === undefined) return null;
  const { at, said } = limited;
  const why = `the CA asked for that at ${new Date(at * 1000).toISOString().slice(0, 16)}Z`;
  return { until: limited.until, why: said === undefined ? why : `${why}: ${said}` };
}

/**
 * A refusal binds the lineage that met it. Others only where the CA's words say so: those of the account, those of new
 * accounts (certbot asked for one because it has none, whatever the lineage), those of a name that failed, and those of
 * the registered domain, which does not concern renewals.
 */
function binds({ lineage, said = '' }: Attempt, wanted: Wanted): boolean {
  if (lineage === wanted.lineage || /too many new (?:orders|registrations)/i.test(said)) return true;
  const [, failed] = /too many failed authorizations \(\d+\) for ([a-z0-9.:*-]+)/i.exec(said) ?? [];
  if (failed !== undefined && wanted.names.includes(failed.toLowerCase())) return true;
  const [, domain] = /already issued for ([a-z0-9-]+(?:\.[a-z0-9-]+)+)/i.exec(said) ?? [];
  return (
    wanted.fresh && domain !== undefined && wanted.names.some((name) => `.${name}`.endsWith(`.${domain.toLowerCase()}`))
  );
}

function byPause(own: readonly Attempt[], emergency: boolean): Wait | null {
  const last = own.findLastIndex(({ outcome }) => outcome === 'issued');
  const failures = own.slice(last + 1);
  const latest = failures.at(-1);
  if (latest === undefined) return null;
  const pause = PAUSES[Math.min(failures.length, PAUSES.length) - 1] ?? 0;
  return {
    until: latest.at + (emergency ? Math.min(pause, FAILURES.refill) : pause),
    why: `${failures.length === 1 ? 'the last try' : `the last ${failures.length} tries`} failed, and a CA counts failures`,
  };
}

/** Five certificates for one set of names may be issued at once; every 34 hours one more is allowed. */
function bySet(past: readonly Attempt[], { names, server }: Wanted): Wait | null {
  if (!isLetsEncrypt(server)) return null;
  const { used, last } = usedOf(issuedFor(past, names), SAME_SET);
  const over = used - (SAME_SET.most - 1);
  return over <= 0
    ? null
    : {
        until: Math.ceil(last + over * SAME_SET.refill),
        why: `${SAME_SET.most} certificates for the same names were issued`,
      };
}

/** A refusal of the CA, read from the output of certbot. */
export interface Refusal {
  readonly kind: 'limited' | 'paused' | 'busy' | 'refused';
  /** Seconds since the epoch; `null`: the CA named no time. */
  readonly until: number | null;
  /** URL of the page on which a person can lift the refusal. */
  readonly link: string | null;
  /** The CA's sentence, without characters that a record or a shell would have to quote; `null`: it gave none. */
  readonly said: string | null;
}

const LONGEST_SENTENCE = 300;

function sentenceIn(text: string): string | null {
  const [found] =
    /too many (?:certificates|failed|new orders|registrations|currently|requests)[^\n]*|your account is temporarily prevented[^\n]*|[^\n]*error:rateLimited[^\n]*/i.exec(
      text,
    ) ?? [];
  const plain = found?.replace(/https?:\S+/g, '').replace(/[^A-Za-z0-9 .,:()*_-]/g, '');
  return plain?.trim().slice(0, LONGEST_SENTENCE).trim() || null;
}

const BUSY_FOR = HOUR;

/** @param now seconds since the epoch */
export function refusalIn(log: readonly string[], now: number): Refusal {
  const text = log.join('\n');
  const [, answered] = /^(?:certbot: )?The CA answered HTTP (\d+)/m.exec(text) ?? [];
  const named = /retry after (\d{4}-\d\d-\d\d)[ T](\d\d:\d\d:\d\d)/i.exec(text);
  const header = /retry-after['"]?[:=]\s*['"]?(\d+)/i.exec(text)?.[1];
  const date = Date.parse(/retry-after: ([A-Z][a-z]{2}, \d[^,]*GMT)/i.exec(text)?.[1] ?? '') / 1000;
  const until =
    named !== null
      ? Date.parse(`${named[1]}T${named[2]}Z`) / 1000
      : header !== undefined
        ? now + Number(header)
        : Number.isNaN(date)
          ? null
          : date;
  const said = sentenceIn(text);
  const link = /https:\/\/\S*unpause\S*/.exec(text)?.[0].replace(/[).,'"]+$/, '') ?? null;
  if (link !== null || /temporarily prevented/i.test(text))
    return { kind: 'paused', until: until ?? now + 24 * HOUR, link, said };
  if (
    answered === '429' ||
    /error:rateLimited|too many (certificates|failed|new orders|registrations|currently)/i.test(text)
  )
    return { kind: 'limited', until: until ?? now + HOUR, link, said };
  if (answered === '503' || /\b503 Server Error\b|\bservice busy\b/i.test(text))
    return { kind: 'busy', until: until ?? now + BUSY_FOR, link, said };
  return { kind: 'refused', until, link, said };
}
