import { createServer } from 'node:https';
import { type AddressInfo, connect } from 'node:net';
import { afterAll, describe, expect, it } from 'vitest';
import {
  askRenewalInfo,
  authorityKeyIn,
  certificateId,
  parseSuggestions,
  suggestionIn,
} from '../../../actions/lib/certificates/renewal-info';
import type { Dial } from '../../../actions/lib/stack/probe';
import { testCa } from './make';

const ca = testCa();
const HOUR = 3_600_000;
const NOW = Date.UTC(2027, 0, 1);
const body = (start: string, end: string, more = {}): string =>
  JSON.stringify({ suggestedWindow: { start, end }, ...more });
const GOOD = body('2027-02-01T00:00:00Z', '2027-02-02T00:00:00Z');

describe('the identifier of a certificate', () => {
  it('is that of the example in the standard, whose serial begins with a bit that is set', () => {
    expect(certificateId('69885b6b87464041e1b37b847ba0ae2cde01c8d4', { serial: '87654321' })).toBe(
      'aYhba4dGQEHhs3uEe6CuLN4ByNQ.AIdlQyE',
    );
  });

  it('has whole bytes of a serial of an odd number of digits', () => {
    expect(certificateId('00', { serial: 'ABC' })).toBe('AA.Crw');
  });

  it.each([
    ['of OpenSSL 3', '            X509v3 Authority Key Identifier: \n                69:88:5B:6B\n'],
    ['of OpenSSL 1.1', '    X509v3 Authority Key Identifier: \n        keyid:69:88:5B:6B\n\n    X509v3 Key Usage: '],
    [
      'with the name of the issuer',
      'X509v3 Authority Key Identifier: \n keyid:69:88:5B:6B\n DirName:/CN=x\n serial:01:02\n',
    ],
  ])('takes the key of the issuer from the words %s', (_of, text) => {
    expect(authorityKeyIn(text)).toBe('69885b6b');
  });

  it('is not made of the certificate’s own key, nor of a serial', () => {
    expect(authorityKeyIn('X509v3 Subject Key Identifier: \n 69:88\n')).toBeNull();
    expect(
      authorityKeyIn(
        'X509v3 Authority Key Identifier: \n DirName:/CN=x\n serial:01:02\n X509v3 Subject Key Identifier: \n 69:88\n',
      ),
    ).toBeNull();
  });
});

describe('an answer of the CA', () => {
  it.each([
    ['names seconds', '3600', HOUR],
    ['names a date', new Date(NOW + 2 * HOUR).toUTCString(), 2 * HOUR],
    ['names nothing', null, 6 * HOUR],
    ['names nothing that can be read', 'soon', 6 * HOUR],
    ['names a moment', '0', 60_000],
    ['names a month', '2592000', 24 * HOUR],
  ])('that %s is asked for again after a time between a minute and a day', (_what, retryAfter, after) => {
    expect(suggestionIn({ body: GOOD, retryAfter }, NOW)).toEqual({
      start: Date.UTC(2027, 1, 1),
      end: Date.UTC(2027, 1, 2),
      until: NOW + after,
      explanation: null,
    });
  });

  it('may have an offset in its times, and a page that says why', () => {
    const text = body('2027-02-01T01:00:00+01:00', '2027-02-02T00:00:00.5Z', {
      explanationURL: 'https://ca.example/x',
    });
    expect(suggestionIn({ body: text, retryAfter: null }, NOW)).toMatchObject({
      start: Date.UTC(2027, 1, 1),
      explanation: 'https://ca.example/x',
    });
  });

  it.each([
    ['', /no renewal window/],
    ['<html>', /no renewal window/],
    ['{"suggestedWindow":{"start":"2027-02-01T00:00:00Z"}}', /no renewal window/],
    ['{"suggestedWindow":{"start":"tomorrow","end":"2027-02-01T00:00:00Z"}}', /no renewal window/],
    [body('2027-02-02T00:00:00Z', '2027-02-01T00:00:00Z'), /ends before it begins/],
  ])('%j is not taken for one', (text, why) => {
    expect(() => suggestionIn({ body: text, retryAfter: null }, NOW)).toThrow(why);
  });

  it('that was kept on the host comes back, and a torn file counts as none', () => {
    const kept = { 'a.b': suggestionIn({ body: GOOD, retryAfter: null }, NOW) };
    expect(parseSuggestions(JSON.stringify(kept))).toEqual(kept);
    expect(parseSuggestions(JSON.stringify(kept).slice(0, 40))).toEqual({});
    expect(parseSuggestions('{"a.b":{"start":"x"}}')).toEqual({});
  });
});

describe('a server', () => {
  const { cert, key } = ca.pair({ san: 'DNS:ca.example' });
  let port = 0;
  const paths: string[] = [];
  const answers: Record<string, [number, string]> = {
    '/dir': [200, '{"newOrder":"https://ca.example/order","renewalInfo":"https://ca.example/info/"}'],
    '/old': [200, '{"newOrder":"https://ca.example/order"}'],
    '/text': [200, 'hello'],
    '/info/a.b': [200, GOOD],
    '/long': [200, ' '.repeat(100_000)],
  };
  const server = createServer({ cert, key }, (request, response) => {
    paths.push(request.url ?? '');
    const [status, text] = answers[request.url ?? ''] ?? [500, 'broken'];
    response.writeHead(status, { 'retry-after': '7200' }).end(text);
  });
  const listening = new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  afterAll(() => {
    server.close();
    ca.close();
  });
  const dialed: string[] = [];
  const dial: Dial = async (address) => {
    await listening;
    port = (server.address() as AddressInfo).port;
    dialed.push(address);
    return connect(port, '127.0.0.1');
  };
  const ask = (path: string, id = 'a.b', verified = false) =>
    askRenewalInfo(dial, { directory: `https://ca.example${path}`, verified }, id, NOW);

  it('is asked where its directory says', async () => {
    expect(await ask('/dir')).toMatchObject({ start: Date.UTC(2027, 1, 1), until: NOW + 2 * HOUR });
    expect(paths).toEqual(['/dir', '/info/a.b']);
    expect(new Set(dialed)).toEqual(new Set(['ca.example']));
  });

  it('whose directory names no place for it suggests nothing', async () => {
    expect(await ask('/old')).toBeNull();
  });

  it('that fails, is no CA, says too much or is somebody else says so', async () => {
    await expect(ask('/dir', 'c.d')).rejects.toThrow('ca.example answers 500');
    await expect(ask('/text')).rejects.toThrow('https://ca.example/text is not the directory of a CA');
    await expect(ask('/long')).rejects.toThrow(/too long|aborted/);
    await expect(ask('/dir', 'a.b', true)).rejects.toThrow(/certificate/);
  });
});
