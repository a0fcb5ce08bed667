/** Certificates: what several tests say of a CA, and other programs in front or beside. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { DIRECTORY, type PebbleOptions } from '../lab/pebble';
import { installProxies } from '../lab/proxies';
import { ageShop, COMPOSE, pebble, RUNBOOK, register, run, served, stage, state } from './certificate-site';
import { annotation } from './stage';

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
    /^RB-CERT-RATE-LIMITED: shop\.test: the CA will not be asked before .*\n.*the CA asked for that/,
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
