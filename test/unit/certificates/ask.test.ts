import { afterAll, expect, it } from 'vitest';
import { judgeAsked } from '../../../actions/lib/certificates/ask';
import type { Question } from '../../../actions/lib/certificates/questions';
import { testCa } from './make';

const ca = testCa();
afterAll(() => ca.close());
const judge = (san: string, question: Pick<Question, 'name' | 'madeUp'>): string | null =>
  judgeAsked({ question: question as Question, served: ca.chain({ san }) }, Date.now() + 60_000);

it('a name of the DNS must stand in its certificate', () => {
  expect(judge('DNS:shop.example', { name: 'shop.example' })).toBeNull();
  expect(judge('DNS:shop.example', { name: 'www.shop.example' })).toMatch(/it is not for www\.shop\.example/);
});

it('a name that was made up for a star may be missing beside names that the star claims, too', () => {
  const made = { name: 'runbook-check.shop.example', madeUp: true as const };
  expect(judge('DNS:*.shop.example', made)).toBeNull();
  expect(judge('DNS:shop.example,DNS:www.shop.example', made)).toBeNull();
  expect(judge('DNS:shop.example', made)).toMatch(/it is not for runbook-check/);
});

it('localhost, and an address beside a certificate for names, are not expected in it', () => {
  expect(judge('DNS:shop.example', { name: 'localhost' })).toBeNull();
  expect(judge('DNS:shop.example', { name: '203.0.113.5' })).toBeNull();
  expect(judge('DNS:shop.example,IP:203.0.113.6', { name: '203.0.113.5' })).toMatch(/it is not for 203/);
});
