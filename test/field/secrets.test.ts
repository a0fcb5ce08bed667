/** Secrets of other people's stacks: in the log of a container that fails, and in the modes of files on the host. */
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Stage, succeeded } from '../e2e/stage';

const SECRET = 'S3cretValue9';

let stage: Stage;

beforeAll(async () => {
  stage = await Stage.open();
  mkdirSync(join(stage.workspace, 'secrets'));
  writeFileSync(join(stage.workspace, 'secrets/server.key'), 'first');
  chmodSync(join(stage.workspace, 'secrets/server.key'), 0o600);
  writeFileSync(
    join(stage.workspace, 'own.env'),
    `DB_PASSWORD=${SECRET}\nALERT_URL=https://hooks.invalid/T0/${SECRET}\n`,
  );
  stage.edit('runbook.yml', (text) => text.replace('files: [nginx]', 'files: [nginx, secrets, own.env]'));
  stage.edit('docker-compose.prod.yml', (text) =>
    text.replace(
      '\n  frontend:\n',
      `\n  frontend:\n    env_file: [own.env]\n    environment: { CONNECTION: "Server=db;Password=${SECRET}" }\n    volumes: ["./secrets/server.key:/etc/server.key:ro"]\n`,
    ),
  );
  succeeded(await stage.deploy('v1'));
});
afterAll(() => stage?.close());

const mode = () => stage.host.root('stat -c "%a %U" /srv/stack/secrets/server.key');

it('a key that only its owner can read stays so, even if a later checkout has it readable for all', {
  tags: ['exhaustive'],
}, async () => {
  expect(await mode()).toBe('600 deploy\n');
  writeFileSync(join(stage.workspace, 'secrets/server.key'), 'second');
  chmodSync(join(stage.workspace, 'secrets/server.key'), 0o644);
  succeeded(await stage.deploy('v1'));
  expect(await mode()).toBe('600 deploy\n');
});

it('values of its environment that a failing container prints are masked, names are not', {
  tags: ['exhaustive'],
}, async () => {
  stage.edit('docker-compose.prod.yml', (text) =>
    text.replace('\n  frontend:\n', '\n  frontend:\n    entrypoint: ["sh", "-c", "env; exit 1"]\n'),
  );
  const failed = await stage.deploy('v1');
  expect(failed.code).toBe(1);
  expect(failed.shown).toContain('DB_PASSWORD=***');
  expect(failed.shown).not.toContain(SECRET);
  expect(JSON.parse(failed.outputs['changed-services'] ?? '')).toEqual(['frontend']);
});
