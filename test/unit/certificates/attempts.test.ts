import { describe, expect, it } from 'vitest';
import { type Attempt, parseAttempts, refusalIn, waitFor } from '../../../actions/lib/certificates/attempts';

const SERVER = 'https://acme-v02.api.letsencrypt.org/directory';
const HOUR = 3600;
const NOW = 1_800_000_000;
const wanted = {
  lineage: 'shop.example',
  server: SERVER,
  names: ['shop.example', 'www.shop.example'],
  emergency: false,
  fresh: false,
};

function attempt(hoursAgo: number, outcome: Attempt['outcome'], more: Partial<Attempt> = {}): Attempt {
  const { lineage, server, names } = wanted;
  return { at: NOW - hoursAgo * HOUR, lineage, server, names, outcome, ...more };
}

it('without a record no run waits', () => {
  expect(waitFor([], wanted, NOW)).toBeNull();
  expect(parseAttempts('{"at":1,"names":["a"]}\n{"at":2,"na')).toHaveLength(1);
});

it('the answer of the CA ranks above everything else, for its lineage and its server only', () => {
  const limited = [attempt(1, 'limited', { until: NOW + 5 * HOUR })];
  expect(waitFor(limited, wanted, NOW)).toMatchObject({
    until: NOW + 5 * HOUR,
    why: 'the CA asked for that at 2027-01-15T07:00Z',
  });
  expect(waitFor(limited, { ...wanted, emergency: true }, NOW)?.until).toBe(NOW + 5 * HOUR);
  expect(waitFor(limited, wanted, NOW + 5 * HOUR)).toBeNull();
  expect(waitFor(limited, { ...wanted, server: 'https://staging.example/dir' }, NOW)).toBeNull();
  expect(waitFor(limited, { ...wanted, lineage: 'other.example' }, NOW)).toBeNull();
});

it("the CA's own words are kept with their time, and bind others where they are for the account or the domain", () => {
  const until = NOW + 5 * HOUR;
  const said = (text: string) => attempt(1, 'limited', { until, said: refusalIn([text], NOW).said ?? '' });
  const domain = said(
    'too many certificates (50) already issued for "shop.example" in the last 168h0m0s, retry after x',
  );
  const other = { ...wanted, lineage: 'other', names: ['other.shop.example'] };
  expect(waitFor([domain], wanted, NOW)?.why).toBe(
    'the CA asked for that at 2027-01-15T07:00Z: too many certificates (50) already issued for shop.example in the last 168h0m0s, retry after x',
  );
  expect(waitFor([domain], { ...other, fresh: true }, NOW)?.until).toBe(until);
  expect(waitFor([domain], other, NOW)).toBeNull();
  expect(waitFor([domain], { ...other, fresh: true, names: ['othershop.example'] }, NOW)).toBeNull();
  const account = said('too many new orders (300) from this account in the last 3h0m0s');
  expect(waitFor([account], other, NOW)?.until).toBe(until);
  const set = said('too many certificates (5) already issued for this exact set of identifiers in the last 168h0m0s');
  expect(waitFor([set], { ...other, fresh: true }, NOW)).toBeNull();
});

it('a refusal of new accounts binds every lineage, and one for failures of a name all lineages with this name', () => {
  const until = NOW + 5 * HOUR;
  const said = (text: string) =>
    attempt(1, 'limited', {
      until,
      said: refusalIn([`urn:ietf:params:acme:error:rateLimited :: ${text}`], NOW).said ?? '',
    });
  const other = { ...wanted, lineage: 'other', names: ['other.example'] };
  const accounts = said('too many new registrations (10) from this IP address in the last 3h0m0s, retry after x');
  expect(waitFor([accounts], other, NOW)?.until).toBe(until);
  const block = said('too many new registrations (500) from this /48 subnet of IPv6 addresses in the last 3h0m0s');
  expect(waitFor([block], other, NOW)?.until).toBe(until);
  const failed = said('too many failed authorizations (5) for "www.shop.example" in the last 1h0m0s, retry after x');
  expect(waitFor([failed], { ...other, names: ['other.example', 'www.shop.example'] }, NOW)?.until).toBe(until);
  expect(waitFor([failed], { ...other, names: ['a.www.shop.example', 'shop.example'] }, NOW)).toBeNull();
});

it('after failures in a row a run waits 1 minute, 10, 100, then a day; an order of unknown end counts', () => {
  const pauses = [1, 2, 3, 4, 5].map((count) => {
    const failures = Array.from({ length: count }, (_, index) => attempt(0, index % 2 === 0 ? 'failed' : 'begun'));
    return (waitFor(failures, wanted, NOW)?.until ?? NOW) - NOW;
  });
  expect(pauses).toEqual([60, 600, 6000, 24 * HOUR, 24 * HOUR]);
  expect(waitFor([attempt(1, 'failed'), attempt(0, 'issued')], wanted, NOW)).toBeNull();
});

it('an emergency waits no longer than a failed validation takes to come back', () => {
  const failures = Array.from({ length: 6 }, () => attempt(0, 'failed'));
  expect(waitFor(failures, { ...wanted, emergency: true }, NOW)?.until).toBe(NOW + 12 * 60);
});

it('five certificates for one set of names are the most; one comes back every 34 hours', () => {
  const five = [4, 3, 2, 1, 0].map((hours) => attempt(hours, 'issued'));
  const wait = waitFor(five, wanted, NOW);
  expect(wait?.why).toMatch(/5 certificates for the same names/);
  expect((wait?.until ?? 0) - NOW).toBeGreaterThan(29 * HOUR);
  expect((wait?.until ?? 0) - NOW).toBeLessThanOrEqual(34 * HOUR);
  expect(waitFor(five.slice(1), wanted, NOW)).toBeNull();
  expect(waitFor(five, { ...wanted, names: ['shop.example'] }, NOW)).toBeNull();
  const elsewhere = five.map((one) => ({ ...one, server: 'https://ca.example/dir' }));
  expect(waitFor(elsewhere, { ...wanted, server: 'https://ca.example/dir' }, NOW)).toBeNull();
});

it('a clock that went back stops nothing', () => {
  expect(
    waitFor([attempt(-100, 'failed'), attempt(-100, 'limited', { until: NOW + 200 * HOUR })], wanted, NOW),
  ).toBeNull();
});

describe('the output of certbot on a refusal', () => {
  it.each([
    [
      'An unexpected error occurred:\nError creating new order :: too many certificates (5) already issued for this exact set of identifiers in the last 168h0m0s, retry after 2027-01-15 08:18:15 UTC: see https://letsencrypt.org/docs/rate-limits/',
      'limited',
      Date.UTC(2027, 0, 15, 8, 18, 15) / 1000,
    ],
    ['acme.messages.Error: urn:ietf:params:acme:error:rateLimited :: too many requests', 'limited', NOW + HOUR],
    ["requests.exceptions: 503 Server Error: Service Unavailable, headers {'Retry-After': '120'}", 'busy', NOW + 120],
    ['Challenge failed for domain shop.example\nSome challenges have failed.', 'refused', null],
    // The site's own page for maintenance.
    [
      'Detail: 10.0.0.1: Invalid response from http://shop.example/.well-known/acme-challenge/x: 503\nSome challenges have failed.',
      'refused',
      null,
    ],
    [
      'An unexpected error occurred:\n<Response [429]>\nThe CA answered HTTP 429, Retry-After: 120',
      'limited',
      NOW + 120,
    ],
    ['An unexpected error occurred:\n<Response [503]>\nThe CA answered HTTP 503', 'busy', NOW + HOUR],
    ['The CA answered HTTP 503, retry-after: Fri, 15 Jan 2027 09:00:00 GMT', 'busy', NOW + HOUR],
    ['Some challenges have failed.\nThe CA answered HTTP 400', 'refused', null],
    ['Renewing while the rollout is paused\nSome challenges have failed.', 'refused', null],
  ] as const)('%#', (text, kind, until) => {
    expect(refusalIn(text.split('\n'), NOW)).toMatchObject({ kind, until });
  });

  it('a paused identifier comes with the address where a person lifts it', () => {
    const text =
      'Your account is temporarily prevented from requesting certificates for shop.example and possibly others. Please visit: https://portal.letsencrypt.org/sfe/v1/unpause?jwt=abc.';
    expect(refusalIn([text], NOW)).toMatchObject({
      kind: 'paused',
      until: NOW + 24 * HOUR,
      link: 'https://portal.letsencrypt.org/sfe/v1/unpause?jwt=abc',
    });
  });
});
