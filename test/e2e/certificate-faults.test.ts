/** Certificates: what goes wrong beside the promises, and certbot in other places. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type CertbotVersion, installCertbot } from '../lab/certbot';
import { DIRECTORY } from '../lab/pebble';
import {
  age,
  ageShop,
  configure,
  freshCa,
  http,
  lies,
  openStage,
  pebble,
  register,
  run,
  served,
  stage,
  state,
  TLS,
  vhost,
  WITH_SERVICE,
} from './certificate-site';
import { turnAway } from './certificate-stage';
import { annotation, succeeded } from './stage';

beforeAll(openStage);
afterAll(() => stage?.close());

it('a CA that refuses leaves the former certificate served, and is not asked again at once', {
  tags: ['exhaustive'],
}, async () => {
  await pebble.restart({ refuses: ['shop.test'] });
  await register();
  await ageShop();
  const before = [await served('shop.test'), await state()];
  const result = await run();
  expect(annotation(result)).toMatch(/^RB-CERT-REFUSED: shop\.test: certbot did not get a certificate[\s\S]*policy/i);
  expect([await served('shop.test'), await state()]).toEqual(before);
  const orders = await pebble.orders();
  const again = await run();
  expect(annotation(again)).toMatch(/^RB-CERT-RATE-LIMITED: shop\.test: the CA will not be asked before \d{4}-/);
  expect(await pebble.orders()).toBe(orders);
  expect([await served('shop.test'), await state()]).toEqual(before);
});

it.each([
  [
    'for a name that a person has to free',
    {
      status: 429,
      body: '{"type":"urn:ietf:params:acme:error:rateLimited","detail":"Your account is temporarily prevented from requesting certificates for shop.test. Please visit: https://portal.ca.test/unpause?jwt=abc"}',
    },
    /\(paused\) until[\s\S]*lift it at https:\/\/portal\.ca\.test\/unpause\?jwt=abc/,
  ],
  ['with a page of its balancer', { status: 503, retryAfter: '5400', body: 'busy' }, /\(busy\) until/],
  ['without a message', { status: 429, body: '' }, /\(limited\) until/],
])(
  'a CA that turns an order away %s is not asked again before its time',
  { tags: ['exhaustive'] },
  async (_how, orders, words) => {
    await turnAway(orders, words);
  },
);

it('a CA that refuses the whole account is asked once by a run, whatever else is due', {
  tags: ['exhaustive'],
}, async () => {
  const detail = 'too many new orders (300) from this account in the last 3h0m0s';
  const body = JSON.stringify({ type: 'urn:ietf:params:acme:error:rateLimited', detail });
  await pebble.restart({ orders: { status: 429, retryAfter: '3600', body } });
  await register();
  await stage.host.root('rm -f /srv/stack/.runbook/certificates.jsonl');
  await ageShop();
  await age('api.test', ['api.test'], 10);
  const result = await run();
  expect(result.code).toBe(1);
  expect(result.summary).toMatch(/the CA does not issue a certificate now /);
  expect(result.summary).toMatch(/(api|shop)\.test: the CA will not be asked before /);
  expect(await pebble.turnedAway()).toBe(1);
  await age('api.test', ['api.test'], 80);
  await stage.host.root('rm -f /srv/stack/.runbook/certificates.jsonl');
});

it('links that a killed certbot tore lead to the newest complete generation again', {
  tags: ['exhaustive'],
}, async () => {
  await freshCa();
  await ageShop();
  succeeded(await run());
  const before = [await served('shop.test'), await state(), await pebble.orders()];
  await stage.host.root(
    'cd /etc/letsencrypt/live/shop.test && ln -sfn ../../archive/shop.test/privkey1.pem privkey.pem',
  );
  const torn = await run({ mode: 'check' });
  expect(annotation(torn)).toMatch(/^RB-PROXY-CONFIG: web refuses its present configuration[\s\S]*key values mismatch/);
  succeeded(await run());
  expect([await served('shop.test'), await state(), await pebble.orders()]).toEqual(before);
});

it('a check names a copy that renewals do not update', { tags: ['exhaustive'] }, async () => {
  await stage.host.root(
    'cd /srv/stack/nginx && for part in fullchain privkey; do cat /etc/letsencrypt/live/api.test/$part.pem >$part.copy; done',
  );
  const copy = vhost('x', 'api.test')
    .replace(/\S*fullchain.pem/, 'conf.d/fullchain.copy')
    .replace(/\S*privkey.pem/, 'conf.d/privkey.copy');
  await configure(http() + vhost('shop.test', 'shop.test www.shop.test') + copy);
  const result = await run({ mode: 'check' });
  await configure(http() + TLS);
  await stage.host.root('rm /srv/stack/nginx/*.copy');
  succeeded(result);
  expect(result.summary).toContain('/etc/nginx/conf.d/fullchain.copy is a copy of the lineage api.test');
});

it('certbot as a service of the Compose file renews, too; a loop of its own beside it is named', {
  tags: ['exhaustive'],
}, async () => {
  await freshCa();
  await ageShop();
  await stage.host.put('/srv/stack/compose.yml', WITH_SERVICE);
  await stage.host.root('cd /srv/stack && docker compose -f compose.yml --profile tools up -d certbot 2>/dev/null');
  const result = await run();
  await stage.host.root('docker rm -f shop-certbot-1');
  succeeded(result);
  expect(result.outputs.renewed).toBe('["shop.test"]');
  expect(result.summary).toContain('runs certbot by itself');
  expect(await served('shop.test')).toBe(await lies('shop.test'));
  expect(await stage.host.root('docker ps -aq --filter label=runbook.helper=certbot')).toBe('');
});

/** The step of a renewal, by the signal that nothing can catch, at a moment of it. */
it.each(['operation order', 'certbot: ', 'operation serve'])(
  'a renewal whose step is killed at "%s" leaves a certificate served, and the next run serves the new one',
  { tags: ['exhaustive'] },
  async (moment) => {
    await freshCa();
    await ageShop();
    const before = await served('shop.test');
    const killed = stage.host.root(
      `i=0; while :; do
         step=$(ls -td /srv/stack/.runbook/steps/*-renew-shop-test | head -n 1)
         if grep -q '${moment === 'certbot: ' ? '^certbot: ' : moment.replace('operation ', '^#rb operation name=')}' "$step/out" 2>/dev/null && [ ! -e "$step/status" ]; then
           read -r pid rest <"$step/process"; pkill -KILL -g "$pid"; docker ps -aq --filter label=runbook.helper=certbot | xargs -r docker kill >/dev/null; exit 0
         fi
         i=$((i+1)); [ $i -lt 1200 ] || exit 1; sleep 0.05
       done`,
    );
    const result = await run();
    await killed;
    expect(result.code).not.toBe(0);
    const between = await served('shop.test');
    expect([before, await lies('shop.test')]).toContain(between);
    await stage.host.root('rm -f /srv/stack/.runbook/certificates.jsonl');
    succeeded(await run());
    expect(await served('shop.test')).not.toBe(before);
    expect(await served('shop.test')).toBe(await lies('shop.test'));
  },
);

/** The folder of certbot lies on a disk of its own without any room, until `mend` is called. */
async function fill(folder: string): Promise<() => Promise<string>> {
  const path = `/etc/letsencrypt/${folder}`;
  await stage.host.root(`rm -rf /tmp/kept && cp -a ${path} /tmp/kept && mount -t tmpfs -o size=256k,mode=700 tmpfs ${path}
    cp -a /tmp/kept/. ${path}; cat /dev/zero >${path}/fill 2>/dev/null || :`);
  return () => stage.host.root(`umount ${path}`);
}

it('a disk that is full before an order prevents the order, and the former certificate is served', {
  tags: ['exhaustive'],
}, async () => {
  await freshCa();
  await ageShop();
  const before = [await served('shop.test'), await state(), await pebble.orders()];
  const mend = await fill('archive');
  const result = await run().finally(mend);
  expect(annotation(result)).toMatch(
    /^RB-DISK-FULL: shop\.test: the disk with certbot's folder is full; no certificate was ordered[\s\S]*make room/,
  );
  expect([await served('shop.test'), await state(), await pebble.orders()]).toEqual(before);
});

it('a disk that runs full while certbot writes leaves the former certificate served; the next run serves the new one', {
  tags: ['exhaustive'],
}, async () => {
  await freshCa();
  await ageShop();
  const before = [await served('shop.test'), await state()];
  const orders = await pebble.orders();
  const mend = await fill('renewal');
  const result = await run().finally(mend);
  expect(annotation(result)).toMatch(
    /^RB-DISK-FULL: shop\.test: the disk ran full while certbot wrote[\s\S]*the former links are in place/,
  );
  expect([await served('shop.test'), await state()]).toEqual(before);
  succeeded(await run());
  expect(await served('shop.test')).not.toBe(before[0]);
  expect(await pebble.orders()).toBe(orders + 1);
});

it('ssl_stapling that was left behind is named by a check', { tags: ['exhaustive'] }, async () => {
  await configure(http() + TLS.replaceAll('ssl_certificate ', 'ssl_stapling on; ssl_certificate '));
  const result = await run({ mode: 'check' });
  await configure(http() + TLS);
  succeeded(result);
  expect(result.summary).toContain('stapling is on: CAs no longer answer OCSP');
});

/** Debian 12's, and certbot's own latest; the other tests have Debian's newest. */
it.each<[CertbotVersion, boolean]>([
  ['certbot 2.1', false],
  ['certbot 5.8', true],
])(
  '%s is understood: its renewals, the answers of a CA through it, and whether it orders for addresses and by profile',
  {
    tags: ['exhaustive'],
  },
  async (version, knowsAll) => {
    await installCertbot(stage.host, version);
    expect(await stage.host.root('docker run --rm certbot/certbot --version')).toContain(version);
    await freshCa();
    await ageShop();
    await stage.host.root('chmod 777 /var/www/certbot');
    const renewed = await run();
    await stage.host.root('chmod 755 /var/www/certbot');
    succeeded(renewed);
    expect(renewed.outputs.renewed).toBe('["shop.test"]');
    expect(await served('shop.test')).toBe(await lies('shop.test'));
    expect(renewed.stdout).toContain(
      '/var/www/certbot, the folder of the challenges, may be written by others than root',
    );
    await turnAway({ status: 503, retryAfter: '5400', body: 'busy' }, /\(busy\) until/);
    await freshCa();
    const orders = await pebble.orders();
    const issued = await run({ mode: 'issue', names: '10.200.0.1', server: DIRECTORY });
    if (knowsAll) {
      succeeded(issued);
      const file = '/etc/letsencrypt/live/10.200.0.1/cert.pem';
      expect(await stage.host.root(`openssl x509 -noout -ext subjectAltName -in ${file}`)).toContain(
        'IP Address:10.200.0.1',
      );
    } else {
      expect(annotation(issued)).toMatch(
        /^RB-CERT-PREFLIGHT: 10\.200\.0\.1: this certbot cannot order certificates for addresses[\s\S]*5\.4/,
      );
      expect(await pebble.orders()).toBe(orders);
    }
    await byProfile(knowsAll);
  },
);

/** A profile is had, or nothing is ordered. */
async function byProfile(knowsProfiles: boolean): Promise<void> {
  await pebble.restart({ shortlived: true });
  await register();
  await stage.host.root("grep -q short.test /etc/hosts || echo '127.0.0.1 short.test' >>/etc/hosts");
  const orders = await pebble.orders();
  const wish = { mode: 'issue', names: 'short.test', server: DIRECTORY };
  const unknown = await run({ ...wish, profile: 'tlsserver' });
  expect(annotation(unknown)).toMatch(
    /^RB-CERT-PREFLIGHT: \S+ does not offer the profile tlsserver\nCause: it offers .*shortlived/,
  );
  expect(await pebble.orders()).toBe(orders);
  const issued = await run({ ...wish, profile: 'shortlived' });
  if (!knowsProfiles) {
    expect(annotation(issued)).toMatch(
      /^RB-CERT-PREFLIGHT: short\.test: this certbot cannot ask for a profile[\s\S]*4\.0/,
    );
    expect(await pebble.orders()).toBe(orders);
    return;
  }
  succeeded(issued);
  const live = '/etc/letsencrypt/live/short.test/cert.pem';
  const WEEK = 7 * 24 * 3600;
  expect(await stage.host.root(`openssl x509 -noout -checkend ${WEEK} -in ${live} || :`)).toContain('will expire');
  // A renewal asks for the same one.
  expect(await stage.host.root('cat /etc/letsencrypt/renewal/short.test.conf')).toMatch(
    /^required_profile = shortlived$/m,
  );
}
