/** Apache in front of a stack, and one behind it that only serves files. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { annotation, Stage, succeeded } from '../e2e/stage';
import { expectNoneFailed, expectNothingLeft, planned } from '../e2e/stand-in-stage';
import { installProxies } from '../lab/proxies';
import { startLoad } from '../load/load';
import { total } from '../load/report';

const COMPOSE = `name: acme
services:
  apache:
    image: localhost:5000/acme/apache:v1
    restart: unless-stopped
    ports: ["80:80"]
    volumes: ["./apache:/etc/apache2/sites-enabled:ro"]
    depends_on: [backend]
  pages:
    image: localhost:5000/acme/apache:v1
    restart: unless-stopped
    command: [sh, -c, "rm /etc/apache2/mods-enabled/proxy*; . /etc/apache2/envvars; mkdir -p /run/apache2; exec apache2 -D FOREGROUND"]
  backend:
    image: localhost:5000/acme/backend:\${BACKEND_TAG:-v1}
    restart: unless-stopped
`;
const RUNBOOK = `stack: acme
directory: /srv/stack
compose: [docker-compose.prod.yml]
env-file: .env.production
files: [apache]
versioned: [backend]
proxy: { service: apache, url: http://localhost, probes: [/healthz] }
defaults: { stable-for: 1s }
`;
const SITE = `<VirtualHost *:80>
  CustomLog /proc/self/fd/1 common
  ErrorLog /proc/self/fd/2
  Header always set x-edition one
  ProxyPass / http://backend:8080/ upgrade=websocket
</VirtualHost>
`;

let stage: Stage;

beforeAll(async () => {
  stage = await Stage.open();
  await installProxies(stage.host, ['apache']);
  await stage.host.root('install -d -o deploy /srv/stack/apache');
  stage.write('docker-compose.prod.yml', COMPOSE);
  stage.write('runbook.yml', RUNBOOK);
  stage.write('apache/site.conf', SITE);
  succeeded(await stage.deploy('v1'));
});
afterAll(() => stage?.close());

async function generations(service: string): Promise<string> {
  const id = (await stage.running()).find((container) => container.service === service)?.id;
  // The children of before a reload are other processes.
  return stage.host.root(`docker top ${id} -o pid,comm | awk '$2 == "apache2" { print $1 }' | sort -n`);
}

it('a service is replaced behind Apache, which calls the new container afterwards', async () => {
  const before = { apache: await generations('apache'), pages: await generations('pages') };
  const load = startLoad({
    address: stage.host.address,
    port: stage.host.ports.http,
    serverName: 'stack.test',
    rate: 20,
    webSockets: 1,
    plain: true,
    slow: [{ share: 0.01, seconds: 2 }],
  });
  const result = await stage.deploy('v2');
  const report = await load.stop();
  succeeded(result);
  expect(total(report).versions.v2).toBeGreaterThan(0);
  await expectNoneFailed(stage, report);
  for (let request = 0; request < 20; request += 1)
    expect(await stage.host.root('curl -s -m 5 http://localhost/version')).toContain('v2');
  const after = await generations('apache');
  expect(after).not.toBe(before.apache);
  expect(after.split('\n')[0]).toBe(before.apache.split('\n')[0]);
  // It passes no requests on, so it need not be told.
  expect(await generations('pages')).toBe(before.pages);
  await expectNothingLeft(stage);
}, 300_000);

it('Apache serves by its changed configuration after a deploy, in the same container', {
  tags: ['exhaustive'],
}, async () => {
  stage.edit('apache/site.conf', (text) => text.replace('x-edition one', 'x-edition two'));
  expect(await planned(stage, 'v2', 'apache')).toMatchObject({ kind: 'reload' });
  succeeded(await stage.deploy('v2'));
  expect(await stage.host.root('curl -sI http://localhost/version')).toMatch(/^x-edition: two\r?$/im);
});

it('Apache refuses a broken configuration, and goes on with the one that it has', {
  tags: ['exhaustive'],
}, async () => {
  const current = await stage.current();
  stage.edit('apache/site.conf', (text) => text.replace('ProxyPass', 'NoSuchDirective'));
  expect(annotation(await stage.deploy('v2'))).toMatch(/^RB-PROXY-CONFIG: /);
  expect(await stage.current()).toBe(current);
  expect(await stage.host.root('curl -sI http://localhost/version')).toMatch(/^x-edition: two\r?$/im);
});
