/** `init` on three kinds of stacks: what it writes is a runbook that is read, and says what it could not know. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { actionsIn } from '../../../actions/command';
import { parseRunbook } from '../../../actions/lib/config/load';
import { type Approval, type Initialised, init } from '../../../actions/lib/init/init';
import { sayInitialised } from '../../../actions/lib/init/say';
import { DJANGO, NEXT, RUNBOOK } from './stacks';

const root = resolve(__dirname, '../../..');
const templates = join(root, '.github/workflows');
const uses = { repository: 'acme/runbook-actions', ref: 'a'.repeat(40), version: 'v1.0.0' };

let folder: string;
beforeEach(() => {
  folder = join(mkdtempSync(join(tmpdir(), 'runbook-init-')), 'My Shop');
  mkdirSync(folder);
});
afterEach(() => rmSync(resolve(folder, '..'), { recursive: true }));

const put = (path: string, text: string): void => {
  mkdirSync(resolve(folder, path, '..'), { recursive: true });
  writeFileSync(join(folder, path), text);
};
const run = (output: string | null = null, approval: Approval = 'reviewers'): Promise<Initialised> =>
  init({
    folder,
    compose: null,
    uses,
    templates,
    approval,
    timezone: 'Europe/Berlin',
    actions: actionsIn(root),
    ask: output === null ? null : async () => output,
  });
const runbook = () => parseRunbook(readFileSync(join(folder, 'runbook.yml'), 'utf8'), 'runbook.yml');
const workflow = (name: string): string => readFileSync(join(folder, '.github/workflows', name), 'utf8');

it('sets the clock of schedules to that of whoever types it', async () => {
  put(
    'compose.yaml',
    'services: { db: { image: "postgres:17", volumes: ["d:/var/lib/postgresql/data"] } }\nvolumes: { d: }\n',
  );
  const { look } = await run();
  expect(workflow('backup.yml')).toContain('timezone: Europe/Berlin');
  expect(look.join('\n')).toContain('Schedules run by the clock of Europe/Berlin');
});

describe('a deploy that is approved elsewhere', () => {
  it.each<[Approval, string]>([
    ['branch', 'select(.user.login == "github-actions[bot]"'],
    ['hash', 'expected-plan: ${{ inputs.plan }}'],
  ])('by %s has its own workflow, with our actions and the same settings', async (approval, line) => {
    put('compose.yaml', NEXT);
    const { settings } = await run(null, approval);
    expect(workflow('deploy.yml')).toContain(line);
    expect(workflow('deploy.yml')).not.toMatch(/\.\/actions|self-repository/);
    expect(workflow('deploy.yml')).toContain('packages: read');
    expect(settings.find((one) => one.startsWith('production-plan:'))).toContain('SSH_KEY (secret)');
  });
});

describe('a site with Caddy and an env file of its own', () => {
  it('is written down with its proxy, its database and the services that a version changes', async () => {
    put('compose.yaml', NEXT);
    put('.env', 'DB_PASSWORD=x\n');
    const { look, settings } = await run();
    const written = runbook();
    expect(written).toMatchObject({
      stack: 'myshop',
      compose: ['compose.yaml'],
      envFile: '.env',
      versioned: ['web'],
      proxy: { service: 'caddy', url: 'https://localhost' },
      migration: { service: null },
      backup: { databases: [{ service: 'db', user: 'shop', database: 'shop' }], volumes: [] },
      restore: { writers: ['web'] },
    });
    expect(look.join('\n')).toContain('A deploy counts the answers of the proxy caddy only where it logs requests');
    const [production] = settings.filter((line) => line.startsWith('production:'));
    expect(production).toContain('SSH_KEY (secret)');
    expect(production).not.toMatch(/REGISTRY|AGE_KEY/);
  });

  it.each([
    ['shop.example {\n  reverse_proxy web:3000\n}\n', 'shop.example'],
    ['{\n  email me@shop.example\n}\nwww.shop.example, shop.example {\n  log\n}\n', 'www.shop.example'],
    ['(snippet) {\n}\nhttps://shop.example:8443 { # the shop\n}\n', 'shop.example'],
    [':80 {\n  handle_path /api/* {\n  }\n}\n{$SITE} {\n}\n', null],
  ])('asks it by the name that its Caddyfile has: %j', async (caddyfile, site) => {
    put('compose.yaml', NEXT);
    put('Caddyfile', caddyfile);
    await run();
    expect(runbook().proxy.hostHeader ?? null).toBe(site);
  });

  it('pulls from GitHub with the token of the run, and needs no path of ours', async () => {
    put('compose.yaml', NEXT);
    await run();
    const deploy = workflow('deploy.yml');
    expect(deploy).toContain(`uses: acme/runbook-actions/actions/deploy@${'a'.repeat(40)} # v1.0.0`);
    for (const name of ['deploy.yml', 'rollback.yml', 'backup.yml', 'restore.yml']) {
      expect(workflow(name)).not.toContain('./actions/');
      expect(workflow(name)).not.toContain('self-repository');
      // Its user may check workflows with zizmor, too.
      expect(workflow(name)).toContain('# zizmor: ignore[concurrency-limits] runs wait for the lease');
      expect(parse(workflow(name))).toHaveProperty('jobs');
    }
    const { jobs } = parse(deploy) as { jobs: { apply: { permissions: object; steps: { with: object }[] } } };
    expect(jobs.apply.permissions).toMatchObject({ contents: 'read', packages: 'read' });
    expect(jobs.apply.steps.at(-1)?.with).toMatchObject({
      registry: 'ghcr.io',
      'registry-user': '${{ github.actor }}',
    });
  });
});

describe('Django behind a Traefik of another stack', () => {
  it('says what migrates by itself, what stops for a moment, and what no backup reads', async () => {
    put('docker-compose.prod.yml', DJANGO);
    put('docker-compose.yml', 'services: { web: { build: . } }\n');
    const { look, survey } = await run();
    expect(runbook()).toMatchObject({
      stack: 'shop-app',
      compose: ['docker-compose.prod.yml'],
      versioned: ['web', 'celery', 'beat'],
      url: 'https://app.example.com',
      proxy: { service: null },
      backup: { databases: [{ service: 'db', user: 'app', database: 'app_production' }], volumes: ['uploads'] },
      restore: { writers: ['web', 'celery', 'beat'] },
      services: { web: { healthPath: '/healthz/', healthPort: 8000 } },
    });
    expect(look.join('\n')).toMatch(/web migrates the database when it starts/);
    expect(look.join('\n')).toMatch(/redis \(redis:7\) holds data that no backup/);
    expect(look.join('\n')).toMatch(/Not used: docker-compose\.yml/);
    expect(survey.interrupted.get('celery')).toBeUndefined();
  });
});

describe('the stack of the runbook', () => {
  it('is written down whole, and the user that only the host knows is asked for', async () => {
    put('docker-compose.prod.yml', RUNBOOK);
    put(
      '.github/workflows/publish.yml',
      'steps: [{ uses: docker/build-push-action@v6 }]\n# type=semver,pattern={{version}}\n',
    );
    put('.github/workflows/deploy.yml', 'name: mine\n');
    const { look, kept } = await run();
    expect(runbook()).toMatchObject({
      versioned: ['backend', 'worker', 'migrate'],
      migration: { service: 'migrate' },
      backup: { qdrant: [{ service: 'qdrant' }], redpanda: ['redpanda'] },
      services: { backend: { healthPath: '/healthz', healthPort: 8080 } },
      proxy: { service: 'nginx', probes: ['/healthz'] },
    });
    // A deploy leaves a path out that fails before its cutover.
    expect(readFileSync(join(folder, 'runbook.yml'), 'utf8')).toMatch(
      /^ {2}probes: \[\/healthz\] .*none may answer worse,.*fails before is left out$/m,
    );
    expect(look.join('\n')).toContain('POSTGRES_USER of db come from a variable');
    expect(look.join('\n')).toContain('publish.yml pushes 1.4.0 for the Git tag v1.4.0');
    expect(runbook().tag).toBe('{semver}');
    expect(kept).toEqual(['.github/workflows/deploy.yml']);
    expect(workflow('deploy.yml')).toBe('name: mine\n');
  });

  it('takes from the host what only the host knows', async () => {
    put('docker-compose.prod.yml', RUNBOOK);
    const { host } = await run(HOST);
    expect(runbook()).toMatchObject({
      stack: 'acme',
      directory: '/srv/own/acme',
      envFile: '.env.production',
      backup: { databases: [{ service: 'db', user: 'cv', database: 'cv_app' }] },
      proxy: { probes: ['/healthz', '/'] },
    });
    expect(workflow('deploy.yml')).toMatch(/# env-content: /);
    expect(host?.crontab).toEqual(['0 2 * * * root pg_dump PGPASSWORD=*** app']);
  });
});

const HOST = `
#rb-section says
Debian GNU/Linux 12
Docker 28.2.2
#rb-section project
acme
/srv/own/acme
#rb-section compose
/srv/own/acme/docker-compose.prod.yml
#rb-section environment
/srv/own/acme/.env.production
#rb-section postgres
db\tcv\tcv_app
#rb-section probes
/healthz
/
#rb-section look
#rb-section crontab
0 2 * * * root pg_dump PGPASSWORD=*** app
`;

describe('workflows', () => {
  const written = ({ written: paths }: Initialised): string[] =>
    paths.flatMap((path) => /workflows\/(.*)\.yml$/.exec(path)?.[1] ?? []);

  it('are those that have something to do: certbot, SOPS, data, a migration', async () => {
    put('compose.yaml', 'services: { web: { image: "ghcr.io/me/web:1.0" } }\n');
    expect(written(await run())).toEqual(['deploy', 'maintenance', 'plan', 'restart', 'rollback', 'run', 'scale']);
    rmSync(join(folder, '.github'), { recursive: true });
    put('compose.yaml', RUNBOOK);
    put('.sops.yaml', '');
    expect(written(await run())).toEqual(
      expect.arrayContaining([
        'backup',
        'migrate',
        'renew-certs',
        'issue-certs',
        'restore',
        'rotate-secrets',
        'check-secrets',
      ]),
    );
  });
});

describe('init itself', () => {
  it('is refused where nothing can be read, and writes nothing then', async () => {
    await expect(run()).rejects.toThrow(/has no Compose file/);
    put('compose.yaml', 'services: [\n');
    await expect(run()).rejects.toThrow(/is not YAML/);
    expect(() => readFileSync(join(folder, 'runbook.yml'))).toThrow();
  });

  it('may be run again and leaves everything as it is', async () => {
    put('compose.yaml', NEXT);
    const first = await run();
    put('runbook.yml', `${readFileSync(join(folder, 'runbook.yml'), 'utf8')}# mine\n`);
    const again = await run();
    expect(again.written).toEqual([]);
    expect(again.kept).toEqual(first.written);
    expect(readFileSync(join(folder, 'runbook.yml'), 'utf8')).toContain('# mine');
    expect(sayInitialised(again, { server: null })).toContain('Left as it is');
  });

  it('reads short and long forms of ports and mounts, with variables in them', async () => {
    put(
      'compose.yml',
      `services:
  edge:
    image: nginxinc/nginx-unprivileged:1
    ports: ["127.0.0.1:\${HTTP_PORT:-80}:8080", { target: 8443, published: "443" }]
  app:
    image: "\${REGISTRY:-ghcr.io/me}/app:\${TAG}"
    volumes: ["\${DATA:-/srv/data}:/data", cache:/cache:ro, "./conf/\${SITE:-plain}:/etc/app:ro", "./fixed:/fixed:ro"]
    ports: ["\${PORT:-3000}:3000"]
`,
    );
    const { survey } = await run();
    expect(survey.proxy).toEqual({ service: 'edge', kind: 'nginx', tls: true });
    expect(survey.versioned).toEqual(['app']);
    expect(survey.interrupted.get('app')).toBe('it publishes a port of the host and it writes to ${DATA:-/srv/data}');
    expect(survey.volumes).toEqual([]);
    expect(runbook().files).toEqual(['conf']);
  });
});
