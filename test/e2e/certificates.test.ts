/** Certificates: renewed, put back, refused, only looked at. */
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
  reload,
  run,
  served,
  stage,
  state,
  steps,
  TLS,
  visits,
} from './certificate-site';
import { turnAway, withOthers } from './certificate-stage';
import { annotation, succeeded } from './stage';

beforeAll(openStage);
afterAll(() => stage?.close());

it('a check reports the certificate that each name is served, and changes nothing', async () => {
  const before = [await state(), await steps(), await pebble.orders()];
  const result = await run({ mode: 'check' });
  succeeded(result);
  expect(result.summary).toContain('## ✅ Check certificates');
  for (const name of ['shop.test:443', 'www.shop.test:443', 'api.test:443']) expect(result.summary).toContain(name);
  expect(Number(result.outputs['days-left'])).toBeGreaterThan(80);
  expect([await state(), await steps(), await pebble.orders()]).toEqual(before);
});

it('a list names each lineage, and the names that it is served to', async () => {
  const result = await run({ mode: 'list' });
  succeeded(result);
  const lineages = JSON.parse(result.outputs.lineages ?? '') as { name: string; servedTo: string[] }[];
  expect(lineages.map(({ name, servedTo }) => [name, servedTo])).toEqual([
    ['api.test', ['api.test']],
    ['shop.test', ['shop.test', 'www.shop.test']],
    ['stack.test', []],
  ]);
});

it('a check is red where nginx serves another certificate than the file has', async () => {
  await stage.host.root(
    'cd /etc/letsencrypt/live/api.test && cp --remove-destination fullchain.pem /tmp/kept.pem && cat ../shop.test/fullchain.pem >fullchain.pem',
  );
  const result = await run({ mode: 'check' });
  await stage.host.root('cat /tmp/kept.pem >/etc/letsencrypt/live/api.test/fullchain.pem');
  expect(annotation(result)).toMatch(/^RB-(PROXY-CONFIG|CERT-NOT-SERVED): /);
  expect(result.stdout).toMatch(/api\.test at .*: it serves the certificate with serial/);
});

it('a run orders nothing where nothing is due, and says so', async () => {
  const before = [await state(), await pebble.orders()];
  const result = await run();
  succeeded(result);
  expect(result.summary).toContain('nothing to do');
  expect(result.summary).toMatch(/shop\.test.*due from/);
  expect(result.outputs.renewed).toBe('[]');
  expect([await state(), await pebble.orders()]).toEqual(before);
});

it('a certificate that the CA wants renewed now is renewed though its lifetime has just begun; the CA is asked only as often as it wishes', {
  tags: ['exhaustive'],
}, async () => {
  await stage.host.root('rm -f /srv/stack/.runbook/renewal-info.json');
  const window = (start: number, end: number): string => {
    const at = (days: number): string => new Date(Date.now() + days * 24 * 3_600_000).toISOString();
    return JSON.stringify({
      suggestedWindow: { start: at(start), end: at(end) },
      explanationURL: 'https://ca.test/why',
    });
  };
  const file = '/etc/letsencrypt/live/api.test/cert.pem';
  await pebble.suggest(file, window(-2, -1));
  const before = [await served('api.test'), await served('shop.test')];
  const result = await run();
  succeeded(result);
  expect(result.outputs.renewed).toBe('["api.test"]');
  expect(result.stdout).toMatch(/api\.test: the CA suggests to renew it between .* https:\/\/ca\.test\/why/);
  expect(await served('api.test')).not.toBe(before[0]);
  expect(await served('shop.test')).toBe(before[1]);
  // It names six hours, and nobody has asked for the new certificate yet.
  await pebble.suggest(file, window(2, 1));
  const [asked, orders] = [await pebble.askedWhen(), await pebble.orders()];
  const again = await run();
  succeeded(again);
  expect(again.summary).toContain('nothing to do');
  expect(again.summary).toMatch(/api\.test: the CA's renewal time is not known .*ends before it begins/);
  expect([await pebble.askedWhen(), await pebble.orders()]).toEqual([asked + 1, orders]);
});

it('a first certificate, for a name and an address, is rehearsed and ordered once, and lies where the proxy can read it', {
  tags: ['exhaustive'],
}, async () => {
  await stage.host.root('echo "127.0.0.1 new.test" >>/etc/hosts');
  const inputs = { mode: 'issue', names: 'new.test, 10.200.0.1', server: DIRECTORY };
  const result = await run(inputs);
  succeeded(result);
  expect(result.outputs.renewed).toBe('["new.test"]');
  expect(result.summary).toContain('is not served to clients yet');
  const names = await stage.host.root(
    'openssl x509 -noout -ext subjectAltName -in /etc/letsencrypt/live/new.test/cert.pem',
  );
  expect(names).toContain('DNS:new.test');
  expect(names).toContain('IP Address:10.200.0.1');
  const orders = await pebble.orders();
  const again = await run(inputs);
  succeeded(again);
  expect(again.summary).toContain('nothing to do');
  // Copied from a backup, say, without its renewal file.
  const beside = await run({ ...inputs, names: 'stack.test' });
  expect(annotation(beside)).toMatch(
    /^RB-CERT-PREFLIGHT: live\/stack\.test is there, and renewal\/stack\.test\.conf is not/,
  );
  expect(await pebble.orders()).toBe(orders);
});

it('no certificate is ordered where the challenge would not be found, or a name also leads elsewhere', {
  tags: ['exhaustive'],
}, async () => {
  await ageShop();
  const orders = await pebble.orders();
  await configure(http('') + TLS);
  const swallowed = await run();
  expect(annotation(swallowed)).toMatch(
    /^RB-CERT-PREFLIGHT: shop.test: the CA would not find its challenge[\s\S]*port 80 of the host does not serve the challenge file for www\.shop\.test/,
  );
  await configure(http() + TLS);
  await stage.host.root("echo '10.201.255.250 www.shop.test' >>/etc/hosts");
  const elsewhere = await run();
  await stage.host.root("sed '/10.201.255.250/d' /etc/hosts >/tmp/hosts; cat /tmp/hosts >/etc/hosts");
  expect(annotation(elsewhere)).toMatch(
    /^RB-CERT-PREFLIGHT: [\s\S]*www\.shop\.test also resolves to 10\.201\.255\.250, /,
  );
  expect(await pebble.orders()).toBe(orders);
  expect(await stage.host.root('find /var/www/certbot -type f')).toBe('');
});

it('a due certificate is renewed, and counts once it is served for every name', async () => {
  await ageShop();
  const before = { shop: await served('shop.test'), api: await served('api.test'), orders: await pebble.orders() };
  const planned = await run({ 'dry-run': 'true' });
  succeeded(planned);
  expect(planned.summary).toContain('would be renewed');
  const users = visits('shop.test');
  const result = await run();
  const { requests, failed } = await users.stop();
  succeeded(result);
  expect(requests).toBeGreaterThan(20);
  expect(failed).toEqual([]);
  expect(result.outputs.renewed).toBe('["shop.test"]');
  expect(result.summary).toContain('renewed, and served');
  expect(await served('shop.test')).not.toBe(before.shop);
  expect(await served('shop.test')).toBe(await lies('shop.test'));
  expect(await served('www.shop.test')).toBe(await lies('shop.test'));
  expect(await served('api.test')).toBe(before.api);
  expect(await pebble.orders()).toBe(before.orders + 1);
});

it('a renewal that nginx does not take over is red and put back; the next run serves it without an order', async () => {
  await ageShop();
  const before = { shop: await served('shop.test'), state: await state() };
  const master = (signal: string): Promise<string> =>
    stage.host.root(`kill -${signal} $(docker inspect -f '{{.State.Pid}}' shop-web-1)`);
  await master('STOP');
  const result = await run({}, (line) => {
    if (line.includes('are put back')) void master('CONT');
  });
  expect(annotation(result)).toMatch(/^RB-CERT-NOT-SERVED: shop\.test: /);
  expect(result.stdout).toContain('the former certificate is served');
  expect(result.outputs.renewed).toBe('[]');
  await reload();
  expect(await served('shop.test')).toBe(before.shop);
  expect(await state()).toBe(before.state);
  const orders = await pebble.orders();
  const again = await run();
  succeeded(again);
  expect(again.summary).toContain('the certificate in the file is served now, without an order');
  expect(await served('shop.test')).not.toBe(before.shop);
  expect(await served('shop.test')).toBe(await lies('shop.test'));
  expect(await pebble.orders()).toBe(orders);
});

it('a CA that turns an order away until a time is not asked before that, and the served certificate stays', {
  tags: ['exhaustive'],
}, async () => {
  const body = '{"type":"urn:ietf:params:acme:error:rateLimited","detail":"too many new orders from this account"}';
  await turnAway({ status: 429, retryAfter: '7200', body }, /\(limited\) until/);
});

it('programs besides the proxy count, too: one that does not load the new certificate has everything put back, and one that is told serves it', {
  tags: ['exhaustive'],
}, async () => {
  await ageShop();
  await freshCa();
  const { broker, mail, told, away } = await withOthers();
  const before = [await served('shop.test'), await state(), await broker(), await mail()];
  const deaf = await run();
  expect(annotation(deaf)).toMatch(/^RB-CERT-NOT-SERVED: shop\.test: .*\n.*it serves the certificate with serial/);
  expect(deaf.stdout).toContain('the former certificate is served');
  expect([await served('shop.test'), await state(), await broker(), await mail()]).toEqual(before);
  const orders = await pebble.orders();
  told();
  const result = await run();
  succeeded(result);
  expect(result.summary).toContain('the certificate in the file is served now, without an order');
  const now = await lies('shop.test');
  expect(now).not.toBe(before[0]);
  expect([await served('shop.test'), await broker(), await mail()]).toEqual([now, now, now]);
  expect((await stage.host.root('stat -c "%u %a" /srv/stack/mail/privkey.pem')).trim()).toBe('1234 640');
  expect(await pebble.orders()).toBe(orders);
  await stage.host.root('docker stop -t 0 shop-mail-1');
  const down = await run({ mode: 'check' });
  expect(annotation(down)).toMatch(/^RB-CERT-UNSEEN: the service mail of certificates\.consumers does not run/);
  await away();
});
