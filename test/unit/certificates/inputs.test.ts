import { expect, it } from 'vitest';
import { readCertificateInputs } from '../../../actions/renew-certs/inputs';
import { argumentsOf } from '../../../actions/renew-certs/issue';

const CONNECTION: Readonly<Record<string, string>> = {
  'ssh-host': 'shop.example',
  'ssh-user': 'deploy',
  'ssh-key': 'key',
  'ssh-known-hosts': 'hosts',
};
const MANY = (count: number): string => Array.from({ length: count }, (_, index) => `n${index}.example`).join();
const inputs = (own: Readonly<Record<string, string>> = {}) =>
  readCertificateInputs((name) => ({ ...CONNECTION, ...own })[name], '/nowhere');

it('the default mode is renew; a mode that only looks takes no lease', () => {
  expect(inputs()).toMatchObject({ mode: 'renew', dryRun: false, wish: null });
  expect(inputs({ 'dry-run': 'true' }).dryRun).toBe(true);
  expect(inputs({ mode: 'check' }).dryRun).toBe(true);
  expect(inputs({ mode: 'list' }).dryRun).toBe(true);
  expect(inputs({ mode: 'issue', names: 'shop.example' }).dryRun).toBe(false);
});

it('an order has its names once, in small letters, and the first one is what certbot calls it', () => {
  expect(inputs({ mode: 'issue', names: 'Shop.Example, www.shop.example,shop.example' }).wish).toEqual({
    lineage: 'shop.example',
    names: ['shop.example', 'www.shop.example'],
    email: null,
    server: 'https://acme-v02.api.letsencrypt.org/directory',
    profile: null,
  });
  expect(inputs({ mode: 'issue', names: 'a.example', 'cert-name': 'shop', email: 'ops@a.example' }).wish).toMatchObject(
    {
      lineage: 'shop',
      email: 'ops@a.example',
    },
  );
});

it('addresses are names, too, each in one spelling, and what a folder is called after one has no colon', () => {
  expect(inputs({ mode: 'issue', names: '192.0.2.7, 2001:DB8:0::1, 2001:db8::1' }).wish).toMatchObject({
    lineage: '192.0.2.7',
    names: ['192.0.2.7', '2001:db8::1'],
  });
  expect(inputs({ mode: 'issue', names: '2001:db8::1' }).wish?.lineage).toBe('2001-db8--1');
  expect(inputs({ mode: 'issue', names: '::1' }).wish?.lineage).toBe('ip--1');
});

it('certbot gets each as what it is, and addresses the profile in which they can be had', () => {
  const wish = { lineage: 'a', names: ['a.example'], email: null, server: 'https://ca', profile: null };
  const args = argumentsOf({ ...wish, names: ['a.example', '192.0.2.7'] });
  expect(args.join(' ')).toContain('-d a.example --ip-address 192.0.2.7 --preferred-profile shortlived');
  expect(argumentsOf(wish).join(' ')).not.toContain('profile');
});

it('a profile that is named is had, or nothing is: it is required, whatever the names are', () => {
  const wish = { lineage: 'a', names: ['a.example', '192.0.2.7'], email: null, server: 'https://ca' };
  const args = argumentsOf({ ...wish, profile: 'shortlived' }).join(' ');
  expect(args).toContain(' --required-profile shortlived ');
  expect(args).not.toContain('--preferred-profile');
  expect(inputs({ mode: 'issue', names: 'a.example', profile: 'tlsserver' }).wish?.profile).toBe('tlsserver');
});

it.each([
  [{ mode: 'issue' }, /names is missing/],
  [{ mode: 'issue', names: '*.shop.example' }, /a wildcard name is ordered by a DNS challenge/],
  [{ mode: 'issue', names: 'shop' }, /"shop", which is neither a DNS name nor an IP address/],
  [{ mode: 'issue', names: '--dry-run' }, /which is neither a DNS name nor an IP address/],
  [{ mode: 'issue', names: '999.1.1.1' }, /which is neither a DNS name nor an IP address/],
  [{ mode: 'issue', names: 'a.example', 'cert-name': '../a' }, /cert-name is/],
  [{ mode: 'issue', names: 'a.example', email: '--x@a' }, /email is/],
  [{ mode: 'issue', names: 'a.example', server: 'ftp://ca' }, /server is/],
  [{ names: 'a.example' }, /names, cert-name and profile are for mode: issue/],
  [{ profile: 'shortlived' }, /a renewal keeps the profile of its certificate/],
  [{ mode: 'issue', names: 'a.example', profile: '--dry-run' }, /profile is "--dry-run"/],
  [{ mode: 'issue', names: '192.0.2.7', profile: 'classic' }, /for addresses Let's Encrypt has .* shortlived alone/],
  [{ mode: 'issue', names: MANY(26), profile: 'shortlived' }, /of the profile shortlived can have at most 25/],
  [{ mode: 'issue', names: MANY(101) }, /a certificate can have at most 100/],
  [{ mode: 'renewal' }, /mode is/],
] as const)('%o is refused before the host is reached', (own, message) => {
  expect(() => inputs(own)).toThrow(message);
});

it('only a CA whose limits are known has its own numbers', () => {
  const elsewhere = { mode: 'issue', server: 'https://ca.example/dir', profile: 'shortlived' };
  expect(inputs({ ...elsewhere, names: MANY(26) }).wish?.names).toHaveLength(26);
  expect(inputs({ ...elsewhere, names: '192.0.2.7', profile: 'classic' }).wish?.profile).toBe('classic');
});
