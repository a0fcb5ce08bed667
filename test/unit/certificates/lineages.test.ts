import { expect, it } from 'vitest';
import { generationsOf, linkedTo, parseRenewal, webrootOf } from '../../../actions/lib/certificates/lineages';

const CONF = `# renew_before_expiry = 30 days
version = 5.5.0
archive_dir = /etc/letsencrypt/archive/shop.example
cert = /etc/letsencrypt/live/shop.example/cert.pem
privkey = /etc/letsencrypt/live/shop.example/privkey.pem
chain = /etc/letsencrypt/live/shop.example/chain.pem
fullchain = /etc/letsencrypt/live/shop.example/fullchain.pem

# Options used in the renewal process
[renewalparams]
account = 0123
authenticator = webroot
webroot_path = /var/www/certbot,
server = https://acme-v02.api.letsencrypt.org/directory
key_type = ecdsa
renew_hook = nginx -s reload
[[webroot_map]]
www.shop.example = /srv/www = x
`;

it('a renewal file tells its authenticator, CA, webroots and hooks', () => {
  const lineage = parseRenewal('shop.example', CONF);
  expect(lineage).toEqual({
    name: 'shop.example',
    account: '0123',
    authenticator: 'webroot',
    server: 'https://acme-v02.api.letsencrypt.org/directory',
    webroots: { 'www.shop.example': '/srv/www = x' },
    webroot: '/var/www/certbot',
    hooks: ['renew_hook: nginx -s reload'],
  });
  expect(webrootOf(lineage!, 'www.shop.example')).toBe('/srv/www = x');
  expect(webrootOf(lineage!, 'shop.example')).toBe('/var/www/certbot');
  expect(webrootOf(lineage!, 'constructor')).toBe('/var/www/certbot');
});

it('a remark after a value is not a part of the value, unless it stands in quotes', () => {
  const text = CONF.replace('= webroot\n', '= webroot # was standalone\n')
    .replace('certbot,\n', 'certbot,  # as the proxy has it\n')
    .replace('nginx -s reload', '"sh -c x # y" # z');
  expect(parseRenewal('shop.example', text)).toMatchObject({
    authenticator: 'webroot',
    webroot: '/var/www/certbot',
    hooks: ['renew_hook: sh -c x # y'],
  });
});

it('an empty or torn renewal file is not a lineage, as certbot skips it', () => {
  expect(parseRenewal('shop.example', '')).toBeNull();
  expect(parseRenewal('shop.example', 'version = 5.5.0\n[renewalparams]\nauthenticator = webroot\n')).toBeNull();
});

const links = (numbers: readonly (readonly [string, number])[]): string[] =>
  numbers.map(([part, number]) => `${part}.pem ../../archive/shop.example/${part}${number}.pem`);
const files = (number: number, parts = ['cert', 'chain', 'fullchain', 'privkey']): string[] =>
  parts.map((part) => `${part}${number}.pem 900`);
const all = (number: number) => ['cert', 'chain', 'fullchain', 'privkey'].map((part) => [part, number] as const);

it('a generation is whole only with all four parts, and a torn set of links leads to none', () => {
  const found = generationsOf(links(all(2)), [
    ...files(2),
    ...files(10),
    ...files(3, ['privkey', 'cert']),
    'chain3.pem 0',
    'fullchain3.pem 900',
  ]);
  expect(found.whole).toEqual([2, 10]);
  expect(linkedTo(found)).toBe(2);
  const torn = generationsOf(links([...all(2).slice(0, 3), ['privkey', 3]]), [...files(2), ...files(3)]);
  expect(linkedTo(torn)).toBeNull();
  expect(linkedTo(generationsOf(links(all(2).slice(1)), files(2)))).toBeNull();
  expect(linkedTo(generationsOf(['README other'], []))).toBeNull();
});
