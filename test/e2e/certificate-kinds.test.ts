/**
 * Certificates where nginx does not start without them, where certbot is installed, with other configurations of nginx,
 * and where the proxy orders them.
 */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { DIRECTORY } from '../lab/pebble';
import {
  ageShop,
  configure,
  freshCa,
  http,
  lies,
  openStage,
  pebble,
  run,
  served,
  stage,
  TLS,
  vhost,
} from './certificate-site';
import { withCaddy } from './certificate-stage';
import { annotation, succeeded } from './stage';

beforeAll(openStage);
afterAll(() => stage?.close());

it('a first certificate is ordered and served where nginx does not start without one, and in place of a dummy', {
  tags: ['exhaustive'],
}, async () => {
  await freshCa();
  await stage.host.root('for name in late.test dummy.test; do echo "127.0.0.1 $name" >>/etc/hosts; done');
  const [before, orders] = [await served('shop.test'), await pebble.orders()];
  await stage.host.put('/srv/stack/nginx/default.conf', http() + TLS + vhost('late.test', 'late.test'));
  await stage.host.root(
    'cd /srv/stack && docker compose -f compose.yml up -d --force-recreate web 2>/dev/null; sleep 2',
  );
  const other = await run({ mode: 'issue', names: 'new.test', 'cert-name': 'new2.test', server: DIRECTORY });
  expect(annotation(other)).toMatch(
    /^RB-CERT-PREFLIGHT: web does not start without \/etc\/letsencrypt\/live\/late\.test\//,
  );
  expect(await pebble.orders()).toBe(orders);
  const late = await run({ mode: 'issue', names: 'late.test', server: DIRECTORY });
  succeeded(late);
  expect(late.summary).toContain('ordered, and served');
  expect(await served('late.test')).toBe(await lies('late.test'));
  expect(await served('shop.test')).toBe(before);
  expect(await stage.host.root('docker ps -aq --filter label=runbook.helper=door')).toBe('');
  // As an init script does it, so that nginx starts.
  await stage.host.root(`mkdir -p /etc/letsencrypt/live/dummy.test && cd /etc/letsencrypt/live/dummy.test &&
    openssl req -x509 -newkey rsa:2048 -nodes -days 1 -subj /CN=localhost -keyout privkey.pem -out fullchain.pem 2>/dev/null`);
  await configure(http() + TLS + vhost('dummy.test', 'dummy.test'));
  const dummy = await run({ mode: 'issue', names: 'dummy.test', server: DIRECTORY });
  succeeded(dummy);
  expect(await served('dummy.test')).toBe(await lies('dummy.test'));
  expect(await stage.host.root('readlink /etc/letsencrypt/live/dummy.test/privkey.pem')).toContain(
    'archive/dummy.test/',
  );
  expect(await stage.host.root('ls -A /etc/letsencrypt/live | grep runbook || :')).toBe('');
  await configure(http() + TLS);
});

it('certbot that is installed on the host renews, too, and the cron job beside it is named', {
  tags: ['exhaustive'],
}, async () => {
  await freshCa();
  await stage.host.put('/srv/stack/nginx/default.conf', http() + TLS);
  await ageShop();
  await stage.host.root(`docker tag certbot/certbot:latest lab-acme:1 && docker rmi certbot/certbot:latest >/dev/null
    cat >/usr/local/bin/certbot <<'END'
#!/bin/sh
[ "$(id -u)" = 0 ] || { echo "certbot wants root" >&2; exit 1; }
exec docker run --rm -v /etc/letsencrypt:/etc/letsencrypt -v /var/www/certbot:/var/www/certbot lab-acme:1 "$@"
END
    chmod 755 /usr/local/bin/certbot
    mkdir -p /etc/cron.d && echo '0 3 * * * root certbot renew --quiet' >/etc/cron.d/renew`);
  const result = await run();
  await stage.host.root('docker tag lab-acme:1 certbot/certbot:latest; rm /usr/local/bin/certbot /etc/cron.d/renew');
  succeeded(result);
  expect(result.outputs.renewed).toBe('["shop.test"]');
  expect(result.summary).toContain('take its line out of /etc/cron.d/renew');
  expect(await served('shop.test')).toBe(await lies('shop.test'));
});

it('a name whose port 80 leads to another name of the certificate is renewed, as its CA follows it there', {
  tags: ['exhaustive'],
}, async () => {
  await freshCa();
  await ageShop();
  const before = await served('shop.test');
  const away =
    'server { listen 80; listen [::]:80; server_name www.shop.test; return 301 http://shop.test$request_uri; }\n';
  // The first server of a port answers for names that no other has.
  await configure(http() + away + TLS);
  const result = await run();
  await configure(http() + TLS);
  succeeded(result);
  expect(result.outputs.renewed).toBe('["shop.test"]');
  expect(await served('www.shop.test')).toBe(await lies('shop.test'));
  expect(await served('shop.test')).not.toBe(before);
});

it('a server that is given cert.pem is red for its missing chain, and is renewed all the same', {
  tags: ['exhaustive'],
}, async () => {
  await freshCa();
  await ageShop();
  const before = await served('shop.test');
  await configure(http() + TLS.replaceAll('fullchain.pem', 'cert.pem'));
  const result = await run();
  expect(annotation(result)).toMatch(/^RB-CERT-INVALID: shop\.test[\s\S]*the chain is missing/);
  expect(await served('shop.test')).toBe(await lies('shop.test'));
  expect(await served('shop.test')).not.toBe(before);
  await configure(http() + TLS);
});

it('Caddy, which orders its certificates itself, is judged by the certificates that it serves, and nothing is ordered beside it', {
  tags: ['exhaustive'],
}, async () => {
  const name = await withCaddy();
  const orders = await pebble.orders();
  const result = await run({ mode: 'check' });
  succeeded(result);
  expect(result.summary).toMatch(new RegExp(`${name}:443.*Pebble Intermediate.*(89|90) of 90 days`));
  expect(result.summary).toContain('caddy is Caddy, which orders its certificates itself');
  expect(result.summary).toContain('it does not keep them anywhere outside its container');
  const renewed = await run();
  succeeded(renewed);
  expect(renewed.outputs.renewed).toBe('[]');
  expect(await pebble.orders()).toBe(orders);
});
