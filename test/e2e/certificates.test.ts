/** Certificates of a stack with two lineages: nginx, certbot and an ACME server, all of them real. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { installCertbot } from '../lab/certbot';
import { DIRECTORY, Pebble } from '../lab/pebble';
import { type ActionResult, runAction } from '../run-action';
import { expectNoCanary } from './canary';
import { annotation, keyLines, Stage, succeeded } from './stage';
import { connection } from './workspace';

let stage: Stage;
let pebble: Pebble;

const CHALLENGE = 'location /.well-known/acme-challenge/ { root /var/www/certbot; }';
const http = (challenge = CHALLENGE): string => `server {
  listen 80; listen [::]:80; server_name _;
  ${challenge}
  location / { return 301 https://$host$request_uri; }
}
`;
const vhost = (lineage: string, names: string): string => `server {
  listen 443 ssl; listen [::]:443 ssl; server_name ${names};
  ssl_certificate /etc/letsencrypt/live/${lineage}/fullchain.pem;
  ssl_certificate_key /etc/letsencrypt/live/${lineage}/privkey.pem;
  location / { return 200 "${lineage}\\n"; }
}
`;
const TLS = vhost('shop.test', 'shop.test www.shop.test') + vhost('api.test', 'api.test');

const COMPOSE = `name: shop
services:
  web:
    image: localhost:5000/acme/nginx:v1
    ports: ["80:80", "443:443"]
    volumes:
      - ./nginx:/etc/nginx/conf.d:ro
      - /etc/letsencrypt:/etc/letsencrypt:ro
      - /var/www/certbot:/var/www/certbot:ro
`;
const RUNBOOK = `stack: shop
directory: /srv/stack
compose: [compose.yml]
env-file: null
proxy: { service: web, url: https://localhost }
`;

beforeAll(async () => {
  stage = await Stage.open();
  const { host } = stage;
  writeFileSync(join(stage.workspace, 'runbook.yml'), RUNBOOK);
  await host.put('/srv/stack/compose.yml', COMPOSE);
  await host.put('/srv/stack/nginx/default.conf', http());
  await host.root(`mkdir -p /var/www/certbot
    for name in shop.test www.shop.test api.test; do echo "127.0.0.1 $name" >>/etc/hosts; done
    printf 'server = ${DIRECTORY}\\nno-verify-ssl = true\\n' >/etc/letsencrypt/cli.ini
    cd /srv/stack && docker compose -f compose.yml up -d --quiet-pull 2>/dev/null`);
  [pebble] = await Promise.all([Pebble.start(host), installCertbot(host)]);
  for (const names of ['-d shop.test -d www.shop.test', '-d api.test'])
    await host.root(`docker run --rm -v /etc/letsencrypt:/etc/letsencrypt -v /var/www/certbot:/var/www/certbot certbot/certbot \
      certonly --webroot -w /var/www/certbot ${names} --register-unsafely-without-email --agree-tos -n 2>&1`);
  await configure(http() + TLS);
});
afterAll(() => stage?.close());

async function configure(text: string): Promise<void> {
  await stage.host.put('/srv/stack/nginx/default.conf', text);
  await reload();
}

/** By hand, and until its workers of before take nothing new. */
async function reload(): Promise<void> {
  await stage.host.root(
    'cd /srv/stack && docker compose -f compose.yml exec -T web nginx -s reload </dev/null 2>/dev/null; sleep 1',
  );
}

async function run(
  inputs: Readonly<Record<string, string>> = {},
  onLine?: (line: string, kill: () => void) => void,
): Promise<ActionResult> {
  const result = await runAction('renew-certs', { ...connection(stage.host), ...inputs }, stage.workspace, onLine);
  expectNoCanary([...keyLines(stage.host.privateKey), ...(await certificateKeys())], result.shown);
  return result;
}

/** Lines of every private key of certbot. */
async function certificateKeys(): Promise<string[]> {
  const text = await stage.host.root('cat /etc/letsencrypt/archive/*/privkey*.pem');
  return text.split('\n').filter((line) => line !== '' && !line.startsWith('-----'));
}

/** The certificate of a lineage becomes one of 90 days with so many left, of a CA of the test; nginx serves it. */
async function age(lineage: string, names: readonly string[], left: number): Promise<void> {
  await stage.host.root(`set -e; cd /etc/letsencrypt/live/${lineage}; day() { date -u -d "$1 days" +%Y%m%d%H%M%SZ; }
    ca=/etc/pebble/old
    [ -e $ca.pem ] || openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 300 -subj '/CN=Old CA' -keyout $ca.key -out $ca.pem 2>/dev/null
    printf 'subjectAltName=${names.map((name) => `DNS:${name}`).join(',')}\\n' >/tmp/extensions
    openssl req -new -key privkey.pem -subj / -out /tmp/request
    openssl x509 -req -in /tmp/request -CA $ca.pem -CAkey $ca.key -CAcreateserial -not_before "$(day -${90 - left})" -not_after "$(day ${left})" -extfile /tmp/extensions -out /tmp/cert.pem 2>/dev/null
    cat /tmp/cert.pem >cert.pem; cat $ca.pem >chain.pem; cat /tmp/cert.pem $ca.pem >fullchain.pem`);
  await reload();
}

const ageShop = (left = 10): Promise<void> => age('shop.test', ['shop.test', 'www.shop.test'], left);

/** Serial that a name is served, by another client than the action's. */
async function served(name: string): Promise<string> {
  return stage.host.root(
    `openssl s_client -connect localhost:443 -servername ${name} </dev/null 2>/dev/null | openssl x509 -noout -serial`,
  );
}

async function lies(lineage: string): Promise<string> {
  return stage.host.root(`openssl x509 -noout -serial -in /etc/letsencrypt/live/${lineage}/fullchain.pem`);
}

/** Links and renewal files. */
async function state(): Promise<string> {
  return stage.host.root(
    'cd /etc/letsencrypt; for link in live/*/*.pem; do echo "$link $(readlink "$link")"; done; cat renewal/*.conf',
  );
}

const steps = (): Promise<string> => stage.host.root('ls /srv/stack/.runbook/steps 2>/dev/null || :');

it('a check tells what each name is served, and changes nothing', async () => {
  const before = [await state(), await steps(), await pebble.orders()];
  const result = await run({ mode: 'check' });
  succeeded(result);
  expect(result.summary).toContain('## ✅ Check certificates');
  for (const name of ['shop.test:443', 'www.shop.test:443', 'api.test:443']) expect(result.summary).toContain(name);
  expect(Number(result.outputs['days-left'])).toBeGreaterThan(80);
  expect([await state(), await steps(), await pebble.orders()]).toEqual(before);
});

it('a list names each lineage, and who is served it', async () => {
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

it('where nothing is due nothing is ordered, and that is said', async () => {
  const before = [await state(), await pebble.orders()];
  const result = await run();
  succeeded(result);
  expect(result.summary).toContain('nothing to do');
  expect(result.summary).toMatch(/shop\.test.*due from/);
  expect(result.outputs.renewed).toBe('[]');
  expect([await state(), await pebble.orders()]).toEqual(before);
});

it('no order is spent where the challenge would not be found, or a name leads elsewhere, too', async () => {
  await ageShop();
  const orders = await pebble.orders();
  await configure(http('') + TLS);
  const swallowed = await run();
  expect(annotation(swallowed)).toMatch(
    /^RB-CERT-PREFLIGHT: shop.test: the CA would not find its challenge[\s\S]*port 80 of the host does not give the file for www\.shop\.test/,
  );
  await configure(http() + TLS);
  await stage.host.root("echo '10.201.255.250 www.shop.test' >>/etc/hosts");
  const elsewhere = await run();
  await stage.host.root("sed '/10.201.255.250/d' /etc/hosts >/tmp/hosts; cat /tmp/hosts >/etc/hosts");
  expect(annotation(elsewhere)).toMatch(/^RB-CERT-PREFLIGHT: [\s\S]*www\.shop\.test leads to 10\.201\.255\.250, too/);
  expect(await pebble.orders()).toBe(orders);
  expect(await stage.host.root('find /var/www/certbot -type f')).toBe('');
});

it('what is due is renewed, and counts once every name is served it', async () => {
  await ageShop();
  const before = { shop: await served('shop.test'), api: await served('api.test'), orders: await pebble.orders() };
  const planned = await run({ 'dry-run': 'true' });
  succeeded(planned);
  expect(planned.summary).toContain('would be renewed');
  const result = await run();
  succeeded(result);
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
    if (line.includes('is put back')) void master('CONT');
  });
  expect(annotation(result)).toMatch(/^RB-CERT-NOT-SERVED: shop\.test: /);
  expect(result.stdout).toContain('what was served before is served');
  expect(result.outputs.renewed).toBe('[]');
  await reload();
  expect(await served('shop.test')).toBe(before.shop);
  expect(await state()).toBe(before.state);
  const orders = await pebble.orders();
  const again = await run();
  succeeded(again);
  expect(again.summary).toContain('what lay there is served now, without an order');
  expect(await served('shop.test')).not.toBe(before.shop);
  expect(await served('shop.test')).toBe(await lies('shop.test'));
  expect(await pebble.orders()).toBe(orders);
});

it('a CA that refuses leaves the certificate of before served, and is not asked again at once', async () => {
  await ageShop();
  const before = [await served('shop.test'), await state()];
  await pebble.restart({ refuses: ['shop.test'] });
  const result = await run();
  expect(annotation(result)).toMatch(/^RB-CERT-REFUSED: shop\.test: certbot did not get a certificate/);
  expect([await served('shop.test'), await state()]).toEqual(before);
  const orders = await pebble.orders();
  const again = await run();
  expect(annotation(again)).toMatch(/^RB-CERT-RATE-LIMITED: shop\.test: the CA is not asked before \d{4}-/);
  expect(await pebble.orders()).toBe(orders);
  expect([await served('shop.test'), await state()]).toEqual(before);
});

/** The step of a renewal, by the signal that nothing can catch, at a moment of it. */
it.each(['operation order', 'certbot: ', 'operation serve'])(
  'a renewal whose step is killed at "%s" leaves a certificate served, and the next run comes to the new one',
  { tags: ['exhaustive'] },
  async (moment) => {
    await pebble.restart();
    await register();
    await ageShop();
    await stage.host.root('rm -f /srv/stack/.runbook/certificates.jsonl');
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

/** certbot's account, with a server that has forgotten it. */
async function register(): Promise<void> {
  await stage.host.root(`rm -rf /etc/letsencrypt/accounts
    certbot() { docker run --rm -v /etc/letsencrypt:/etc/letsencrypt certbot/certbot "$@"; }
    certbot register --register-unsafely-without-email --agree-tos -n 2>&1
    id=$(basename /etc/letsencrypt/accounts/*/dir/*)
    sed -i "s/^account = .*/account = $id/" /etc/letsencrypt/renewal/*.conf`);
}
