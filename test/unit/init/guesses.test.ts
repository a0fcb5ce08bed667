/** What `init` guesses of stacks with a tool that migrates, sites that redirect, proxies elsewhere, and no env file. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { siteIn } from '../../../actions/lib/init/site';
import { eachInItsRepository, folder, put, run, runbook } from './repository';

eachInItsRepository();

it('a tool that migrates is the migration, and keeps its own tag', async () => {
  put(
    'compose.yaml',
    `services:
  api: { image: "ghcr.io/acme/api:v1.8.2", environment: ["DB=postgres://o:\${DB_PASS}@db/o"], depends_on: [db] }
  migrator: { image: "migrate/migrate:v4.18.1", command: [-path, /m, up], depends_on: [db], restart: on-failure }
  cache: { image: "redis/redis-stack:latest" }
  db: { image: "postgres:17", environment: [POSTGRES_USER=o] }
`,
  );
  const { look } = await run();
  expect(runbook()).toMatchObject({ versioned: ['api'], migration: { service: 'migrator' } });
  expect(look.join('\n')).not.toContain('migrator migrates the database when it starts');
  expect(look.join('\n')).toContain('cache (redis/redis-stack:latest) holds data');
});

it('variables without a default are named where no env file is found', async () => {
  const files = (image: string, value: string) =>
    `services: { web: { image: "ghcr.io/me/web:${image}", environment: { A: "${value}" } } }\n`;
  const said = async (): Promise<string> => (await run()).look.join('\n');
  put('compose.yaml', files('${TAG}', 'x${PASS}$$y${PORT:-80}${KEY:?which}'));
  expect(await said()).toContain('use KEY, PASS without a default, and no env file was found');
  put('compose.yaml', files('${TAG}', '${PORT:-80}'));
  expect(await said()).not.toContain('without a default');
  put('compose.yaml', files('1.0', '${PASS}'));
  put('.env', 'PASS=x\n');
  rmSync(join(folder, 'runbook.yml'));
  expect(await said()).not.toContain('without a default');
});

it.each<[string, string, string]>([
  [
    'only redirects',
    'www.shop.example {\n\tredir https://shop.example{uri}\n}\nshop.example {\n\treverse_proxy web:3000\n}\n',
    'shop.example',
  ],
  [
    'redirects a path',
    'shop.example {\n\tredir /old /new\n\treverse_proxy web:3000\n}\nwww.shop.example {\n\tredir https://shop.example\n}\n',
    'shop.example',
  ],
  [
    'of nginx only redirects',
    'server { listen 443 ssl;\n  server_name www.shop.example;\n  return 301 https://shop.example$request_uri;\n}\nserver {\n  server_name shop.example;\n  location / { proxy_pass http://web; }\n}\n',
    'shop.example',
  ],
  ['is all that there is', 'www.shop.example {\n\tredir https://elsewhere.example\n}\n', 'www.shop.example'],
  [
    'is a virtual host of Apache',
    '<VirtualHost *:443>\n  ServerName shop.example\n  ProxyPass / http://web:80/\n</VirtualHost>\n',
    'shop.example',
  ],
  ['is a rule of HAProxy', 'frontend fe\n  acl api hdr(host) -i api.shop.example\n', 'api.shop.example'],
])('a site that %s', (_, text, site) => expect(siteIn([text])).toBe(site));

it.each<[string, string]>([
  ['its healthcheck requests', 'healthcheck: { test: "curl -f http://localhost:3000/up" }'],
  ['a rule of Traefik names', 'labels: ["traefik.http.services.web.loadbalancer.server.port=3000"]'],
  ['a file of the proxy names', 'command: serve'],
])('a service that writes to a volume is named as interrupted where %s it', async (_, line) => {
  const proxy = line === 'command: serve';
  put('Caddyfile', 'shop.example {\n\treverse_proxy web:3000\n}\n');
  put(
    'compose.yaml',
    `services:
  web: { image: "ghcr.io/me/web:\${TAG}", volumes: ["files:/files"], ${line} }
  worker: { image: "ghcr.io/me/web:\${TAG}", volumes: ["files:/files"] }
  job: { image: "ghcr.io/me/web:\${TAG}", volumes: ["files:/files"], command: rails db:migrate }
  after: { image: "ghcr.io/me/web:\${TAG}", depends_on: { job: { condition: service_completed_successfully } } }
${proxy ? '  edge: { image: "caddy:2", ports: ["443:443"], volumes: ["./Caddyfile:/etc/caddy/Caddyfile:ro"] }\n' : ''}volumes: { files: }
`,
  );
  const { survey } = await run();
  expect([...survey.interrupted]).toEqual([['web', 'it writes to files']]);
});

it('a site whose name only a rule of Traefik tells is requested from the proxy of another stack by that name', async () => {
  put(
    'compose.yaml',
    'services: { app: { image: "ghcr.io/me/app:main", labels: ["traefik.http.routers.a.rule=Host(`a.example`) || Host(`www.a.example`)"] } }\n',
  );
  const { look } = await run();
  expect(runbook().proxy).toMatchObject({ service: null, url: 'https://localhost', hostHeader: 'a.example' });
  expect(look.join('\n')).toContain('under the name a.example, where the proxy of another stack has to answer');
});

it('a migration in the entrypoint of an image is named, unless a service migrates', async () => {
  const app = 'web: { build: ., image: "ghcr.io/me/web:${TAG}" }';
  const said = async (): Promise<string> => (await run()).look.join('\n');
  put('compose.yaml', `services: { ${app} }\n`);
  put('bin/docker-entrypoint', '#!/bin/bash -e\nif [ "$1" = server ]; then ./bin/rails db:prepare; fi\nexec "$@"\n');
  put('docker/entrypoint.sh', '#!/bin/sh\n# once: alembic upgrade head\nexec "$@"\n');
  put('Dockerfile', 'COPY migrations /migrations\nCMD ["serve"]\n');
  expect(await said()).toMatch(/^bin\/docker-entrypoint migrates the database\. If an image/m);
  expect(await said()).not.toMatch(/(entrypoint\.sh|Dockerfile) migrates/);
  put('Dockerfile', 'CMD flask db migrate && serve\n');
  expect(await said()).toMatch(/^Dockerfile migrates the database/m);
  put('backend/Dockerfile', 'ENTRYPOINT ["sh", "-c", "alembic upgrade head && exec serve"]\n');
  expect(await said()).toMatch(/^backend\/Dockerfile migrates the database/m);
  put('compose.yaml', `services: { ${app}, migrate: { image: "ghcr.io/me/web:1", restart: "no" } }\n`);
  expect(await said()).not.toContain('If an image of this stack starts with it');
});

it('a path that ends with the name of a service does not call it', async () => {
  put(
    'nginx.conf',
    'server { location /.well-known/ { root /var/www/certbot; } location / { fastcgi_pass app:9000; } }\n',
  );
  put(
    'compose.yaml',
    `services:
  nginx: { image: "nginx:1.27", ports: ["443:443"], volumes: ["./nginx.conf:/etc/nginx/nginx.conf:ro"] }
  app: { image: "me/app:1.0", volumes: ["files:/files"] }
  certbot: { image: certbot/certbot, volumes: ["/etc/letsencrypt:/etc/letsencrypt", "www:/var/www/certbot"] }
  api: { image: "me/api:1.0", environment: ["DSN=host=db user=app", "KEY_FILE=/run/secrets/key"] }
  key: { image: "me/key:1.0", volumes: ["keys:/keys"], environment: ["PASSWORD_FILE=/run/secrets/db"] }
  job: { image: "me/job:1.0", environment: ["DSN=app:x@tcp(db:5432)/app"] }
  db: { image: "postgres:17" }
`,
  );
  const { survey } = await run();
  expect([...survey.interrupted.keys()]).toEqual(['app']);
  expect(survey.writers).toEqual(['api', 'job']);
});
