import { type AddressInfo, connect } from 'node:net';
import { createServer } from 'node:tls';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Asked } from '../../../actions/lib/certificates/ask';
import { type Chain, chainOf } from '../../../actions/lib/certificates/certificate';
import { seenOutside } from '../../../actions/lib/certificates/outside';
import { problemsOutside } from '../../../actions/renew-certs/outside';
import { testCa } from './make';

const ca = testCa();
const { cert, key } = ca.pair({ san: 'DNS:shop.example' });
const server = createServer({ cert, key });
let port = 0;
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  port = (server.address() as AddressInfo).port;
});
afterAll(() => {
  server.close();
  ca.close();
});

const PUBLIC = '203.0.114.7';
const NOW = Date.now() + 60_000;
const asked = (served: Chain, name: string | null = 'shop.example', at = 443): Asked =>
  ({ question: { name }, port: at, served }) as unknown as Asked;
const see = (answers: readonly Asked[], addresses: readonly string[], now = NOW, chains: readonly Chain[] = []) => {
  const dialed: string[] = [];
  const dial = async (address: string) => {
    dialed.push(address);
    if (address !== PUBLIC) throw new Error(address.includes(':') ? 'connect ENETUNREACH' : 'refused');
    return connect(port, '127.0.0.1');
  };
  return seenOutside(answers, chains, now, { lookup: async () => addresses, dial }).then((seen) => ({ seen, dialed }));
};
const other = [asked(ca.chain({ san: 'DNS:shop.example' }))];

it('the certificate of the host, seen from outside, is right', async () => {
  expect((await see([asked(chainOf(cert))], [PUBLIC])).seen).toMatchObject([{ kind: 'same', text: '' }]);
});

it('an address that does not answer is unseen, but for one to which the runner has no way beside another', async () => {
  const [, silent] = (await see([asked(chainOf(cert))], [PUBLIC, '203.0.114.8', '2a00::1'])).seen;
  expect(silent).toMatchObject({ kind: 'unseen', text: 'shop.example at 203.0.114.8: refused', ends: null });
  expect((await see([asked(chainOf(cert))], [PUBLIC, '2a00::1'])).seen).toHaveLength(1);
  expect((await see([asked(chainOf(cert))], ['2a00::1'])).seen).toMatchObject([{ kind: 'unseen' }]);
});

it('a valid certificate of somebody else is named with its cause', async () => {
  expect((await see(other, [PUBLIC])).seen).toMatchObject([
    {
      kind: 'other',
      text: expect.stringMatching(
        /^shop\.example: clients from outside, at 203\.0\.114\.7, are served a certificate that is not the one .* a CDN or a balancer/,
      ),
    },
  ]);
});

it('a certificate that clients reject is invalid', async () => {
  const later = NOW + 91 * 24 * 3_600_000;
  const codes = async (now: number) => problemsOutside((await see(other, [PUBLIC], now)).seen).map(({ code }) => code);
  expect([await codes(NOW), await codes(later)]).toEqual([[], ['RB-CERT-INVALID']]);
  expect((await see(other, [PUBLIC], later)).seen[0]).toMatchObject({
    kind: 'invalid',
    text: expect.stringContaining('it expired at'),
  });
  const name = 'other.example';
  expect((await see([asked(ca.chain({ san: `DNS:${name}` }), name)], [PUBLIC])).seen[0]).toMatchObject({
    kind: 'invalid',
    text: expect.stringContaining('it is not for other.example'),
  });
  const [leaf] = chainOf(cert);
  const whole = [...chainOf(cert), ...chainOf(ca.own)];
  expect((await see([asked(whole)], [PUBLIC])).seen[0]?.kind).toBe('same');
  expect((await see([asked([{ ...leaf!, fingerprint: 'x' }])], [PUBLIC])).seen[0]?.kind).toBe('other');
});

it('a former certificate of this host is a copy that was not renewed', async () => {
  const newer = [asked(ca.chain({ san: 'DNS:shop.example', days: 91 }))];
  const { seen } = await see(newer, [PUBLIC], NOW, [chainOf(cert)]);
  expect(seen[0]).toMatchObject({ kind: 'former', text: expect.stringContaining('has a copy of it') });
  expect(problemsOutside(seen).map(({ code }) => code)).toEqual(['RB-CERT-NOT-SERVED']);
  const older = [asked(ca.chain({ san: 'DNS:shop.example', days: 80 }))];
  expect((await see(older, [PUBLIC], NOW, [chainOf(cert)])).seen[0]?.kind).toBe('other');
});

it('a chain that is cut on the way is invalid', async () => {
  const bare = createServer({ cert: cert.slice(0, cert.indexOf('-----END') + 25), key });
  await new Promise<void>((resolve) => bare.listen(0, '127.0.0.1', resolve));
  const way = {
    lookup: async () => [PUBLIC],
    dial: async () => connect((bare.address() as AddressInfo).port, '127.0.0.1'),
  };
  expect((await seenOutside([asked(chainOf(cert))], [], NOW, way))[0]).toMatchObject({
    kind: 'invalid',
    text: expect.stringContaining('with another chain: the chain is missing'),
  });
  bare.close();
});

it('addresses that are not public, other ports and what has no name are not asked', async () => {
  const chain = ca.chain({ san: 'DNS:shop.example' });
  expect((await see([asked(chain)], ['10.0.0.1', '127.0.0.1'])).dialed).toEqual([]);
  expect((await see([asked(chain, null), asked(chain, 'shop.example', 8883)], [PUBLIC])).dialed).toEqual([]);
});
