import { expect, it } from 'vitest';
import { certbotWay, isCertbot, requireRunningProxy, webrootsOf } from '../../../actions/lib/certificates/certbot';
import { placeOf, stateOf } from '../../../actions/lib/certificates/state';
import { parseRunbook } from '../../../actions/lib/config/load';
import type { Container, Mount } from '../../../actions/lib/stack/model';

const runbook = (text = '') => parseRunbook(text, 'runbook.yml');
const bind = (source: string, target: string): Mount => ({ type: 'bind', source, target, writable: false });
const volume = (source: string, target: string): Mount => ({ type: 'volume', source, target, writable: false });
const state = { source: '/etc/letsencrypt', inner: '' };
const compose = (volumes: readonly { type: string; source?: string; target: string }[], image = 'certbot/certbot') => ({
  services: { web: { image: 'nginx' }, acme: { image, volumes } },
  volumes: { conf: { name: 'shop_conf' } },
});

it('the deepest mount tells where a path lies; a volume without a name keeps nothing', () => {
  const path = '/etc/letsencrypt/live/shop.example/fullchain.pem';
  expect(stateOf({ mounts: [bind('/srv', '/etc'), bind('/data/le', '/etc/letsencrypt')] }, path)).toEqual({
    source: '/data/le',
    inner: '',
  });
  expect(stateOf({ mounts: [bind('/srv/etc', '/etc')] }, path)).toEqual({ source: '/srv/etc/letsencrypt', inner: '' });
  expect(stateOf({ mounts: [volume('conf', '/etc')] }, path)).toEqual({ source: 'conf', inner: '/letsencrypt' });
  expect(stateOf({ mounts: [volume('a'.repeat(64), '/etc/letsencrypt')] }, path)).toBeNull();
  expect(stateOf({ mounts: [bind('/x', '/etc/lets')] }, path)).toBeNull();
  expect(stateOf({ mounts: [bind('/srv', '/etc')] }, '/etc/ssl/own.pem')).toBeNull();
  expect(placeOf([bind('/', '/')], '/var/www')).toEqual({ source: '/var/www', inner: '' });
});

it('certbot is the service with its image, where it keeps its state where the proxy reads it', () => {
  const same = [{ type: 'bind', source: '/etc/letsencrypt', target: '/etc/letsencrypt' }];
  expect(certbotWay(runbook(), { compose: compose(same), images: [], installed: null, state })).toEqual({
    kind: 'service',
    service: 'acme',
  });
  const named = compose([{ type: 'volume', source: 'conf', target: '/etc/letsencrypt' }]);
  expect(
    certbotWay(runbook(), { compose: named, images: [], installed: null, state: { source: 'shop_conf', inner: '' } }),
  ).toEqual({
    kind: 'service',
    service: 'acme',
  });
  expect(() => certbotWay(runbook(), { compose: named, images: [], installed: null, state })).toThrow(
    /RB-CERT-PREFLIGHT: .*acme does not keep its state[\s\S]*shop_conf at/,
  );
  expect(() => certbotWay(runbook(), { compose: compose([]), images: [], installed: null, state })).toThrow(
    /nothing that outlives its container/,
  );
});

it('certbot is its image, where the host has one; a guess among several is refused', () => {
  const none = { compose: null, installed: null, state };
  expect(certbotWay(runbook(), { ...none, images: ['certbot/certbot:latest'] })).toEqual({
    kind: 'image',
    image: 'certbot/certbot:latest',
  });
  expect(certbotWay(runbook('certificates: {image: "registry.example/certbot:1"}'), { ...none, images: [] })).toEqual({
    kind: 'image',
    image: 'registry.example/certbot:1',
  });
  expect(() => certbotWay(runbook(), { ...none, images: [] })).toThrow(/RB-CERTBOT-UNKNOWN: /);
  expect(() => certbotWay(runbook(), { ...none, images: ['certbot/certbot:1', 'certbot/certbot:2'] })).toThrow(
    /several images/,
  );
  expect(() => certbotWay(runbook('certificates: {service: nobody}'), { ...none, images: [] })).toThrow(
    /nobody, which the Compose files/,
  );
  expect(
    ['certbot/certbot', 'docker.io/certbot/dns-route53:v5', 'acme/certbot:1', 'acme/web', undefined].map(isCertbot),
  ).toEqual([true, true, true, false, false]);
});

it('the folder of the challenges is looked for where certbot has it', () => {
  const lineage = {
    name: 'a',
    authenticator: 'webroot',
    server: '',
    webroots: {},
    webroot: '/var/www/certbot',
    hooks: [],
  };
  const proxy = { mounts: [bind('/srv/challenges', '/var/www/certbot')] } as unknown as Container;
  const way = { kind: 'image', image: 'x' } as const;
  const found = webrootsOf(runbook(), lineage, ['a.example'], { compose: null, proxy, way });
  expect([...found]).toEqual([
    ['a.example', { path: '/var/www/certbot', place: { source: '/srv/challenges', inner: '' } }],
  ]);
  const named = webrootsOf(runbook('certificates: {webroot: challenges}'), lineage, ['a.example'], {
    compose: null,
    proxy,
    way,
  });
  expect(named.get('a.example')?.place).toEqual({ source: 'challenges', inner: '' });
  const bare = { mounts: [] } as unknown as Container;
  expect(() => webrootsOf(runbook(), lineage, ['a.example'], { compose: null, proxy: bare, way })).toThrow(
    /the proxy mounts nothing there/,
  );
  expect(() =>
    webrootsOf(runbook(), { ...lineage, webroot: null }, ['a.example'], { compose: null, proxy, way }),
  ).toThrow(/names no folder/);
  expect(() =>
    webrootsOf(runbook(), { ...lineage, authenticator: 'standalone' }, ['a.example'], { compose: null, proxy, way }),
  ).toThrow(/authenticator standalone/);
  expect(
    webrootsOf(runbook(), { ...lineage, authenticator: 'dns-route53' }, ['a.example'], { compose: null, proxy, way })
      .size,
  ).toBe(0);
});

it('certbot is the one installed on the host, where there is no other and it keeps its state where the proxy reads it', () => {
  const installed = { program: '/usr/bin/certbot', asRoot: false };
  const none = { compose: null, images: [], installed, state };
  expect(certbotWay(runbook(), none)).toEqual({ kind: 'host', ...installed });
  expect(certbotWay(runbook(), { ...none, images: ['certbot/certbot:1'] }).kind).toBe('image');
  expect(() => certbotWay(runbook(), { ...none, state: { source: 'conf', inner: '' } })).toThrow(
    /RB-CERT-PREFLIGHT: the certbot of the host does not keep its state where the proxy reads it/,
  );
  const snap = { program: '/snap/bin/certbot', asRoot: false };
  expect(() => certbotWay(runbook(), { ...none, installed: snap })).toThrow(/is a snap, which only root can run/);
  expect(certbotWay(runbook(), { ...none, installed: { ...snap, asRoot: true } }).kind).toBe('host');
});

it('hooks that stop something are refused where they reach the proxy; no command is shown, which may hold a token', () => {
  const host = { kind: 'host', program: '/usr/bin/certbot', asRoot: true } as const;
  const judge =
    (hooks: readonly string[], way: Parameters<typeof requireRunningProxy>[1] = host) =>
    () =>
      requireRunningProxy({ name: 'a', authenticator: 'webroot', server: '', webroots: {}, webroot: '/w', hooks }, way);
  const stops = ['pre_hook: docker compose stop nginx # token', 'renew_hook: systemctl stop mail'];
  expect(judge(stops)).toThrow(/RB-CERT-PREFLIGHT: the renewal file of a has hooks that stop something: pre_hook\n/);
  expect(judge(['post_hook: docker kill web'])).toThrow(/post_hook/);
  expect(judge(['post_hook: docker restart web', 'pre_hook: /opt/tell-nonstop'])).not.toThrow();
  expect(judge(stops, { kind: 'image', image: 'certbot/certbot:1' })).not.toThrow();
});
