/** The first line of a summary about certificates. */
import { afterAll, describe, expect, it } from 'vitest';
import type { Asked } from '../../../actions/lib/certificates/ask';
import { verdictOf } from '../../../actions/renew-certs/verdict';
import { testCa } from './make';

const ca = testCa();
afterAll(() => ca.close());

// Later than the certificate, however long it took to make.
const NOW = Date.now() + 60_000;
const DAY = 24 * 3600 * 1000;
const served = ca.chain({ san: 'DNS:shop.example', days: 90 });
const asked = (more: Partial<Asked> = {}): Asked =>
  ({ question: { name: 'shop.example' }, served, problem: null, unseen: false, ...more }) as unknown as Asked;
const none = new Map<string, { planned: boolean }>();

describe('the verdict on certificates', () => {
  it('is that no user is affected where every name is served a valid certificate', () => {
    expect(verdictOf([asked()], none, NOW, false, [])).toMatch(
      /^No user is affected: .* which lasts for at least (89|90) days\. Nothing was changed\.$/,
    );
    expect(verdictOf([asked()], new Map([['shop', { planned: false }]]), NOW, true, [])).toMatch(/ New: shop\.$/);
  });

  it('is that users are affected where one name is served an invalid certificate', () => {
    const other = asked({ question: { name: 'blog.example' } as Asked['question'] });
    expect(verdictOf([asked(), other], none, NOW, false, [])).toContain(
      'USERS ARE AFFECTED: the certificate that is served for blog.example is not valid',
    );
    expect(verdictOf([asked()], none, NOW + 91 * DAY, false, [])).toContain('USERS ARE AFFECTED');
  });

  it('is that users are affected where clients from outside get an invalid certificate, and counts its days', () => {
    const outside = { name: 'shop.example', text: '', ends: NOW + 9.5 * DAY };
    expect(verdictOf([asked()], none, NOW, false, [{ ...outside, kind: 'invalid' }])).toContain(
      'USERS ARE AFFECTED: the certificate that clients from outside get for shop.example is not valid',
    );
    expect(verdictOf([asked()], none, NOW, false, [{ ...outside, kind: 'other' }])).toContain('for at least 9 days');
    expect(verdictOf([asked()], none, NOW, false, [{ ...outside, kind: 'unseen', ends: null }])).toMatch(
      /(89|90) days/,
    );
  });

  it('is unknown where no certificate was seen, and claims nothing after a vain attempt', () => {
    const unseen = asked({ unseen: true, served: [], problem: 'no answer' });
    expect(verdictOf([asked(), unseen], none, NOW, true, [])).toBe(
      'It is not known whether users are affected: the certificate that is served for shop.example could not be read.',
    );
    expect(verdictOf([], none, NOW, false, [])).toContain('no name was asked');
  });
});
