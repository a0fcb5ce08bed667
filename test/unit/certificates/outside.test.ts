import { type AddressInfo, connect } from 'node:net';
import { createServer } from 'node:tls';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Asked } from '../../../actions/lib/certificates/ask';
import { type Chain, chainOf } from '../../../actions/lib/certificates/certificate';
import { seenOutside } from '../../../actions/lib/certificates/outside';
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
const see = (answers: readonly Asked[], addresses: readonly string[], now = NOW) => {
  const dialed: string[] = [];
  const dial = async (address: string) => {
    dialed.push(address);
    if (address !== PUBLIC) throw new Error('refused');
    return connect(port, '127.0.0.1');
  };
  return seenOutside(answers, now, { lookup: async () => addresses, dial }).then((said) => ({ said, dialed }));
};

it('a certificate that is the same outside as on the host, or cannot be reached, is not named', async () => {
  expect((await see([asked(chainOf(cert))], [PUBLIC, '203.0.114.8'])).said).toEqual([]);
});

it('another certificate is named, and what is wrong with it', async () => {
  const other = [asked(ca.chain({ san: 'DNS:shop.example' }))];
  expect((await see(other, [PUBLIC])).said).toEqual([
    expect.stringMatching(
      /^shop\.example: clients from outside, at 203\.0\.114\.7, are served a certificate that is not the one/,
    ),
  ]);
  const later = NOW + 91 * 24 * 3_600_000;
  expect((await see(other, [PUBLIC], later)).said[0]).toContain('it expired at');
});

it('addresses that are not public, other ports and what has no name are not asked', async () => {
  const chain = ca.chain({ san: 'DNS:shop.example' });
  expect((await see([asked(chain)], ['10.0.0.1', '127.0.0.1'])).dialed).toEqual([]);
  expect((await see([asked(chain, null), asked(chain, 'shop.example', 8883)], [PUBLIC])).dialed).toEqual([]);
});
