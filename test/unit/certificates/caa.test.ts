import { describe, expect, it } from 'vitest';
import { type AskCaa, type CaaRecord, forbiddenNames, judgeCaa } from '../../../actions/lib/certificates/caa';

const LETS_ENCRYPT = { identities: ['letsencrypt.org'], method: 'http-01', control: 'ca.example' };
const issue = (value: string): CaaRecord => ({ critical: 0, issue: value });

describe('records', () => {
  it.each([
    ['let the CA, among others', [issue('digicert.com'), issue('LetsEncrypt.org')]],
    ['let the CA by this way', [issue('letsencrypt.org; validationmethods=dns-01,http-01')]],
    ['let the CA with an account', [issue('letsencrypt.org; accounturi=https://x/1')]],
    ['are about something else', [{ critical: 0, iodef: 'mailto:a@b.example' }]],
    ['are about names with a star', [{ critical: 0, issuewild: ';' }]],
    ['are critical, and known', [{ critical: 128, issue: 'letsencrypt.org' }]],
  ])('that %s forbid nothing', (_what, records) => {
    expect(judgeCaa(records, false, LETS_ENCRYPT)).toBeNull();
  });

  it.each([
    ['let another CA', [issue('digicert.com')], 'they allow digicert.com, and it is letsencrypt.org'],
    ['let nobody', [issue(';')], 'they allow nobody, and it is letsencrypt.org'],
    [
      'let the CA by another way',
      [issue('letsencrypt.org; validationmethods=dns-01')],
      'they allow this CA, but not the method http-01',
    ],
    ['say something that must be known', [issue('letsencrypt.org'), { critical: 128, tbs: 'x' }], 'a critical record'],
  ])('that %s forbid it', (_what, records, why) => {
    expect(judgeCaa(records, false, LETS_ENCRYPT)).toContain(why);
  });

  it('of a name with a star are those for stars, and else the others', () => {
    expect(judgeCaa([issue('letsencrypt.org'), { critical: 0, issuewild: ';' }], true, LETS_ENCRYPT)).toContain(
      'nobody',
    );
    expect(judgeCaa([issue('digicert.com')], true, LETS_ENCRYPT)).toContain('digicert.com');
  });

  it('of a CA that does not say its names count only where they let nobody', () => {
    const unknown = { identities: null, method: 'http-01', control: null };
    expect(judgeCaa([issue('digicert.com')], false, unknown)).toBeNull();
    expect(judgeCaa([issue(';')], false, unknown)).toBe('they allow nobody');
  });
});

describe('names', () => {
  const zone = (records: Readonly<Record<string, readonly CaaRecord[]>>): AskCaa & { asked: string[] } => {
    const asked: string[] = [];
    const ask = async (name: string): Promise<readonly CaaRecord[]> => {
      asked.push(name);
      const [, code] = /^(?:broken|once)\.(\w+)\./.exec(name) ?? [];
      if (code !== undefined && !(name.startsWith('once') && asked.filter((one) => one === name).length > 1))
        throw Object.assign(new Error(`queryCaa ${code}`), { code: code.toUpperCase() });
      return records[name] ?? [];
    };
    return Object.assign(ask, { asked });
  };

  it('have the records of the nearest name above that has some', async () => {
    const dns = zone({ 'shop.example': [issue('digicert.com')], example: [issue('letsencrypt.org')] });
    expect(await forbiddenNames(['www.shop.example', 'api.example'], LETS_ENCRYPT, dns)).toEqual({
      forbidden: [
        'the CAA records of shop.example do not let the CA issue for www.shop.example: they allow digicert.com, and it is letsencrypt.org',
      ],
      broken: [],
      unseen: [],
    });
    expect(dns.asked).not.toContain('');
  });

  it('that are addresses have none', async () => {
    const dns = zone({});
    expect(await forbiddenNames(['203.0.113.7', '2001:db8::1'], LETS_ENCRYPT, dns)).toEqual({
      forbidden: [],
      broken: [],
      unseen: [],
    });
    expect(dns.asked).toEqual([]);
  });

  it('whose DNS servers answer SERVFAIL twice are refused, as the CA would', async () => {
    const dns = zone({});
    expect(await forbiddenNames(['broken.eservfail.example'], LETS_ENCRYPT, dns, 1)).toEqual({
      forbidden: [],
      broken: [
        'the DNS servers answer SERVFAIL to the question for the CAA records of broken.eservfail.example, also when asked again',
      ],
      unseen: [],
    });
    expect(dns.asked.slice(0, 2)).toEqual(['broken.eservfail.example', 'broken.eservfail.example']);
    const parent = await forbiddenNames(['www.broken.eservfail.example'], LETS_ENCRYPT, zone({}), 1);
    expect(parent.broken).toHaveLength(1);
  });

  it('are not refused where the second question is answered, or the runner has no DNS that works', async () => {
    expect(await forbiddenNames(['once.eservfail.example'], LETS_ENCRYPT, zone({}), 1)).toEqual({
      forbidden: [],
      broken: [],
      unseen: [],
    });
    const deaf = { ...LETS_ENCRYPT, control: 'broken.eservfail.ca.example' };
    expect((await forbiddenNames(['broken.eservfail.example'], deaf, zone({}), 1)).unseen).toEqual([
      'CAA records of broken.eservfail.example could not be seen (ESERVFAIL)',
    ]);
    expect((await forbiddenNames(['broken.etimeout.example'], LETS_ENCRYPT, zone({}), 1)).unseen).toEqual([
      'CAA records of broken.etimeout.example could not be seen (ETIMEOUT)',
    ]);
  });
});
