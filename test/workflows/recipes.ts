/** The stacks of RECIPES.md on a host of the lab: what takes the place of what is elsewhere. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LabHost } from '../lab/host';
import { installProxies } from '../lab/proxies';

export interface Trial {
  /** Its mark in the page. */
  readonly name: string;
  readonly title: string;
  /** Images of the page → those of the lab that stand for them, in the registry of the host. */
  readonly images: Readonly<Record<string, string>>;
  /** What else the host has. */
  readonly prepare?: (host: LabHost) => Promise<void>;
  /** Texts of the page that fit no image here → others. */
  readonly texts?: Readonly<Record<string, string>>;
  /** The file that lies on the server alone. */
  readonly env: { readonly path: string; readonly content: string };
  /** Services whose containers the tag replaces; all others stay. */
  readonly replaced: readonly string[];
  /** Prints the version that serves. */
  readonly ask: string;
}

const PASSWORD = 'sesame-open-1';

export const TRIALS: readonly Trial[] = [
  {
    name: 'next',
    title: 'Next.js with Caddy',
    images: {
      'ghcr.io/me/shop:v1.3.0': 'acme/backend:v1',
      'ghcr.io/me/shop:v1.4.0': 'acme/backend:v2',
      'postgres:16': 'acme/postgres:v1',
      'caddy:2': 'acme/caddy:v1',
    },
    prepare: (host) => installProxies(host, ['caddy']),
    texts: { 'web:3000': 'web:8080', '  log\n': '  log\n  tls internal\n' },
    env: { path: '.env', content: `TAG=v1.3.0\nDB_PASSWORD=${PASSWORD}\n` },
    replaced: ['web'],
    ask: 'curl -sk --resolve shop.example:443:127.0.0.1 https://shop.example/version',
  },
  {
    name: 'django',
    title: 'Django with Celery and a Traefik of another stack',
    images: {
      'registry.example.com/team/app:v1.3.0': 'acme/django:v1',
      'registry.example.com/team/app:v1.4.0': 'acme/django:v2',
      'redis:7': 'acme/static:v1',
      'postgres:17': 'acme/postgres:v1',
    },
    prepare: async (host) => {
      await makeDjango(host);
      await startFront(host);
    },
    env: { path: '.env', content: `APP_VERSION=v1.3.0\nDB_PASSWORD=${PASSWORD}\n` },
    replaced: ['beat', 'celery', 'migrate', 'web'],
    ask: 'curl -sk --resolve app.example.com:443:127.0.0.1 https://app.example.com/version',
  },
  {
    name: 'runbook',
    title: 'API, worker and migrations behind nginx',
    images: {
      ...Object.fromEntries(
        ['backend', 'worker', 'migrate'].flatMap((name) => [
          [`ghcr.io/acme/${name}:v1.3.0`, `acme/${name}:v1`],
          [`ghcr.io/acme/${name}:v1.4.0`, `acme/${name}:v2`],
        ]),
      ),
      'nginx:1.27': 'acme/nginx:v1',
      'pgvector/pgvector:pg16': 'acme/postgres:v1',
      // A deploy asks them nothing.
      'qdrant/qdrant:v1.12.0': 'acme/static:v1',
      'docker.redpanda.com/redpandadata/redpanda:v24.2.1': 'acme/static:v1',
    },
    texts: { '[CMD, wget,': '[CMD, busybox, wget,' },
    env: {
      path: '.env.production',
      content: `TAG=v1.3.0\nPOSTGRES_PASSWORD=${PASSWORD}\nPGHOST=db\nPGUSER=app\nPGDATABASE=app\nPGPASSWORD=${PASSWORD}\n`,
    },
    replaced: ['backend', 'migrate', 'worker'],
    ask: 'curl -s http://localhost/version',
  },
  {
    name: 'upstream',
    title: 'A site with `upstream` in nginx',
    images: {
      'registry.example.com/api:1.0.0': 'acme/backend:v1',
      'registry.example.com/api:1.4.0': 'acme/backend:v2',
      'registry.example.com/site:1.0.0': 'acme/frontend:v1',
      'registry.example.com/site:1.4.0': 'acme/frontend:v2',
      'nginx:1.27': 'acme/nginx:v1',
    },
    env: { path: '.env', content: '' },
    replaced: ['api', 'site'],
    ask: 'curl -s http://localhost/api/version',
  },
];

/** Where the host's own registry has it. */
function here(repository: string): string {
  return `localhost:5000/${repository.replace(/^[^/]*\.[^/]*\//, '')}`;
}

/** A file of the recipe as it is tried. */
export function tried(text: string, { images, texts = {} }: Trial): string {
  let found = text;
  for (const image of Object.keys(images)) {
    const repository = image.replace(/:[^/:]*$/, '');
    found = found.replaceAll(`image: ${repository}:`, `image: ${here(repository)}:`);
    found = found.replaceAll(`image: "${repository}:`, `image: "${here(repository)}:`);
  }
  for (const [from, to] of Object.entries(texts)) found = found.replaceAll(from, to);
  return found;
}

export async function prepare(host: LabHost, { images, prepare: own }: Trial): Promise<void> {
  await own?.(host);
  const lines = Object.entries(images).map(([image, from]) => {
    const [, repository = '', tag = ''] = /^(.*):([^/:]*)$/.exec(image) ?? [];
    const [was, is] = [`localhost:5000/${from}`, `${here(repository)}:${tag}`];
    return `docker pull -q ${was}; docker tag ${was} ${is}; docker push -q ${is}`;
  });
  await host.root(`set -e\n${lines.join('\n')}`);
}

/** Programs of those names that do what these do in a stack: migrate, serve, work. */
const DJANGO: Readonly<Record<string, string>> = {
  python: `case "$*" in 'manage.py migrate') ;; *) exit 2 ;; esac
psql --quiet --no-psqlrc --set ON_ERROR_STOP=1 --set version="$VERSION" "$DATABASE_URL" <<'SQL'
create table if not exists django_migrations (id serial primary key, app text, name text, applied timestamptz default now());
insert into django_migrations (app, name) values ('app', :'version');
SQL`,
  gunicorn: 'sed "s/listen(8080/listen(8000/" /app/backend.js >/tmp/app.js && exec node /tmp/app.js',
  celery: 'trap "exit 0" TERM; echo "celery $*: ready"; while :; do sleep 1 & wait $!; done',
  curl: 'for url; do :; done; exec busybox wget -q -O /dev/null "$url"',
};

async function makeDjango(host: LabHost): Promise<void> {
  await host.root('mkdir -p /srv/django && chown deploy /srv/django');
  for (const [name, script] of Object.entries(DJANGO))
    await host.put(`/srv/django/${name}`, `#!/bin/sh\n${script}\n`, 0o755);
  for (const tag of ['v1', 'v2'])
    await host.root(
      `set -e; id=$(docker create localhost:5000/acme/backend:${tag}); docker cp -q /srv/django/. "$id:/usr/local/bin"
      docker commit --change 'HEALTHCHECK NONE' "$id" localhost:5000/acme/django:${tag} >/dev/null
      docker rm "$id" >/dev/null; docker push -q localhost:5000/acme/django:${tag}`,
    );
}

/** The other stack, on a network that both share. */
async function startFront(host: LabHost): Promise<void> {
  await host.root('docker network create web && mkdir -p /srv/front && chown deploy /srv/front');
  await host.put('/srv/front/front.js', readFileSync(join(__dirname, '../lab/front.js')));
  await host.put(
    '/srv/front/compose.yml',
    `name: front
services:
  traefik:
    image: localhost:5000/acme/backend:v1
    healthcheck: { disable: true }
    command: [node, /front.js, web, /etc/letsencrypt/live/stack.test]
    ports: ["80:80", "443:443"]
    volumes: ["./front.js:/front.js:ro", "/etc/letsencrypt:/etc/letsencrypt:ro", "/var/run/docker.sock:/var/run/docker.sock"]
    networks: [web]
networks: { web: { external: true } }
`,
  );
  await host.root('cd /srv/front && docker compose up -d --quiet-pull 2>&1');
}
