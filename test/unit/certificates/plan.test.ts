import { afterAll, expect, it } from 'vitest';
import type { Asked } from '../../../actions/lib/certificates/ask';
import type { Attempt } from '../../../actions/lib/certificates/attempts';
import type { Chain } from '../../../actions/lib/certificates/certificate';
import type { Generations } from '../../../actions/lib/certificates/lineages';
import type { KnownLineage } from '../../../actions/lib/certificates/look';
import { planLineage } from '../../../actions/lib/certificates/plan';
import { testCa } from './make';

const ca = testCa();
afterAll(() => ca.close());
const DAY = 24 * 3600 * 1000;
const NOW = Date.now() + 60_000;
const EVERY = 12 * 3600 * 1000;

/** Days that are left of 90. */
function chain(left: number, san = 'DNS:shop.example'): Chain {
  const [leaf, ...above] = ca.chain({ san });
  return [{ ...leaf!, notBefore: NOW - (90 - left) * DAY, notAfter: NOW + left * DAY }, ...above];
}

const RENEWAL = {
  name: 'shop.example',
  authenticator: 'webroot',
  server: 'https://ca.example/dir',
  webroots: {},
  webroot: '/w',
  hooks: [],
};

function lineage(
  chains: Readonly<Record<number, Chain>>,
  linked: number | Generations['links'],
  renewal: KnownLineage['renewal'] = RENEWAL,
): KnownLineage {
  const numbers = Object.keys(chains).map(Number);
  const links =
    typeof linked === 'number' ? { cert: linked, chain: linked, fullchain: linked, privkey: linked } : linked;
  return {
    name: 'shop.example',
    renewal,
    generations: { links, whole: numbers },
    chains: new Map(numbers.map((number) => [number, chains[number]!])),
    hashes: new Map(numbers.map((number) => [number, `hash ${number}`])),
    issuers: new Map(),
  };
}

const asked = (served: Chain, problem: string | null = null): Asked =>
  ({ served, problem, lineage: 'shop.example', unseen: false }) as Asked;
const plan = (known: KnownLineage, answers: readonly Asked[], attempts: readonly Attempt[] = []) =>
  planLineage(known, { asked: answers, now: NOW, every: EVERY, window: null, attempts });
const rejected = (file: string): Attempt => ({
  at: 1,
  lineage: 'shop.example',
  server: '',
  names: [],
  outcome: 'rejected',
  file,
});

it('a served certificate that has time needs nothing', () => {
  const one = chain(60);
  expect(plan(lineage({ 1: one }, 1), [asked(one)])).toMatchObject({
    order: false,
    serve: false,
    relink: null,
    obstacle: null,
  });
});

it('the served certificate decides whether a lineage is due, not the newest one', () => {
  const old = chain(5);
  const newest = chain(80);
  // The proxy was never told.
  expect(plan(lineage({ 1: old, 2: newest }, 2), [asked(old, 'differs')])).toMatchObject({
    serve: true,
    order: false,
    relink: null,
  });
  // The links were put back.
  expect(plan(lineage({ 1: old, 2: newest }, 1), [asked(old)])).toMatchObject({ serve: true, order: false, relink: 2 });
});

it('a certificate that must not be served is left aside, and another one ordered', () => {
  const old = chain(5);
  const known = lineage({ 1: old, 2: chain(80) }, 1);
  expect(plan(known, [asked(old)], [rejected('hash 2')])).toMatchObject({ serve: false, order: true, relink: null });
  expect(plan(lineage({ 1: old, 2: chain(80, 'DNS:other.example') }, 1), [asked(old)])).toMatchObject({
    order: true,
    relink: null,
  });
});

it('links of a certbot that was killed lead to the newest whole generation again', () => {
  const old = chain(5);
  const torn = { cert: 2, chain: 2, fullchain: 1, privkey: 1 };
  expect(plan(lineage({ 1: old, 2: chain(80) }, torn), [asked(old, 'cannot be read')])).toMatchObject({
    relink: 2,
    serve: true,
    order: false,
  });
  expect(plan(lineage({ 1: old }, torn), [asked(old, 'cannot be read')])).toMatchObject({
    relink: 1,
    serve: true,
    order: true,
  });
});

it('an older or expired file does not replace the served certificate', () => {
  const serves = chain(60);
  expect(plan(lineage({ 1: chain(-1) }, 1), [asked(serves, 'differs')])).toMatchObject({
    serve: false,
    order: false,
    obstacle: { code: 'RB-CERT-NOT-SERVED' },
  });
  const late = chain(8);
  expect(plan(lineage({ 1: chain(-1) }, 1), [asked(late, 'differs')])).toMatchObject({
    serve: false,
    order: true,
    obstacle: null,
  });
});

it('a folder that nothing renews is named once it is due', () => {
  const fresh = chain(60);
  const old = chain(5);
  expect(plan(lineage({ 1: fresh }, 1, null), [asked(fresh)]).obstacle).toBeNull();
  expect(plan(lineage({ 1: old }, 1, null), [asked(old)])).toMatchObject({
    order: false,
    obstacle: { code: 'RB-CERT-UNMANAGED' },
  });
});

it('of several names the one with the oldest served certificate counts', () => {
  const old = chain(5);
  const fresh = chain(80);
  expect(plan(lineage({ 1: old, 2: fresh }, 2), [asked(fresh), asked(old, 'differs')])).toMatchObject({
    serve: true,
    order: false,
  });
});
