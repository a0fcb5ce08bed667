/** A stack with two lineages of certbot: nginx, certbot and an ACME server, all of them real. */
import { rmSync, writeFileSync } from 'node:fs';
import { get } from 'node:https';
import { join } from 'node:path';
import { installCertbot } from '../lab/certbot';
import { LabHost } from '../lab/host';
import { DIRECTORY, Pebble } from '../lab/pebble';
import { type ActionResult, runAction } from '../run-action';
import { expectNoCanary, keyLines } from './canary';
import { connection, freshWorkspace } from './workspace';

/** A host and the user's repository. */
export let stage: { readonly host: LabHost; readonly workspace: string; readonly close: () => Promise<void> };
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

export const COMPOSE = `name: shop
services:
  web:
    image: localhost:5000/acme/nginx:v1
    ports: ["80:80", "443:443"]
    volumes:
      - ./nginx:/etc/nginx/conf.d:ro
      - /etc/letsencrypt:/etc/letsencrypt:ro
      - /var/www/certbot:/var/www/certbot:ro
`;
export const RUNBOOK = `stack: shop
directory: /srv/stack
compose: [compose.yml]
env-file: null
proxy: { service: web, url: https://localhost }
`;

/** Two lineages, freshly issued, and nginx that serves both. */
export async function openStage(): Promise<void> {
  const host = await LabHost.start();
  const workspace = freshWorkspace();
  const close = async (): Promise<void> => {
    rmSync(workspace, { recursive: true });
    await host.destroy();
  };
  stage = { host, workspace, close };
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
export async function age(lineage: string, names: readonly string[], left: number): Promise<void> {
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
