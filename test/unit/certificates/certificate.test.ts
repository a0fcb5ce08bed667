import { afterAll, expect, it } from 'vitest';
import { brokenChain, chainOf, covers, leftOf, lifetimeOf } from '../../../actions/lib/certificates/certificate';
import { judgeCertificate, judgeServed, judgeSuccessor } from '../../../actions/lib/certificates/served';
import { testCa } from './make';

const ca = testCa();
afterAll(() => ca.close());
const DAY = 24 * 3600 * 1000;

it('the names of a certificate come only from its SAN, addresses in one spelling', () => {
  const [leaf] = ca.chain({ san: 'DNS:Shop.Example,DNS:*.shop.example,IP:10.0.0.1,IP:2001:db8:0:0:0:0:0:1' });
  expect(leaf?.names).toEqual(['shop.example', '*.shop.example', '10.0.0.1', '2001:db8::1']);
  expect(leaf?.issuer).toBe('Test CA');
  expect(leaf?.selfSigned).toBe(false);
  expect(lifetimeOf(leaf!)).toBeGreaterThanOrEqual(90 * DAY);
  expect(leftOf(leaf!, Date.now())).toMatch(/^(89|90) of 90 days$/);
});

it('a star stands for one label, and addresses are compared as such', () => {
  const names = { names: ['shop.example', '*.shop.example', '2001:db8::1'] };
  expect(['shop.example', 'WWW.shop.example', '2001:DB8:0::1'].map((name) => covers(names, name))).toEqual([
    true,
    true,
    true,
  ]);
  expect(['a.b.shop.example', 'example', 'ashop.example', '2001:db8::2'].map((name) => covers(names, name))).toEqual([
    false,
    false,
    false,
    false,
  ]);
});

it('a chain that is missing, or that leads elsewhere, is named', () => {
  const chain = ca.chain({ san: 'DNS:shop.example' });
  expect(brokenChain(chain)).toBeNull();
  expect(brokenChain(chain.slice(0, 1))).toMatch(/chain is missing.*Test CA/);
  const other = testCa('Test CA');
  expect(brokenChain([chain[0]!, ...chainOf(other.own)])).toMatch(/number 2 in it did not issue number 1/);
  other.close();
  expect(brokenChain(chainOf(ca.own))).toBeNull();
  expect(brokenChain([])).toMatch(/no certificate/);
});

it('a served certificate counts only if its whole chain is that of the file', () => {
  const file = ca.chain({ san: 'DNS:shop.example' });
  const same = ca.chain({ san: 'DNS:shop.example' });
  expect(judgeServed([file], file, 'shop.example')).toBeNull();
  // The same names and dates, another serial.
  expect(judgeServed([file], same, 'shop.example')).toMatch(/it serves the certificate with serial/);
  expect(judgeServed([file], file.slice(0, 1), 'shop.example')).toMatch(
    /a chain of 1 certificates, which differs from the chain of 2 in the file/,
  );
  expect(judgeServed([file], file, 'www.shop.example')).toMatch(/not for www.shop.example, but for shop.example/);
  expect(judgeServed([file], [], null)).toMatch(/no certificate was served/);
  // Two kinds of key for one name.
  expect(judgeServed([same, file], file, 'shop.example')).toBeNull();
});

it('a successor is never older, has every name, and brings its chain', () => {
  const now = Date.now() + 60_000;
  const former = ca.chain({ san: 'DNS:shop.example,DNS:www.shop.example', days: 60 });
  const fewer = ca.chain({ san: 'DNS:shop.example' });
  const older = ca.chain({ san: 'DNS:shop.example,DNS:www.shop.example', days: 30 });
  const star = ca.chain({ san: 'DNS:shop.example,DNS:*.shop.example' });
  const good = ca.chain({ san: 'DNS:www.shop.example,DNS:shop.example,DNS:api.shop.example' });
  expect(judgeSuccessor(good, former, now)).toBeNull();
  expect(judgeSuccessor(star, former, now)).toBeNull();
  expect(judgeSuccessor(fewer, former, now)).toBe('it lacks www.shop.example, which the former certificate has');
  expect(judgeSuccessor(older, former, now)).toMatch(/expires before the certificate that it would replace/);
  expect(judgeSuccessor(good.slice(0, 1), former, now)).toMatch(/chain is missing/);
  expect(judgeSuccessor([], former, now)).toMatch(/no certificate/);
  expect(judgeCertificate(former, null, now + 61 * DAY)).toMatch(/it expired at/);
  expect(judgeCertificate(former, null, now - 61 * DAY)).toMatch(/it is valid only from/);
  expect(judgeCertificate(former, 'api.shop.example', now)).toMatch(/not for api.shop.example/);
});
