/** A deploy from a SOPS file: containers have its values byte for byte, and nobody else sees them. */
import { readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { get } from '../../tools/tools.mjs';
import { expectNoCanary } from '../canary';
import { annotation, Stage, succeeded } from '../stage';
import { type AgePair, agePair, SopsFolder } from './sops-files';

const PEM = `-----BEGIN PRIVATE KEY-----\n${'canaryLineOfKey'.repeat(4)}\n-----END PRIVATE KEY-----\n`;
/** Each as it is written, and what the container has to get. */
const VALUES: readonly (readonly [name: string, text: string, value: string])[] = [
  ['HASH_KEY', "'$2b$12$canaryHash.of-it/x'", '$2b$12$canaryHash.of-it/x'],
  ['QUOTED_SECRET', '"canary \\"quoted\\" # \\$HOME \\\\"', 'canary "quoted" # $HOME \\'],
  ['TLS_KEY', `"${PEM.replaceAll('\n', '\\n')}"`, PEM],
  ['WORDS_TOKEN', "'canary ünïcode 😀 '", 'canary ünïcode 😀 '],
  ['EMPTY_TOKEN', '', ''],
  ['LONG_TOKEN', 'canary0123456789'.repeat(256), 'canary0123456789'.repeat(256)],
];

let stage: Stage;
let folder: SopsFolder;
let age: AgePair;
let other: AgePair;
let inputs: Record<string, string>;
const options = { env: {} as Record<string, string> };

beforeAll(async () => {
  options.env = { PATH: `${dirname(get('sops'))}:${process.env.PATH}` };
  folder = new SopsFolder();
  [age, other] = [await agePair(), await agePair()];
  stage = await Stage.open();
  const plain = stage.read('.env.production') + VALUES.map(([name, text]) => `${name}=${text}\n`).join('');
  stage.write('secrets.enc', readFileSync(folder.encrypt('secrets.env', plain, [age.recipient]), 'utf8'));
  rmSync(join(stage.workspace, '.env.production'));
  inputs = { 'sops-file': 'secrets.enc', 'age-key': `# public key: ${age.recipient}\n${age.identity}\n` };
}, 600_000);
afterAll(async () => {
  folder?.remove();
  await stage?.close();
});

async function environmentOf(service: string): Promise<Map<string, string>> {
  const id = (await stage.running()).find((container) => container.service === service)?.id;
  const encoded = await stage.host.root(`base64 -w 0 /proc/$(docker inspect -f '{{.State.Pid}}' ${id})/environ`);
  const entries = Buffer.from(encoded, 'base64').toString('utf8').split('\0');
  return new Map(entries.map((entry) => [entry.slice(0, entry.indexOf('=')), entry.slice(entry.indexOf('=') + 1)]));
}

it('a file that cannot be decrypted is refused before the host is reached', async () => {
  const wrongKey = await stage.deploy('v1', { ...inputs, 'age-key': other.identity }, options);
  expect(annotation(wrongKey)).toMatch(/^RB-SOPS-KEY: /);
  expect(wrongKey.summary).toContain('Nothing was changed on the host.');
  expect(wrongKey.stdout).not.toContain('Connect and observe');
  expect(annotation(await stage.deploy('v1', { ...inputs, 'age-key': '' }, options))).toContain('given but empty');
  expect(annotation(await stage.deploy('v1', { ...inputs, 'env-content': 'A=1' }, options))).toContain('both given');
  const undecrypted = await stage.deploy('v1', { 'env-file': 'secrets.enc' }, options);
  expect(annotation(undecrypted)).toMatch(/^RB-ENV-ENCRYPTED: /);
  expectNoCanary([age.identity, other.identity], wrongKey.shown + undecrypted.shown);
  expect(await stage.current()).toBe('');
});

it('a deploy gives containers its values byte for byte, and shows none', async () => {
  const deployed = await stage.deploy('v1', inputs, options);
  succeeded(deployed);
  expect(deployed.stdout).toContain('env file: .env.production from secrets.enc, decrypted');
  const environment = await environmentOf('backend');
  for (const [name, , value] of VALUES) expect(environment.get(name), name).toBe(value);
  expect(await stage.host.root('stat -c %a /srv/stack/.env.production')).toBe('600\n');
  expectNoCanary([age.identity, ...VALUES.map(([, , value]) => value).filter(Boolean)], deployed.shown);
  const again = await stage.deploy('v1', inputs, options);
  succeeded(again);
  expect(again.stdout).toContain('nothing to do');
});
