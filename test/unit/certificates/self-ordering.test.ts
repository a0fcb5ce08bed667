import { expect, it } from 'vitest';
import { keepsIssued, selfOrdering } from '../../../actions/lib/certificates/self-ordering';
import type { Container, Mount } from '../../../actions/lib/stack/model';

const ANONYMOUS = 'a'.repeat(64);
const mount = (target: string, source = 'kept', type: Mount['type'] = 'volume'): Mount => ({
  ...{ type, source, target, writable: true },
});
const of = (image: string, mounts: Mount[], program?: 'caddy' | 'nginx') =>
  selfOrdering({ image, mounts, ...(program === undefined ? {} : { proxy: { program, reloads: true } }) } as Pick<
    Container,
    'image' | 'mounts' | 'proxy'
  >);

it.each([
  ['caddy:2.10-alpine', mount('/data'), 'Caddy'],
  ['registry.example:5000/team/caddy@sha256:1', mount('/data', '/srv/caddy', 'bind'), 'Caddy'],
  ['slothcroissant/caddy-cloudflaredns:latest', mount('/root/.local/share/caddy'), 'Caddy'],
  ['traefik:v3.5', mount('/letsencrypt'), 'Traefik'],
  ['docker.io/library/traefik', mount('/acme.json', '/srv/acme.json', 'bind'), 'Traefik'],
  ['jc21/nginx-proxy-manager:2', mount('/etc/letsencrypt'), 'Nginx Proxy Manager'],
  ['lscr.io/linuxserver/swag', mount('/config'), 'SWAG'],
])('%s orders certificates itself, and keeps them in a mount of its own', (image, own, name) => {
  expect(of(image, [own])).toEqual({ name, keeps: true });
  expect(of(image, [])).toEqual({ name, keeps: false });
});

it('a configuration that is mounted keeps no certificate, nor does a volume without a name', () => {
  expect(
    of('caddy:2', [mount('/etc/caddy/Caddyfile', '/srv/Caddyfile', 'bind'), mount('/data', ANONYMOUS)])?.keeps,
  ).toBe(false);
  expect(
    of('traefik:v3', [
      mount('/var/run/docker.sock', '/var/run/docker.sock', 'bind'),
      mount('/etc/traefik/traefik.yml', '/srv/traefik.yml', 'bind'),
    ])?.keeps,
  ).toBe(false);
});

it('an image of a name of its own is known by what runs in it; nginx and HAProxy are none of these', () => {
  expect(of('acme/edge:v1', [mount('/data')], 'caddy')).toEqual({ name: 'Caddy', keeps: true });
  for (const image of ['nginx:1.29', 'acme/edge:v1', 'haproxy:3', 'traefiktools/whoami', 'acme/caddyshack:1'])
    expect(of(image, [], 'nginx')).toBeNull();
});

it('nginx keeps what it orders where a mount holds the folder of each issuer', () => {
  const keeps = (issuers: string[][], ...mounts: Mount[]): boolean => keepsIssued({ issuers }, { mounts });
  const own = [['/etc/nginx/acme_le', '/var/cache/nginx/acme_le']];
  expect(keeps(own, mount('/var/cache/nginx'))).toBe(true);
  expect(keeps(own, mount('/etc/nginx/acme_le/', '/srv/acme', 'bind'))).toBe(true);
  expect(keeps(own)).toBe(false);
  expect(keeps(own, mount('/etc/nginx/conf.d', '/srv/nginx', 'bind'), mount('/var/cache/nginx', ANONYMOUS))).toBe(
    false,
  );
  expect(keeps(own, mount('/var/cache/nginx/acme_le2'))).toBe(false);
  expect(keeps([...own, []], mount('/var/cache/nginx'))).toBe(false);
  expect(keeps([...own, ['/data/b']], mount('/var/cache/nginx'), mount('/data'))).toBe(true);
  expect(keeps([])).toBe(true);
});
