/** Secrets of a SOPS file that become what the services have: nothing else changes. */
import { readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { ActionResult } from '../../run-action';
import { get } from '../../tools/tools.mjs';
import { expectNoCanary } from '../canary';
import { annotation, type Running, Stage, succeeded } from '../stage';
import { type AgePair, agePair, SopsFolder } from './sops-files';

let stage: Stage;
let folder: SopsFolder;
let age: AgePair;
let other: AgePair;
let plain: string;
let inputs: Record<string, string>;
const options = { env: {} as Record<string, string> };

beforeAll(async () => {
  options.env = { PATH: `${dirname(get('sops'))}:${process.env.PATH}` };
  folder = new SopsFolder();
  [age, other] = [await agePair(), await agePair()];
  stage = await Stage.open();
  plain = stage.read('.env.production');
  inputs = { 'sops-file': 'secrets.env', 'age-key': age.identity };
  rmSync(join(stage.workspace, '.env.production'));
  write(plain);
  succeeded(await stage.deploy('v2', { version: 'backend=v2\nworker=v2', ...inputs }, options));
}, 600_000);
afterAll(async () => {
  folder?.remove();
  await stage?.close();
});

function write(text: string): void {
  plain = text;
  stage.write('secrets.env', readFileSync(folder.encrypt('secrets.env', text, [age.recipient]), 'utf8'));
}

/** However the run ends, it does not show the key. */
async function run(mode: string, more: Record<string, string> = {}): Promise<ActionResult> {
  const result = await stage.run('rotate-secrets', { mode, ...inputs, ...more }, options);
  expectNoCanary([age.identity, other.identity], result.shown);
  return result;
}

const apply = (more: Record<string, string> = {}) => run('apply', more);

const check = () => run('check');

/** Services of which a container is another one. */
function others(before: readonly Running[], after: readonly Running[]): string[] {
  return after.filter(({ id }) => !before.some((one) => one.id === id)).map(({ service }) => service);
}

function variable(name: string): Promise<string> {
  return stage.host.root(
    `docker inspect -f '{{range .Config.Env}}{{println .}}{{end}}' $(docker ps -q --filter label=com.docker.compose.service=backend) | sed -n 's/^${name}=//p'`,
  );
}

it('only services whose environment differs are recreated, from the files and images of the release', async () => {
  const before = await stage.running();
  write(`${plain.replace(/^API_TOKEN=.*$/m, "API_TOKEN='canary new # \\$1'")}NEW_KEY=canary-more\n`);
  // What the repository has by now is for the next deploy.
  stage.edit('docker-compose.prod.yml', (text) => text.replace('\n  frontend:\n', '\n  frontend:\n    init: true\n'));
  const planned = await apply({ 'dry-run': 'true' });
  succeeded(planned);
  expect(await stage.running()).toEqual(before);
  const applied = await apply({ 'expected-plan': planned.outputs['plan-hash'] ?? '' });
  succeeded(applied);
  expect(applied.stdout).toContain('Changed values: backend: API_TOKEN, NEW_KEY.');
  expect(others(before, await stage.running())).toEqual(['backend']);
  expect(await variable('API_TOKEN')).toBe('canary new # \\$1\n');
  expect(await stage.images('backend')).toEqual(['v2']);
  expectNoCanary(['canary new # \\$1', 'canary-more', age.identity], planned.shown + applied.shown);
  expect(await stage.host.root('cat /srv/stack/docker-compose.prod.yml')).not.toContain('init: true');
  const again = await apply();
  succeeded(again);
  expect(again.stdout).toContain('nothing to do');
});

it('a check tells which service has which value and what an apply would change, and changes nothing', {
  tags: ['exhaustive'],
}, async () => {
  const before = await stage.running();
  const applied = plain;
  write(`${plain}UNUSED_KEY=canary-unused\n`.replace(/^WORKER_INTERVAL_MS=.*\n/m, ''));
  const checked = await check();
  succeeded(checked);
  expect(checked.stdout).toMatch(/^API_TOKEN: changed .*, used by backend$/m);
  expect(checked.stdout).toMatch(/^BACKEND_TAG: .*, used by backend$/m);
  expect(checked.summary).toMatch(/has other values of UNUSED\S*KEY: .*apply.* would recreate backend/);
  expect(checked.summary).toContain('The ages of the values are not known');
  stage.write('.sops.yaml', `creation_rules: [{ age: "${age.recipient},${other.recipient}" }]\n`);
  const red = await check();
  expect(annotation(red)).toMatch(/^RB-SECRETS-CHECK: secrets\.env: age1.* of \.sops\.yaml cannot read it/);
  write(applied.replace(/^POSTGRES_PASSWORD=.*\n/m, ''));
  expect(annotation(await check())).toMatch(/^RB-VARIABLE-UNSET: POSTGRES_PASSWORD/);
  write(applied);
  expectNoCanary(['canary-unused', age.identity], checked.shown + red.shown);
  expect(await stage.running()).toEqual(before);
  expect(await stage.host.root('ls /srv/stack/.runbook/staging 2>/dev/null || :')).toBe('');
});

it('values are encrypted into the file of the checkout, which an apply then takes', {
  tags: ['exhaustive'],
}, async () => {
  const before = await stage.running();
  const was = stage.read('secrets.env');
  const encrypt = (values: string, more = {}) => run('encrypt', { values, ...more });
  const bad = await encrypt('API_TOKEN=canary-bad # x');
  expect(annotation(bad)).toMatch(/^RB-ENV-INVALID: the input values: API_TOKEN on line 1 has ` #`/);
  const planned = await encrypt("API_TOKEN='canary encrypted'", { 'dry-run': 'true' });
  succeeded(planned);
  expect(stage.read('secrets.env')).toBe(was);
  const encrypted = await encrypt("API_TOKEN='canary encrypted'");
  succeeded(encrypted);
  expect(encrypted.outputs['changed-names']).toBe('["API_TOKEN"]');
  expect(encrypted.stdout).toMatch(/mode: apply.* would recreate backend of release/);
  expect(await stage.running()).toEqual(before);
  plain = plain.replace(/^API_TOKEN=.*$/m, "API_TOKEN='canary encrypted'");
  succeeded(await apply());
  expect(await variable('API_TOKEN')).toBe('canary encrypted\n');
  expectNoCanary(['canary-bad', 'canary encrypted', age.identity], bad.shown + planned.shown + encrypted.shown);
});

it('the file is encrypted again for the recipients in .sops.yaml, with the same values', async () => {
  write(plain);
  const rule = (...keys: string[]) =>
    stage.write('.sops.yaml', `creation_rules: [{ path_regex: '^secrets', age: "${keys.join(', ')}" }]\n`);
  const rekey = (more = {}) => run('rekey', more);
  const was = stage.read('secrets.env');
  rule(other.recipient);
  expect(annotation(await rekey())).toMatch(/^RB-SOPS-RULE: .* does not name all recipients of secrets\.env/);
  rule(age.recipient, other.recipient);
  succeeded(await rekey({ 'dry-run': 'true' }));
  expect(stage.read('secrets.env')).toBe(was);
  const made = await rekey();
  succeeded(made);
  expect(made.summary).toContain('Older versions in the history of the repository');
  expect(stage.read('secrets.env')).not.toBe(was);
  const seen = await run('check', { 'age-key': other.identity });
  succeeded(seen);
  expect(seen.stdout).toMatch(/Release \S+ has these values/);
  rmSync(join(stage.workspace, '.sops.yaml'));
  write(plain);
});

it('a password that the database does not have yet is refused, and taken once it has it', {
  tags: ['exhaustive'],
}, async () => {
  const before = await stage.running();
  write(plain.replace(/^POSTGRES_PASSWORD=.*$/m, 'POSTGRES_PASSWORD=canary-next-password'));
  const refused = await apply();
  expect(annotation(refused)).toMatch(/^RB-SECRET-FIRST-START: db reads POSTGRES_PASSWORD only at its first start/);
  expect(annotation(refused)).toContain('db refuses a login as acme over TCP');
  expect(refused.summary).toContain('Nothing was changed on the host.');
  const deployed = await stage.deploy('v2', inputs, options);
  expect(annotation(deployed)).toMatch(/^RB-SECRET-FIRST-START: db reads POSTGRES_PASSWORD/);
  expect(await stage.running()).toEqual(before);
  await stage.host.root(
    `docker exec $(docker ps -q --filter label=com.docker.compose.service=db) psql -h /var/run/postgresql -U acme -d acme -c "alter role acme password 'canary-next-password'"`,
  );
  const applied = await apply();
  succeeded(applied);
  expect(applied.stdout).toContain('db takes the new POSTGRES_PASSWORD: seen by a query over TCP as acme');
  expect(others(before, await stage.running())).toEqual(['backend', 'db']);
  expectNoCanary(['canary-next-password'], refused.shown + deployed.shown + applied.shown);
});
