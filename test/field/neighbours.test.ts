/** Small stacks beside each other on one host: what one of them clears away, forgets or mounts. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { annotation, Stage, succeeded } from '../e2e/stage';

let stage: Stage;
let folder: string;

beforeAll(async () => {
  stage = await Stage.open();
  rmSync(stage.workspace, { recursive: true });
  folder = mkdtempSync(join(tmpdir(), 'runbook-small-'));
  stage.workspace = folder;
});
afterAll(() => stage?.close());

/** The repository becomes that of a stack with one service; `more` is added to it. */
async function use(stack: string, more = '', tag = 'v1'): Promise<void> {
  mkdirSync(join(folder, 'conf'), { recursive: true });
  writeFileSync(join(folder, 'conf/app.conf'), 'one\n');
  writeFileSync(join(folder, '.env.production'), 'ORDER=first\n');
  writeFileSync(
    join(folder, 'runbook.yml'),
    `stack: ${stack}
directory: /srv/${stack}
compose: [compose.yml]
files: [conf]
env-file: .env.production
versioned: [cache]
proxy: { service: null }
backup: { databases: [] }
defaults: { strategy: recreate, stable-for: 1s }
keep-releases: 2
`,
  );
  writeFileSync(
    join(folder, 'compose.yml'),
    `name: ${stack}\nservices:\n  cache:\n    image: localhost:5000/acme/backend:${tag}\n${more}`,
  );
  await stage.host.root(`mkdir -p /srv/${stack} && chown deploy: /srv/${stack}`);
}

const version = async (stack: string): Promise<string> =>
  (
    await stage.host.root(
      `docker inspect -f '{{range .Config.Env}}{{println .}}{{end}}' $(docker ps -q --filter label=com.docker.compose.project=${stack}) | sed -n s/^VERSION=//p`,
    )
  ).trim();

it('a stack that removes its releases leaves the images that another stack needs, and no others', {
  tags: ['exhaustive'],
}, async () => {
  await use('beta');
  succeeded(await stage.deploy('v1'));
  await use('alpha');
  for (const tag of ['v1', 'v4', 'v5', 'v6']) succeeded(await stage.deploy(tag));
  expect(await stage.host.root('ls /srv/alpha/.runbook/releases')).toBe('3-v5\n4-v6\n');
  const there = await stage.host.root('docker image ls --digests --no-trunc');
  const digests = await Promise.all(['v1', 'v4', 'v5'].map((tag) => stage.host.registry.digest('acme/backend', tag)));
  expect(digests.map((digest) => there.includes(digest))).toEqual([true, false, true]);

  await use('beta');
  const failed = await stage.deploy('v3-crash');
  expect(annotation(failed)).toContain('RB-START-CRASHED');
  expect(await version('beta')).toBe('v1');
  await stage.host.registry.stop();
  await stage.host.root(
    `docker rm -f beta-cache-1 && cd /srv/beta && docker compose -p beta -f .runbook/releases/1-v1/compose.json up -d --pull never`,
  );
  expect(await version('beta')).toBe('v1');
  await stage.host.registry.restore();
});

it('a stack whose release records were removed is adopted as it runs, and can be deployed and rolled back from there', {
  tags: ['exhaustive'],
}, async () => {
  await use(
    'gamma',
    `    environment: { VERSION_OF: "\${TAG}", ORDER: "\${ORDER:?}", PRICE: "5 $$$$" }
    volumes: ["./conf:/conf:ro", "state:/state"]
    networks: [inner]
networks: { inner: { internal: true } }
volumes: { state: {} }
`,
    '${TAG:?}',
  );
  succeeded(await stage.deploy('v1'));
  succeeded(await stage.deploy('v4'));
  const before = await stage.running();
  await stage.host.root('rm -rf /srv/gamma/.runbook');
  const same = await stage.deploy('v4');
  succeeded(same);
  expect(same.stdout).toMatch(/::warning::.*\/srv\/gamma\/\.runbook.*adopted as it runs/);
  expect(same.outputs['changed-services']).toBe('[]');
  expect(await stage.running()).toEqual(before);

  // As `git clean -ffdx` does: what a run brings takes the place of what is gone.
  await stage.host.root('cd /srv/gamma && rm -rf .runbook .env.production compose.yml');
  const next = await stage.deploy('v5');
  succeeded(next);
  expect(next.outputs.release).toBe('3-v5');
  expect(await version('gamma')).toBe('v5');
  succeeded(await stage.rollback());
  expect(await version('gamma')).toBe('v4');
  expect((await stage.deploy('v4')).outputs['changed-services']).toBe('[]');
});
