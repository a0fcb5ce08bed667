/** Stacks as strangers have them: what `init` makes of them can be carried out, and what it could not know is said. */
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { parseRunbook } from '../../../actions/lib/config/load';
import { hostLookScript, parseHostLook } from '../../../actions/lib/init/host-look';
import { sayInitialised } from '../../../actions/lib/init/say';
import { clockOf } from '../../../actions/lib/init/workflows';
import { eachInItsRepository, folder, put, run, runbook } from './repository';

eachInItsRepository();
const workflow = (name: string): string => readFileSync(join(folder, '.github/workflows', name), 'utf8');

it.each<[string, string, string[]]>([
  [
    'the images of vendors keep their tags',
    'web: { image: "ghcr.io/me/web:${TAG:-latest}" }, grafana: { image: "grafana/grafana:11.1.0" }, keycloak: { image: "quay.io/keycloak/keycloak:24.0.1" }, mail: { image: "axllent/mailpit:v1.20" }',
    ['web'],
  ],
  [
    'also under a tag of a variable',
    'web: { image: "me/web:1.0" }, grafana: { image: "grafana/grafana:${G:-11}" }',
    ['web'],
  ],
  [
    'an image beside the application is the application, whatever its tag',
    'web: { build: ., image: "ghcr.io/me/web:stable" }, api: { image: ghcr.io/me/api }, job: { image: "ghcr.io/me/job:sha-abc" }, tool: { image: "ghcr.io/you/tool:1.2" }',
    ['web', 'api', 'job'],
  ],
  [
    'without a variable or a build, versions and moving tags tell',
    'web: { image: "me/web:production" }, api: { image: me/api }',
    ['web', 'api'],
  ],
])('a version is set for the services of the application: %s', async (_, services, versioned) => {
  put('compose.yaml', `services: { ${services} }\n`);
  const { survey } = await run();
  expect(runbook().versioned).toEqual(versioned);
  const all = [...services.matchAll(/(\w+): \{/g)].map(([, name]) => name);
  for (const name of all.filter((one) => !versioned.includes(one ?? '')))
    expect(survey.found.join('\n')).toMatch(new RegExp(`${name}\\b.* the image tags? of the Compose files`));
});

it('a stack without a service for a version says that a tag would change nothing but files', async () => {
  put('compose.yaml', 'services: { web: { image: "nginx:1.27" }, ci: { image: "louislam/uptime-kuma:1" } }\n');
  expect((await run()).look.join('\n')).toContain('No service was found whose image has the version of a deploy');
});

it('names of a database that stand in an env file are asked for, not guessed without a word', async () => {
  put(
    'compose.yaml',
    'services: { db: { image: "postgres:17", env_file: [.env], environment: { POSTGRES_USER: app } } }\n',
  );
  expect((await run()).look.join('\n')).toContain('POSTGRES_DB of db may be set in .env, which init did not read');
  put('compose.yaml', 'services: { db: { image: "postgres:17", environment: { POSTGRES_USER: app } } }\n');
  expect((await run()).look.join('\n')).not.toContain('may be set in');
  put(
    'compose.yaml',
    'services: { db: { image: "postgres:17", environment: { POSTGRES_USER_FILE: /run/secrets/user, POSTGRES_DB: app } } }\n',
  );
  expect((await run()).look.join('\n')).toContain('POSTGRES_USER of db come from a file: correct');
});

it('a database of Bitnami has other names of variables', async () => {
  put(
    'compose.yaml',
    'services: { db: { image: "bitnami/postgresql:16", environment: [POSTGRESQL_USERNAME=app, POSTGRESQL_DATABASE=shop] } }\n',
  );
  await run();
  expect(runbook().backup.databases).toEqual([expect.objectContaining({ user: 'app', database: 'shop' })]);
});

it('services of a profile that is not active are left out, as a deploy by version would not find them', async () => {
  put(
    'compose.yaml',
    `services:
  web: { image: "ghcr.io/me/web:\${TAG}" }
  migrate: { image: "ghcr.io/me/web:\${TAG}", command: alembic upgrade head, profiles: [tools] }
  worker: { image: "ghcr.io/me/web:\${TAG}", profiles: [prod, all], volumes: ["jobs:/jobs"] }
  mail: { image: "axllent/mailpit:v1.20", profiles: [debug] }
`,
  );
  const { look } = await run();
  expect(runbook()).toMatchObject({ versioned: ['web'], profiles: [], backup: { volumes: [] } });
  expect(look.join('\n')).toMatch(
    /migrate belongs to the profile tools.*, and migrate under versioned and as migration\.service\./,
  );
  expect(look.join('\n')).toMatch(/mail belongs to the profile debug.* write profiles: \[debug\] in runbook\.yml\.$/m);
  expect(look.join('\n')).toContain('worker belongs to the profile prod');
  rmSync(join(folder, 'runbook.yml'));
  const seen = await run('\n#rb-section project\nshop\n/srv/shop\n#rb-section services\nweb\nworker\n');
  expect(runbook()).toMatchObject({
    versioned: ['web', 'worker'],
    profiles: ['prod'],
    backup: { volumes: [expect.anything()] },
  });
  expect(seen.look.join('\n')).not.toContain('worker belongs to');
});

it('a workflow of the same name that does not run these actions is not taken for ours', async () => {
  put('compose.yaml', 'services: { web: { image: "ghcr.io/me/web:1.0" } }\n');
  put(
    '.github/workflows/deploy.yml',
    'jobs: { d: { steps: [{ uses: appleboy/ssh-action@v1, with: { script: "docker compose up -d" } }] } }\n',
  );
  const { look } = await run();
  expect(look.join('\n')).toContain(
    '.github/workflows/deploy.yml does not run these actions, so Deploy has no workflow',
  );
  expect(look.join('\n')).toContain('deploy.yml also changes containers over SSH');
  rmSync(join(folder, '.github'), { recursive: true });
  await run();
  expect((await run()).look.join('\n')).not.toMatch(/has no workflow|over SSH/);
});

it('two stacks of a repository do not share a workflow', async () => {
  mkdirSync(join(folder, '.git'));
  for (const name of ['one', 'two'])
    put(`${name}/compose.yaml`, 'services: { web: { image: "ghcr.io/me/web:1.0" } }\n');
  await run(null, join(folder, 'one'));
  const { look } = await run(null, join(folder, 'two'));
  expect(look.join('\n')).toContain(
    '.github/workflows/deploy.yml is for another stack: it has no line config: two/runbook.yml',
  );
});

it('an env file that Git does not track is not in the repository', async () => {
  const host = '\n#rb-section project\nshop\n/srv/shop\n#rb-section environment\n/srv/shop/.env\n';
  put('compose.yaml', 'services: { web: { image: "ghcr.io/me/web:1.0", env_file: .env } }\n');
  put('.env', 'MODE=development\n');
  put('.gitignore', '.env\n');
  spawnSync('git', ['init', '--quiet'], { cwd: folder });
  const { look } = await run(host);
  expect(workflow('deploy.yml')).toContain('# env-content: ');
  expect(look.join('\n')).not.toContain('is in the repository');
  rmSync(join(folder, '.github'), { recursive: true });
  spawnSync('git', ['add', '--force', '.env'], { cwd: folder });
  expect((await run(host)).look.join('\n')).toContain(
    '.env is in the repository, but the workflows send the secret ENV_PRODUCTION instead',
  );
  expect(workflow('deploy.yml')).not.toContain('# env-content: ');
});

it.each([
  ['Europe/Berlin', 'Europe/Berlin'],
  ['UTC', 'Etc/UTC'],
  ['Etc/Unknown', 'Etc/UTC'],
  ['', 'Etc/UTC'],
])('the clock of %j is %j for GitHub', (zone, clock) => expect(clockOf(zone)).toBe(clock));

it.each([
  ['push: { branches: [main] }', 'build.yml pushes images, but not for a Git tag'],
  ['push: { branches: [main], tags: ["v*"] }', 'build.yml pushes images for a Git tag.'],
  ['push:', 'build.yml pushes images for a Git tag.'],
  ['release: { types: [published] }', 'build.yml pushes images for a Git tag.'],
])('images that a workflow pushes on %s', async (event, sentence) => {
  put('compose.yaml', 'services: { web: { image: "ghcr.io/me/web:1.0" } }\n');
  put(
    '.github/workflows/build.yml',
    `on: { ${event} }\njobs: { b: { steps: [{ uses: docker/build-push-action@v6, with: { tags: "me/web:\${{ github.ref_name }}" } }] } }\n`,
  );
  expect((await run()).look.join('\n')).toContain(sentence);
});

it('folders of the host with data are named, as no backup has them', async () => {
  put('config.yml', '');
  put(
    'compose.yaml',
    `services:
  app:
    image: ghcr.io/me/app:1.0
    volumes: [./uploads:/uploads, "/srv/data:/data", ./config.yml:/c.yml, "/var/run/docker.sock:/s", "/etc/localtime:/t", ".:/app", "../common:/x:ro"]
  home: { image: "ghcr.io/me/home:1.0", volumes: ["~/data:/data"] }
`,
  );
  const { look } = await run();
  const [, said = ''] =
    /app writes to \.\/uploads, \/srv\/data on the host, which no backup contains\..* under backup: (.*)$/m.exec(
      look.join('\n'),
    ) ?? [];
  expect(parseRunbook(`stack: x\ndirectory: /srv/x\nbackup: { ${said} }\n`, 'runbook.yml').backup.volumes).toEqual([
    `${runbook().directory}/uploads`,
    '/srv/data',
  ]);
  expect(look.join('\n')).toMatch(/home writes to ~\/data .* volumes: \[~\/data\]/);
  expect(look.join('\n')).toContain('No data was found that a backup could copy, so no workflow makes backups');
  expect(look.join('\n')).toContain(
    'app mounts ../common, which is outside of the folder of runbook.yml, so a deploy does not upload it',
  );
});

it('the next step is the one of the README', async () => {
  put('compose.yaml', 'services: { web: { image: "ghcr.io/me/web:1.0" } }\n');
  expect(sayInitialised(await run(), { server: null })).toMatch(/Next .*`access --host you@your\.server`/);
});

it.each([
  ['its own', 'shop web ghcr.io/me/shop:1.0\nshop db postgres:16', 'shop'],
  ['its own, whose tag has moved on', 'shop web 0123456789ab', 'shop'],
  ['of another application with the same names', 'blog web wordpress:6\nblog db postgres:16', null],
  [
    'its own beside another',
    'blog web wordpress:6\nblog db postgres:16\nblog caddy caddy:2\nshop web ghcr.io/me/shop:2',
    'shop',
  ],
])('on the host the project is found that is %s', (_, containers, found) => {
  put('bin/docker', `#!/bin/sh\n[ "$1 $2" != "ps -a" ] || cat ${folder}/containers\n`);
  chmodSync(join(folder, 'bin/docker'), 0o755);
  put('containers', `${containers}\n`);
  const services = [
    { name: 'web', image: 'ghcr.io/me/shop:${TAG:-latest}' },
    { name: 'db', image: 'postgres:17' },
    { name: 'caddy', image: 'caddy:2' },
  ];
  const { stdout } = spawnSync('sh', ['-s'], {
    input: hostLookScript(services, []),
    env: { PATH: `${folder}/bin:/usr/bin:/bin` },
    encoding: 'utf8',
  });
  const { stack, look } = parseHostLook(stdout);
  expect(stack).toBe(found);
  if (found === null) expect(look.join('\n')).toContain('blog has services of the same names with other images');
});

it.each<[string, string, string]>([
  [
    'the port of its only door',
    'web: { image: "me/web:1.0", ports: ["8080:3000"] }, api: { image: "me/api:1.0" }',
    'http://localhost:8080',
  ],
  ['port 80', 'web: { image: "me/web:1.0", ports: ["80:80", "9000:9000"] }', 'http://localhost'],
  ['port 443', 'web: { image: "me/web:1.0", ports: ["80:80", "443:443"] }', 'https://localhost'],
  [
    'what another stack may answer, where ports do not tell',
    'web: { image: "me/web:1.0", ports: ["81:1"] }, api: { image: "me/api:1.0", ports: ["82:1"] }, db: { image: "postgres:17", ports: ["5432:5432"] }',
    'https://localhost',
  ],
])('without a proxy probes request %s', async (_, services, url) => {
  put('compose.yaml', `services: { ${services} }\n`);
  const { look } = await run();
  expect(runbook().proxy).toMatchObject({ service: null, url });
  expect(look.join('\n')).toContain(`Probes request ${url} on the host, `);
});
