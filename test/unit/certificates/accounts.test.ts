/** certbot's accounts at CAs, and what certbot could not do without a person. */
import { describe, expect, it } from 'vitest';
import { accountLacking, accountsIn } from '../../../actions/lib/certificates/accounts';
import { parseRenewal } from '../../../actions/lib/certificates/lineages';

const CA = 'https://ca.example:14000/acme/dir';
const at = (...ids: string[]) => ids.map((id) => `accounts/ca.example:14000/acme/dir/${id}/regr.json`);
const lacking = (
  found: readonly string[],
  {
    account = null,
    binding = false,
    server = CA,
  }: { account?: string | null; binding?: boolean; server?: string } = {},
  ini: readonly string[] = [],
) => accountLacking(accountsIn(found, ini), { server, account, binding })?.[0] ?? null;

describe('an account', () => {
  it('of the renewal file must be there', () => {
    expect(lacking([...at('a', 'b'), 'end'], { account: 'b' })).toBeNull();
    expect(lacking([...at('a'), 'end'], { account: 'b' })).toBe(
      `certbot has no account b at ${CA}, which the renewal file names`,
    );
    expect(lacking([...at('b'), 'end'], { account: 'b', server: 'https://other.example/dir' })).toContain(
      'no account b',
    );
  });

  it('lies in a folder that is named as the server is written', () => {
    const found = ['accounts/CA.example:443/dir/a/regr.json', 'end'];
    expect(lacking(found, { account: 'a', server: 'https://CA.example:443/dir/' })).toBeNull();
  });

  it('must be named where there are several', () => {
    expect(lacking([...at('a', 'b'), 'end'])).toBe(`certbot has several accounts at ${CA}: a, b`);
    expect(lacking([...at('a', 'b'), 'end'], {}, ['account = a'])).toBeNull();
    expect(lacking([...at('a'), 'end'])).toBeNull();
  });

  it('that is new must be bound where the CA wants that', () => {
    expect(lacking(['end'], { binding: true })).toContain('external account binding');
    expect(lacking(['end'], { binding: true }, ['eab-kid = x'])).toBeNull();
    expect(lacking([...at('a'), 'end'], { binding: true })).toBeNull();
    expect(lacking(['end'])).toBeNull();
  });

  it("of Let's Encrypt may lie in the folder of its former server", () => {
    const former = ['accounts/acme-v01.api.letsencrypt.org/directory/a/regr.json', 'end'];
    const server = 'https://acme-v02.api.letsencrypt.org/directory';
    expect(lacking(former, { account: 'a', server })).toBeNull();
    expect(lacking([...former, 'accounts/acme-v02.api.letsencrypt.org/directory/a/regr.json'], { server })).toBeNull();
  });

  it('is not missed where the accounts could not be read', () => {
    expect(lacking([], { account: 'b' })).toBeNull();
  });
});

it('a renewal file names its account, and the file of its plugin', () => {
  const text = `fullchain = /f\n[renewalparams]\naccount = abc\nauthenticator = dns-cloudflare\nserver = ${CA}\ndns_cloudflare_credentials = /etc/letsencrypt/cf.ini\n`;
  expect(parseRenewal('x', text)).toMatchObject({ account: 'abc', credentials: '/etc/letsencrypt/cf.ini' });
  expect(parseRenewal('x', 'fullchain = /f\nauthenticator = webroot\naccount = None\n')).not.toHaveProperty('account');
});
