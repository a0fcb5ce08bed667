/** A stack with two lineages of certbot: nginx, certbot and an ACME server, all of them real. */
import { writeFileSync } from 'node:fs';
import { get } from 'node:https';
import { join } from 'node:path';
import { expect } from 'vitest';
import { installCertbot } from '../lab/certbot';
import { DIRECTORY, Pebble, type PebbleOptions } from '../lab/pebble';
import { installProxies } from '../lab/proxies';
import { type ActionResult, runAction } from '../run-action';
import { expectNoCanary } from './canary';
import { annotation, keyLines, Stage } from './stage';
import { connection } from './workspace';

export let stage: Stage;
export let pebble: Pebble;

const CHALLENGE = 'location /.well-known/acme-challenge/ { root /var/www/certbot; }';
export const http = (challenge = CHALLENGE): string => `server {
  listen 80; listen [::]:80; server_name _;
  ${challenge}
  location / { return 301 https://$host$request_uri; }
}
`;
export const vhost = (lineage: string, names: string): string => `server {
  listen 443 ssl; listen [::]:443 ssl; server_name ${names};
  ssl_certificate /etc/letsencrypt/live/${lineage}/fullchain.pem;
  ssl_certificate_key /etc/letsencrypt/live/${lineage}/privkey.pem;
  location / { return 200 "${lineage}\\n"; }
}
`;
export const TLS = vhost('shop.test', 'shop.test www.shop.test') + vhost('api.test', 'api.test');

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

/** Two lineages, freshly issued, and nginx that serves both. */
export async function openStage(): Promise<void> {
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
}

export async function configure(text: string): Promise<void> {
  await stage.host.put('/srv/stack/nginx/default.conf', text);
  await reload();
}

/** By hand, and until its workers of before take nothing new. */
export async function reload(): Promise<void> {
  await stage.host.root(
    'cd /srv/stack && docker compose -f compose.yml exec -T web nginx -s reload </dev/null 2>/dev/null; sleep 1',
  );
}

export async function run(
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

export const ageShop = (left = 10): Promise<void> => age('shop.test', ['shop.test', 'www.shop.test'], left);

/** Serial that a name is served, by another client than the action's. */
export async function served(name: string): Promise<string> {
  return stage.host.root(
    `openssl s_client -connect localhost:443 -servername ${name} </dev/null 2>/dev/null | openssl x509 -noout -serial`,
  );
}

export async function lies(lineage: string): Promise<string> {
  return stage.host.root(`openssl x509 -noout -serial -in /etc/letsencrypt/live/${lineage}/fullchain.pem`);
}

/** Links and renewal files. */
export async function state(): Promise<string> {
  return stage.host.root(
    'cd /etc/letsencrypt; for link in live/*/*.pem; do echo "$link $(readlink "$link")"; done; cat renewal/*.conf',
  );
}

export const steps = (): Promise<string> => stage.host.root('ls /srv/stack/.runbook/steps 2>/dev/null || :');

/** certbot's account, with a server that has forgotten it. */
export async function register(): Promise<void> {
  await stage.host.root(`rm -rf /etc/letsencrypt/accounts
    certbot() { docker run --rm -v /etc/letsencrypt:/etc/letsencrypt certbot/certbot "$@"; }
    certbot register --register-unsafely-without-email --agree-tos -n 2>&1
    id=$(basename /etc/letsencrypt/accounts/*/dir/*)
    sed -i "s/^account = .*/account = $id/" /etc/letsencrypt/renewal/*.conf`);
}

/** A CA that knows nobody, and nothing on the host of orders before. */
export async function freshCa(): Promise<void> {
  await pebble.restart();
  await register();
  await stage.host.root('rm -f /srv/stack/.runbook/certificates.jsonl');
}

/** Requests of users, a connection each, until they are told to stop. */
export function visits(name: string): { stop: () => Promise<{ requests: number; failed: string[] }> } {
  const failed: string[] = [];
  let requests = 0;
  let going = true;
  const visit = (): Promise<void> =>
    new Promise((resolve) => {
      requests += 1;
      const options = { host: '127.0.0.1', port: stage.host.ports.https, servername: name, headers: { host: name } };
      const request = get({ ...options, agent: false, rejectUnauthorized: false, timeout: 10_000 }, (response) => {
        response.resume().on('end', resolve);
        if (response.statusCode !== 200) failed.push(`status ${response.statusCode}`);
      });
      request.on('timeout', () => request.destroy(new Error('no answer')));
      request.on('error', (error) => {
        failed.push(error.message);
        resolve();
      });
    });
  const ended = (async () => {
    while (going) await visit();
  })();
  return {
    stop: async () => {
      going = false;
      await ended;
      return { requests, failed };
    },
  };
}

/** The stack with certbot as a service of its own, as many have it: with a loop of its own. */
export const WITH_SERVICE = `${COMPOSE}  certbot:
    image: certbot/certbot:latest
    profiles: [tools]
    entrypoint: ["sh", "-c", "while :; do sleep 12h; done"]
    volumes:
      - /etc/letsencrypt:/etc/letsencrypt
      - /var/www/certbot:/var/www/certbot
`;

/** The CA turns the order for shop.test away so; the next run must not ask it. */
export async function turnAway(orders: NonNullable<PebbleOptions['orders']>, words: RegExp): Promise<void> {
  await pebble.restart({ orders });
  await register();
  await stage.host.root('rm -f /srv/stack/.runbook/certificates.jsonl');
  await ageShop();
  const before = [await served('shop.test'), await state()];
  const result = await run();
  expect(annotation(result)).toMatch(/^RB-CERT-RATE-LIMITED: shop\.test: the CA does not issue a certificate now /);
  expect(annotation(result)).toMatch(words);
  expect(await pebble.turnedAway()).toBe(1);
  const again = await run();
  expect(annotation(again)).toMatch(
    /^RB-CERT-RATE-LIMITED: shop\.test: the CA is not asked before .*\n.*the CA said so/,
  );
  expect(await pebble.turnedAway()).toBe(1);
  expect([await served('shop.test'), await state()]).toEqual(before);
  if (orders.retryAfter === undefined) return;
  const until = /until (\S+Z)/.exec(annotation(result))?.[1] ?? '';
  const begun = await stage.host.root('grep -m 1 begun /srv/stack/.runbook/certificates.jsonl');
  // The host's clock when it was asked, and some seconds until it had answered.
  const waits = Date.parse(until) / 1000 - (JSON.parse(begun) as { at: number }).at - Number(orders.retryAfter);
  expect(waits).toBeGreaterThanOrEqual(0);
  expect(waits).toBeLessThan(600);
}

/** A broker that reads its files by a signal, and mail with a copy of them; at first the broker is not told. */
export async function withOthers() {
  const { host, workspace } = stage;
  const program = (service: string, mount: string): string => `  ${service}:
    image: localhost:5000/acme/nginx:v1
    volumes: ["./${service}.conf:/etc/nginx/conf.d/default.conf:ro", "${mount}:ro"]
`;
  const tls = (port: number, folder: string): string =>
    `server { listen ${port} ssl; ssl_certificate ${folder}/fullchain.pem; ssl_certificate_key ${folder}/privkey.pem; }\n`;
  await host.put(
    '/srv/stack/compose.yml',
    COMPOSE + program('broker', '/etc/letsencrypt:/etc/letsencrypt') + program('mail', './mail:/certs'),
  );
  await host.put('/srv/stack/broker.conf', tls(8883, '/etc/letsencrypt/live/shop.test'));
  await host.put('/srv/stack/mail.conf', tls(993, '/certs'));
  await host.root(`mkdir -p /srv/stack/mail && cd /srv/stack/mail && cp -L /etc/letsencrypt/live/shop.test/*.pem . && chown 1234 privkey.pem && chmod 640 privkey.pem
    cd .. && docker compose -f compose.yml up -d 2>/dev/null`);
  const consumers = (reread: string): void =>
    writeFileSync(
      join(workspace, 'runbook.yml'),
      `${RUNBOOK}certificates:
  consumers:
    - { service: broker, port: 8883, lineage: shop.test, reread: ${reread} }
    - { service: mail, port: 993, lineage: shop.test, name: shop.test, reread: restart, copy: /srv/stack/mail }
`,
    );
  consumers('by-itself');
  const ask = (service: string, port: number): Promise<string> =>
    host.root(
      `openssl s_client -connect $(docker inspect -f '{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}' shop-${service}-1):${port} </dev/null 2>/dev/null | openssl x509 -noout -serial`,
    );
  const away = async (): Promise<void> => {
    writeFileSync(join(workspace, 'runbook.yml'), RUNBOOK);
    await host.put('/srv/stack/compose.yml', COMPOSE);
    await host.root('docker rm -f shop-broker-1 shop-mail-1 >/dev/null; rm -r /srv/stack/mail');
  };
  return { broker: () => ask('broker', 8883), mail: () => ask('mail', 993), told: () => consumers('HUP'), away };
}

/** Caddy in place of nginx, with a certificate that it got from the CA itself. @returns its name */
export async function withCaddy(): Promise<string> {
  const { host, workspace } = stage;
  await installProxies(host, ['caddy']);
  await pebble.restart();
  await host.put(
    '/srv/stack/compose.yml',
    `name: shop
services:
  caddy:
    image: localhost:5000/acme/caddy:v1
    ports: ["80:80", "443:443"]
    volumes: ["./Caddyfile:/etc/caddy/Caddyfile:ro", "/etc/pebble/cert.pem:/ca.pem:ro"]
`,
  );
  await host.put(
    '/srv/stack/Caddyfile',
    `{\n acme_ca ${DIRECTORY}\n acme_ca_root /ca.pem\n skip_install_trust\n}\ncaddy.test {\n respond "caddy"\n}\n`,
  );
  await host.root(`echo "127.0.0.1 caddy.test" >>/etc/hosts
    cd /srv/stack && docker compose -f compose.yml up -d --remove-orphans 2>/dev/null
    i=0; until openssl s_client -connect localhost:443 -servername caddy.test </dev/null 2>/dev/null | grep -q Pebble; do i=$((i+1)); [ $i -lt 300 ] || { docker logs shop-caddy-1 2>&1 | tail -n 20 >&2; exit 1; }; sleep 0.2; done`);
  writeFileSync(
    join(workspace, 'runbook.yml'),
    `${RUNBOOK.replace('service: web', 'service: caddy')}certificates: { names: [caddy.test] }\n`,
  );
  return 'caddy.test';
}
