/** Files that services mount and that only the Compose file names. */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { annotation, Stage, succeeded } from '../e2e/stage';

const COMPOSE = 'docker-compose.prod.yml';

let stage: Stage;

beforeAll(async () => {
  stage = await Stage.open();
  stage.edit(COMPOSE, (text) =>
    text.replace(
      '\n  frontend:\n',
      `
  frontend:
    volumes: ["./pages/hello.txt:/hello.txt:ro", "./state:/state"]
`,
    ),
  );
  mkdirSync(join(stage.workspace, 'pages'));
  writeFileSync(join(stage.workspace, 'pages/hello.txt'), 'first\n');
});
afterAll(() => stage?.close());

const seen = (): Promise<string> =>
  stage.host.root('docker exec $(docker ps -q --filter label=com.docker.compose.service=frontend) cat /hello.txt');

it('a deploy refuses a mount that is neither in the repository nor on the host, and Docker does not create a folder for it', async () => {
  const result = await stage.deploy('v1');
  expect(result.code, result.shown).toBe(1);
  expect(annotation(result)).toContain('RB-SOURCE-MISSING');
  expect(annotation(result)).toContain('mkdir -p /srv/stack/state');
  expect(await stage.running()).toEqual([]);
  expect(await stage.host.root('ls -A /srv/stack | grep -v "^.runbook$" || :')).toBe('');
  expect(
    await stage.host.exec('mkdir -p /srv/stack/state && echo data >/srv/stack/state/own', { user: 'deploy' }),
  ).toMatchObject({
    code: 0,
  });
});

it('a deploy uploads mounted files of the repository, and a changed file changes the service', async () => {
  succeeded(await stage.deploy('v1'));
  expect(await seen()).toBe('first\n');
  writeFileSync(join(stage.workspace, 'pages/hello.txt'), 'second\n');
  const result = await stage.deploy('v1');
  succeeded(result);
  expect(JSON.parse(result.outputs['changed-services'] ?? '')).toEqual(['frontend']);
  expect(await seen()).toBe('second\n');
  expect(await stage.host.root('cat /srv/stack/state/own')).toBe('data\n');
});

it('a deploy refuses to replace files of the host where containers may write', async () => {
  mkdirSync(join(stage.workspace, 'state'));
  writeFileSync(join(stage.workspace, 'state/own'), 'of a developer\n');
  const result = await stage.deploy('v1');
  expect(result.code, result.shown).toBe(1);
  expect(annotation(result)).toContain('RB-FILE-DIFFERS');
  expect(await stage.host.root('cat /srv/stack/state/own')).toBe('data\n');
});

it('a new container has the files of its release, also those that the proxy mounts as well', async () => {
  rmSync(join(stage.workspace, 'state'), { recursive: true });
  const read = 'const text = require("fs").readFileSync("/etc/nginx/conf.d/edition.txt", "utf8");';
  const serve = `${read} require("http").createServer((_, answer) => answer.end(text)).listen(8080)`;
  stage.edit(COMPOSE, (text) =>
    text.replace(
      '\n  frontend:\n',
      `
  reader:
    image: localhost:5000/acme/backend:v1
    command: [node, -e, '${serve}']
    healthcheck: { disable: true }
    volumes: ["./nginx/plain:/etc/nginx/conf.d:ro"]
    networks: [edge]
  frontend:
`,
    ),
  );
  writeFileSync(join(stage.workspace, 'nginx/plain/edition.txt'), 'first');
  const answer = (): Promise<string> =>
    stage.host.root(
      'docker exec $(docker ps -q --filter label=com.docker.compose.service=frontend) busybox wget -qO - http://reader:8080/',
    );
  succeeded(await stage.deploy('v1'));
  expect(await answer()).toBe('first');
  writeFileSync(join(stage.workspace, 'nginx/plain/edition.txt'), 'second');
  stage.edit('runbook.yml', (text) => text.replace('  worker:\n', '  reader:\n    strategy: rolling\n  worker:\n'));
  const result = await stage.deploy('v1');
  succeeded(result);
  expect(await answer()).toBe('second');
  expect(result.summary).toContain('The running containers of reader mount nginx/plain/edition.txt');
});

it('new containers have the files that pages of the former release request, after a deploy and a rollback', {
  tags: ['exhaustive'],
}, async () => {
  rmSync(join(stage.workspace, 'state'), { recursive: true, force: true });
  stage.edit('runbook.yml', (text) =>
    text.replace('    strategy: rolling\n', '    strategy: rolling\n    assets: /opt\n'),
  );
  const files = (): Promise<string> =>
    stage.host.root(
      'docker exec $(docker ps -q --filter label=com.docker.compose.service=backend) sh -c "cd /opt && ls"',
    );
  succeeded(await stage.deploy('backend=v4\nworker=v1'));
  expect(await files()).toBe('ballast-v4\n');
  const result = await stage.deploy('backend=v5\nworker=v1');
  succeeded(result);
  expect(await files()).toBe('ballast-v4\nballast-v5\n');
  succeeded(await stage.rollback());
  expect(await files()).toBe('ballast-v4\nballast-v5\n');
  expect(await stage.remains(), 'no container is left').toBe('');
});

it('files of former releases also reach recreated containers, and never a folder that the image lacks', {
  tags: ['exhaustive'],
}, async () => {
  const files = (): Promise<string> =>
    stage.host.root(
      'docker exec $(docker ps -q --filter label=com.docker.compose.service=backend) sh -c "cd /opt && ls"',
    );
  stage.edit('runbook.yml', (text) => text.replace('assets: /opt', 'assets: /opt/lacking'));
  const result = await stage.deploy('backend=v6\nworker=v1');
  expect(result.code, result.shown).toBe(1);
  expect(annotation(result)).toContain('RB-ASSETS-UNSUITABLE');
  expect(await files()).toBe('ballast-v4\nballast-v5\n');
  stage.edit('runbook.yml', (text) =>
    text.replace('assets: /opt/lacking', 'assets: /opt').replace('    strategy: rolling\n', '    strategy: recreate\n'),
  );
  succeeded(await stage.deploy('backend=v6\nworker=v1', { 'allow-downtime': 'true' }));
  // A release that was rolled back from need not be kept.
  expect(await files()).toMatch(/^ballast-v4\n(ballast-v5\n)?ballast-v6\n$/);
});
