/** The workflows for the values in a SOPS file of the repository, against a lab host. */
import { readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { expectNoCanary } from '../e2e/canary';
import { type AgePair, agePair, SopsFolder } from '../e2e/secrets/sops-files';
import { Stage, succeeded } from '../e2e/stage';
import { get } from '../tools/tools.mjs';
import { type ActRun, act, type Event, makeRepository, settingsFor } from './act';

let stage: Stage;
let folder: SopsFolder;
let age: AgePair;

const path = (): string => `${dirname(get('sops'))}:${process.env.PATH}`;

beforeAll(async () => {
  folder = new SopsFolder();
  age = await agePair();
  stage = await Stage.open();
  const plain = stage.read('.env.production');
  rmSync(join(stage.workspace, '.env.production'));
  write(plain);
  const inputs = { 'sops-file': 'secrets.env', 'age-key': age.identity };
  succeeded(await stage.deploy('v1', inputs, { env: { PATH: path() } }));
  write(`${plain}NEW_KEY=canary-by-workflow\n`);
  makeRepository(stage.workspace, 'v1');
}, 600_000);
afterAll(async () => {
  folder?.remove();
  await stage?.close();
});

function write(text: string): void {
  stage.write('secrets.env', readFileSync(folder.encrypt('secrets.env', text, [age.recipient]), 'utf8'));
}

async function start(workflow: string, event: Event): Promise<ActRun> {
  const settings = settingsFor(stage.host, { AGE_KEY: age.identity });
  const vars = { ...settings.vars, SOPS_FILE: 'secrets.env' };
  const result = await act(stage.workspace, workflow, event, { ...settings, vars }, { env: { PATH: path() } });
  expectNoCanary(['canary-by-workflow', age.identity], result.log);
  return result;
}

const values = (): Promise<string> =>
  stage.host.root(
    "docker inspect -f '{{range .Config.Env}}{{println .}}{{end}}' $(docker ps -q --filter label=com.docker.compose.service=backend)",
  );

it('check secrets: by schedule, decrypts the file and changes nothing', { tags: ['exhaustive'] }, async () => {
  const before = await stage.running();
  const { code, log } = await start('check-secrets.yml', { name: 'schedule', schedule: '26 6 1 * *' });
  expect(code, log).toBe(0);
  expect(await stage.running()).toEqual(before);
});

it('rotate secrets: by dispatch, gives the services the values of the file by the plan of its first job', {
  tags: ['exhaustive'],
}, async () => {
  expect(await values()).not.toContain('NEW_KEY=');
  const { code, log } = await start('rotate-secrets.yml', {
    name: 'workflow_dispatch',
    inputs: { keys: '', 'dry-run': 'false', 'allow-downtime': 'false' },
  });
  expect(code, log).toBe(0);
  expect(await values()).toContain('NEW_KEY=canary-by-workflow');
});
