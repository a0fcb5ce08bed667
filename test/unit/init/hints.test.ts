/** What `init` finds of a site behind variables and labels, and what it writes down as a guess, a hint or a default. */
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { parseRunbook } from '../../../actions/lib/config/load';
import { sayInitialised } from '../../../actions/lib/init/say';
import { eachInItsRepository, folder, put, root, run, runbook, text } from './repository';

eachInItsRepository();
const said = async (): Promise<string> => (await run()).look.join('\n');

it.each<[string, string, string | null]>([
  ['{$SITE} {\n\treverse_proxy web:3000\n}\n', 'SITE: "${SITE:-blog.example.com}"', 'blog.example.com'],
  ['{$SITE:shop.example.com} {\n\treverse_proxy web:3000\n}\n', 'OTHER: x', 'shop.example.com'],
  ['{$SITE:shop.example.com} {\n\treverse_proxy web:3000\n}\n', 'SITE: blog.example.com', 'blog.example.com'],
  ['{$SITE} {\n\treverse_proxy web:3000\n}\n', 'SITE: "${SITE}"', null],
])('the site %j with the variable %s is %s', async (caddyfile, variable, site) => {
  put('Caddyfile', caddyfile);
  put(
    'compose.yaml',
    `services:
  web: { image: "me/web:1.0" }
  caddy: { image: "caddy:2", ports: ["443:443"], environment: { ${variable} }, volumes: ["./Caddyfile:/etc/caddy/Caddyfile:ro"] }
`,
  );
  const look = await said();
  expect(runbook().proxy.hostHeader ?? null).toBe(site);
  expect(look.includes('The name of the site was not found. Write it in runbook.yml as proxy.host-header')).toBe(
    site === null,
  );
});

it("the path that Traefik's own check requests is the health of a service whose healthcheck requests none", async () => {
  const labels = (port: string) =>
    `labels: { traefik.http.services.a.loadbalancer.healthcheck.path: /api/healthz, traefik.http.services.a.loadbalancer.server.port: "${port}" }`;
  put(
    'compose.yaml',
    `services:
  api: { image: "me/api:1.0", healthcheck: { test: [CMD, /api, check] }, ${labels('8080')} }
  web: { image: "me/web:1.0", healthcheck: { test: "curl http://localhost:3000/up" }, ${labels('${PORT}')} }
  job: { image: "me/job:1.0", ${labels('${PORT}')} }
`,
  );
  await run();
  expect(runbook().services).toMatchObject({
    api: { healthPath: '/api/healthz', healthPort: 8080 },
    web: { healthPath: '/up', healthPort: 3000 },
    job: { healthPath: '/api/healthz' },
  });
  expect(runbook().services.job?.healthPort).toBeUndefined();
  expect(runbook().proxy.probes).toEqual(['/api/healthz', '/up']);
});

it('a service that only its volume keeps from running twice has the way out beside it', async () => {
  put(
    'compose.yaml',
    `services:
  web: { image: "me/web:1.0", volumes: ["uploads:/uploads", "./files:/files"], healthcheck: { test: "curl http://localhost:3000/up" } }
  fixed: { image: "me/fixed:1.0", volumes: ["uploads:/uploads"], ports: ["80:80"] }
  open: { image: "me/open:1.0", volumes: ["\${DATA}:/data"], healthcheck: { test: "curl http://localhost:3000/up" } }
`,
  );
  const done = await run();
  expect([...done.survey.interrupted.keys()]).toEqual(['web', 'fixed', 'open']);
  expect(text()).toMatch(
    /stops it for a moment, because it writes to uploads, \.\/files\.\n {2}# If two containers may write there at the same time, give it shared-volumes: \[uploads, \.\/files\]\n {2}web:/,
  );
  expect(text().match(/give it shared-volumes/g)).toHaveLength(1);
  const sentence = 'say so in runbook.yml: shared-volumes: [uploads, ./files] under services.web.';
  expect(sayInitialised(done, { server: null }).split(sentence)).toHaveLength(2);
  const followed = text().replace('  web: { ', '  web: { shared-volumes: [uploads, ./files], ');
  expect(parseRunbook(followed, 'runbook.yml').services.web?.sharedVolumes).toEqual(['uploads', './files']);
});

it('what no host was asked for is marked as a guess', async () => {
  put('compose.yaml', 'services: { web: { image: "me/web:1.0" } }\n');
  await run();
  expect(text()).toMatch(/^stack: .*# a guess, as no host was read: the project/m);
  expect(text()).toMatch(/^directory: .*; a guess, as no host was read$/m);
  expect(text()).toMatch(/^ {2}probes: \[\/\] +# a guess; requested/m);
  rmSync(join(folder, 'runbook.yml'));
  await run('\n#rb-section project\nshop\n/srv/shop\n#rb-section probes\n/up\n');
  expect(text()).not.toContain('a guess');
});

it('editors are told of the schema of the same version', async () => {
  put('compose.yaml', 'services: { web: { image: "me/web:1.0" } }\n');
  await run();
  const [, path = ''] =
    /^# yaml-language-server: \$schema=https:\/\/raw\.githubusercontent\.com\/acme\/runbook-actions\/v1\/(.*)\n/.exec(
      text(),
    ) ?? [];
  expect(JSON.parse(readFileSync(join(root, path), 'utf8'))).toHaveProperty('properties.stack');
});

it('the defaults that a comment shows are those that hold, and may be written as they stand there', async () => {
  put('compose.yaml', 'services: { web: { image: "me/web:1.0" } }\n');
  await run();
  const [before = '', defaults = ''] = text().split(/^# Defaults.*\n/m);
  expect(defaults).toMatch(/keep-releases: 5\n.*\n.*drain-timeout: 30.*\n.*watch: \{ duration: 10,/);
  expect(parseRunbook(before + defaults.replaceAll('# ', ''), 'runbook.yml')).toEqual(runbook());
});

it('the registry of the images of the application is named where its login is not made by itself', async () => {
  put(
    'compose.yaml',
    `services:
  app: { image: "registry.gitlab.com/acme/crm:\${TAG}" }
  job: { image: "registry.gitlab.com/acme/crm:\${TAG}" }
  web: { image: "acme/web:\${TAG}" }
  any: { image: "\${FROM}/any:\${TAG}" }
  db: { image: "quay.io/x/postgres:17" }
`,
  );
  const look = await said();
  expect(look).toContain(
    'The images of app, job come from registry.gitlab.com. If it asks for a login, set the variable REGISTRY to registry.gitlab.com,',
  );
  expect(look).toContain('The image of web comes from docker.io.');
  expect(look).not.toMatch(/quay\.io\. If|images? of any/);
  put('compose.yaml', 'services: { web: { image: "ghcr.io/acme/web:${TAG}" } }\n');
  expect(await said()).not.toContain('asks for a login');
});

it.each<[string, string | null]>([
  ['backend_blue, backend_green', 'backend'],
  ['web-blue, web-green', 'web'],
  ['blue, green', 'app'],
  ['web_blue, api_green', null],
  ['blue, greenhouse', null],
])("a blue/green deployment of one's own is named: %s", async (names, one) => {
  put(
    'compose.yaml',
    `services: { ${names
      .split(', ')
      .map((name) => `${name}: { image: "me/web:1.0" }`)
      .join(', ')} }\n`,
  );
  const look = await said();
  expect(look.includes('seem to be a blue/green deployment of your own')).toBe(one !== null);
  if (one !== null) expect(look).toContain(`Make one service of them (such as ${one}), let the proxy call it`);
});
