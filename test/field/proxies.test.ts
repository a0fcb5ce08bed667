/** HAProxy and Caddy in front of a stack, an nginx inside of it that calls a service by its name, all of them at once. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { annotation, Stage, succeeded } from '../e2e/stage';
import { expectNoneFailed, expectNothingLeft, planned } from '../e2e/stand-in-stage';
import { installProxies } from '../lab/proxies';
import { type Load, startLoad } from '../load/load';
import { total } from '../load/report';

const COMPOSE = `name: acme
services:
  haproxy:
    image: localhost:5000/acme/haproxy:v1
    restart: unless-stopped
    ports: ["80:80"]
    volumes: ["./haproxy:/etc/haproxy:ro"]
    depends_on: [backend]
  caddy:
    image: localhost:5000/acme/caddy:v1
    restart: unless-stopped
    ports: ["443:80"]
    environment: { EDITION_HEADER: "x-edition" }
    volumes: ["./caddy:/etc/caddy:ro"]
    depends_on: [backend]
  inner:
    image: localhost:5000/acme/nginx:v1
    restart: unless-stopped
    volumes: ["./inner:/etc/nginx/conf.d:ro"]
    depends_on: [backend]
  backend:
    image: localhost:5000/acme/backend:\${BACKEND_TAG:-v1}
    restart: unless-stopped
    networks: [default, shared]
networks:
  shared: { external: true }
`;
/** Another project on the same host, with a proxy in front of the first one's service and one in the host's own network. */
const OTHER = `name: other
services:
  edge:
    image: localhost:5000/acme/nginx:v1
    ports: ["8088:80"]
    volumes: ["./inner:/etc/nginx/conf.d:ro"]
    networks: [shared]
  router:
    image: localhost:5000/acme/backend:v1
    network_mode: host
    healthcheck: { disable: true }
    command: [node, /router.js, backend, "http://127.0.0.1:8088/version"]
    volumes: ["./router.js:/router.js:ro", "/var/run/docker.sock:/var/run/docker.sock"]
networks:
  shared: { external: true }
`;
const RUNBOOK = `stack: acme
directory: /srv/stack
compose: [docker-compose.prod.yml]
env-file: .env.production
files: [haproxy, caddy, inner]
versioned: [backend]
proxy: { service: haproxy, url: http://localhost, probes: [/healthz] }
defaults: { stable-for: 1s }
`;
const HAPROXY = `global
  log stdout format raw local0
defaults
  mode http
  log global
  option httplog
  timeout connect 5s
  timeout client 60s
  timeout server 60s
  timeout tunnel 1h
frontend web
  bind :80
  http-after-response set-header x-edition one
  default_backend api
backend api
  server one backend:8080
`;
const CADDY = `:80 {
  header {$EDITION_HEADER} one
  reverse_proxy backend:8080
}
`;
const INNER = `server {
  listen 80;
  location / { proxy_pass http://backend:8080; }
}
`;

let stage: Stage;

beforeAll(async () => {
  stage = await Stage.open();
  await installProxies(stage.host, ['haproxy', 'haproxy-single', 'caddy']);
  await stage.host.root(`install -d -o deploy /srv/stack/haproxy /srv/stack/caddy /srv/stack/inner`);
  stage.write('docker-compose.prod.yml', COMPOSE);
  stage.write('runbook.yml', RUNBOOK);
  stage.write('haproxy/haproxy.cfg', HAPROXY);
  stage.write('caddy/Caddyfile', CADDY);
  stage.write('inner/default.conf', INNER);
  await stage.host.root('docker network create shared; install -d -o deploy /srv/other');
  succeeded(await stage.deploy('v1'));
});
afterAll(() => stage?.close());

/** Load on a published port, without TLS. */
async function loadOn(port: number): Promise<Load> {
  const load = startLoad({
    address: stage.host.address,
    port,
    serverName: 'stack.test',
    rate: 20,
    webSockets: 1,
    plain: true,
    slow: [{ share: 0.01, seconds: 2 }],
  });
  await new Promise((resolve) => setTimeout(resolve, 1500));
  return load;
}

function edition(port: number): Promise<string> {
  return stage.host.root(`curl -sI http://localhost:${port}/version | tr -d '\\r' | sed -n 's/^x-edition: //ip'`);
}

async function idOf(service: string): Promise<string | undefined> {
  return (await stage.running()).find((container) => container.service === service)?.id;
}

const ports = { haproxy: 80, caddy: 443 } as const;

it('a site behind HAProxy or Caddy is not closed, and nothing changes', async () => {
  const running = await stage.running();
  for (const [service, name] of [
    ['haproxy', 'HAProxy'],
    ['caddy', 'Caddy'],
  ] as const) {
    stage.edit('runbook.yml', (text) => text.replace(/service: haproxy|service: caddy/, `service: ${service} `));
    const said = annotation(await stage.run('maintenance', { mode: 'on', reason: 'x' }));
    expect(said).toMatch(
      new RegExp(`^RB-MAINTENANCE-UNSUITABLE: ${service} cannot serve .*\\nCause: it runs ${name}; only nginx can`),
    );
  }
  stage.write('runbook.yml', RUNBOOK);
  expect(await stage.running()).toEqual(running);
});

it('a service is replaced behind HAProxy, Caddy and an nginx inside the stack without a failed request, and each finds the new one', async () => {
  const loads = [await loadOn(stage.host.ports.http), await loadOn(stage.host.ports.https)];
  const result = await stage.deploy('v2');
  const reports = await Promise.all(loads.map((load) => load.stop()));
  succeeded(result);
  for (const report of reports) expect(total(report).versions.v2).toBeGreaterThan(0);
  await expectNoneFailed(stage, reports[0]!);
  // Caddy does not send a POST again that met a connection which it had kept, as that was ended.
  expect(reports[1]!.failures.filter((failure) => !/POST \S+: status 502$/.test(failure))).toEqual([]);
  expect(total(reports[1]!).failed).toBeLessThanOrEqual(2);
  for (const port of Object.values(ports))
    expect(await stage.host.root(`curl -s http://localhost:${port}/version`)).toContain('v2');
  const inner = await stage.host.root(
    `docker inspect --format '{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}' ${await idOf('inner')}`,
  );
  expect(await stage.host.root(`curl -s -m 5 http://${inner.trim()}/version`)).toContain('v2');
  await expectNothingLeft(stage);
});

it("a proxy of another project and one in the host's own network are served while a service that they call is replaced", {
  tags: ['exhaustive'],
}, async () => {
  await stage.host.put('/srv/other/compose.yml', OTHER);
  await stage.host.put('/srv/other/inner/default.conf', INNER);
  await stage.host.put('/srv/other/router.js', readFileSync(join(import.meta.dirname, '../lab/router.js')));
  await stage.host.root('cd /srv/other && docker compose -f compose.yml up -d --quiet-pull 2>&1; sleep 2');
  const result = await stage.deploy('v1');
  await stage.host.root('sleep 1');
  const answers = await stage.host.root(
    'docker logs other-router-1 2>&1; cd /srv/other && docker compose -f compose.yml rm -sf router 2>/dev/null',
  );
  succeeded(result);
  const lines = answers.trim().split('\n');
  expect(lines.filter((line) => line.includes('failed'))).toEqual([]);
  for (const way of ['address', 'url']) expect(lines.findLast((line) => line.startsWith(way))).toBe(`${way} v1`);
  expect(lines).toContain('address v2');
  await expectNothingLeft(stage);
  succeeded(await stage.deploy('v2'));
});

describe.each(['haproxy', 'caddy'] as const)('%s', (proxy) => {
  const file = { haproxy: 'haproxy/haproxy.cfg', caddy: 'caddy/Caddyfile' }[proxy];

  beforeAll(() => {
    stage.write(
      'runbook.yml',
      RUNBOOK.replaceAll(
        'service: haproxy, url: http://localhost',
        `service: ${proxy}, url: http://localhost:${ports[proxy]}`,
      ),
    );
  });

  it('serves by its changed configuration after a deploy, in the same container and without a failed request', async () => {
    const before = await idOf(proxy);
    stage.edit(file, (text) => text.replace(/ one\b(?=\n)/, ' two'));
    const load = await loadOn(stage.host.ports[proxy === 'haproxy' ? 'http' : 'https']);
    const result = await stage.deploy('v2');
    const report = await load.stop();
    succeeded(result);
    expect(await edition(ports[proxy])).toBe('two\n');
    expect(await idOf(proxy)).toBe(before);
    expect(total(report).failed, await stage.failures(report)).toBe(0);
  });

  it('refuses a broken configuration, and goes on with the one that it has', async () => {
    const good = stage.read(file);
    const current = await stage.current();
    stage.write(file, good.replace(/^.*backend:8080$/m, '  no_such_directive 1'));
    const result = await stage.deploy('v2');
    stage.write(file, good);
    expect(annotation(result)).toMatch(/^RB-PROXY-CONFIG: /);
    expect(await stage.current()).toBe(current);
    expect(await edition(ports[proxy])).toBe('two\n');
    expect(await stage.host.root(`cat /srv/stack/${file}`)).toBe(good);
  });
});

it('HAProxy without a master process is replaced for a changed configuration, and serves by it', {
  tags: ['exhaustive'],
}, async () => {
  stage.write('runbook.yml', RUNBOOK);
  stage.edit('docker-compose.prod.yml', (text) => text.replace('acme/haproxy:', 'acme/haproxy-single:'));
  succeeded(await stage.deploy('v2'));
  stage.edit('haproxy/haproxy.cfg', (text) => text.replace('x-edition two', 'x-edition three'));
  expect(await planned(stage, 'v2', 'haproxy')).toMatchObject({ kind: 'stand-in' });
  const before = await idOf('haproxy');
  succeeded(await stage.deploy('v2'));
  expect(await edition(80)).toBe('three\n');
  expect(await idOf('haproxy')).not.toBe(before);
});
