/** New values that a run makes: on the host, in the repository, and in nobody's log. */
import { readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { writeEnv } from '../../../actions/lib/secrets/dotenv';
import { isTelling } from '../../../actions/lib/secrets/rewrite';
import { decrypt } from '../../../actions/lib/secrets/sops';
import { GitHubApi } from '../../lab/github-api';
import type { ActionResult } from '../../run-action';
import { get } from '../../tools/tools.mjs';
import { expectNoCanary } from '../canary';
import { annotation, type Running, Stage, type StageOptions, succeeded } from '../stage';
import { type AgePair, agePair, SopsFolder } from './sops-files';

const PATH = 'secrets.env';
const POLICIES = `secrets:
  API_TOKEN: { generate: hex, derived: [BY_NAME] }
  PARTNER_KEY: { external: true }
  COOKIE_SECRET: { generate: base64 }
  SAME: { generate: password }
  POSTGRES_PASSWORD: { generate: password }
`;

let stage: Stage;
let folder: SopsFolder;
let api: GitHubApi;
let age: AgePair;
let inputs: Record<string, string>;
/** The release with the values that nobody has rotated yet. */
let first: string;
const options = { env: {} as Record<string, string> };

beforeAll(async () => {
  api = await GitHubApi.start();
  options.env = {
    PATH: `${dirname(get('sops'))}:${process.env.PATH}`,
    GITHUB_API_URL: api.url,
    GITHUB_REF_TYPE: 'branch',
    GITHUB_REF_NAME: 'main',
  };
  folder = new SopsFolder();
  age = await agePair();
  stage = await Stage.open();
  stage.edit('runbook.yml', (text) => `${text}${POLICIES}`);
  // One that does not start with the value that somebody gave.
  stage.edit('docker-compose.prod.yml', (text) =>
    text.replace(
      '    env_file: .env.production\n',
      () => `    env_file: .env.production
    healthcheck: { test: [CMD-SHELL, 'case "$$PARTNER_KEY" in *broken*) exit 1; esac'], interval: 1s, retries: 2 }
`,
    ),
  );
  const plain = `${stage.read('.env.production').replace(/^API_TOKEN=.*\n/m, '')}API_TOKEN=canary-old-token-1
API_URL=https://hooks.example/v1?token=canary-old-token-1
API_HEADER=${Buffer.from('app:canary-old-token-1').toString('base64')}
BY_NAME=x-\${API_TOKEN}
PARTNER_KEY=canary-partner-1
COOKIE_SECRET=canary-cookie-1
SAME=canary-same-1
COPY=canary-same-1
`;
  rmSync(join(stage.workspace, '.env.production'));
  api.commit('README.md', 'The shop.\n');
  api.commit(PATH, readFileSync(folder.encrypt('secrets.env', plain, [age.recipient])));
  inputs = { 'sops-file': 'secrets.env', 'age-key': age.identity };
  checkOut();
  succeeded(await stage.deploy('v2', { version: 'backend=v2\nworker=v2', ...inputs }, options));
  first = await stage.current();
}, 600_000);
afterAll(async () => {
  folder?.remove();
  api?.close();
  await stage?.close();
});
beforeEach(() => {
  api.interfere = () => null;
  checkOut();
});

/** What the workflow does first. */
function checkOut(): void {
  stage.write('secrets.env', api.file(PATH)!);
}

/** However the run ends, it shows neither the key nor a secret from before or after it. */
async function rotate(keys: string, more: Record<string, string> = {}, on: StageOptions = {}): Promise<ActionResult> {
  const before = await secrets();
  const given = { mode: 'rotate', ...inputs, keys, 'github-token': 'ghs_canary', ...more };
  const result = await stage.run('rotate-secrets', given, { ...options, ...on });
  expectNoCanary([...before, ...(await secrets())], result.shown + api.log() + JSON.stringify(api.pulls));
  return result;
}

/** In all branches: a run stores its new values in a branch of its own before anything uses them. */
async function secrets(): Promise<string[]> {
  const found = [age.identity, 'ghs_canary'];
  for (const branch of api.branches()) {
    const values = await decrypted(api.file(PATH, branch) ?? '').catch(() => []);
    for (const [name, value] of values)
      if (/TOKEN|KEY|SECRET|PASSWORD|SAME|COPY/.test(name) && isTelling(value)) found.push(value);
  }
  return found;
}

/** What the branch holds. */
const committed = (): Promise<ReadonlyMap<string, string>> => decrypted(api.file(PATH)!);

async function decrypted(content: string): Promise<ReadonlyMap<string, string>> {
  const file = folder.write('committed.env', content);
  const find = async () => ({ path: get('sops'), version: '3.13.3', said: '' });
  return (await decrypt({ file, path: PATH, ageKey: age.identity }, find)).values;
}

/** What the backend has. */
async function used(): Promise<ReadonlyMap<string, string>> {
  const text = await stage.host.root(
    `docker inspect -f '{{range .Config.Env}}{{println .}}{{end}}' $(docker ps -q --filter label=com.docker.compose.service=backend)`,
  );
  return new Map(text.split('\n').map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]));
}

function others(before: readonly Running[], after: readonly Running[]): string[] {
  return after.filter(({ id }) => !before.some((one) => one.id === id)).map(({ service }) => service);
}

it('a key and the values made of it get new values: on the host, in the branch, and nowhere else', async () => {
  const before = await stage.running();
  const planned = await rotate('API_TOKEN', { 'dry-run': 'true' });
  succeeded(planned);
  expect(planned.summary).toMatch(/New values: API\S*TOKEN\./);
  expect(planned.stdout).toContain(
    'Rewritten with them: API_URL (from API_TOKEN), API_HEADER (from API_TOKEN), BY_NAME (from API_TOKEN).',
  );
  expect(await stage.running()).toEqual(before);
  expect(api.asked.filter((asked) => !asked.startsWith('GET'))).toEqual([]);
  const rotated = await rotate('API_TOKEN', { 'expected-plan': planned.outputs['plan-hash'] ?? '' });
  succeeded(rotated);
  expect(others(before, await stage.running())).toEqual(['backend']);
  const [values, has] = [await committed(), await used()];
  const token = values.get('API_TOKEN')!;
  expect(token).toMatch(/^[0-9a-f]{64}$/);
  const header = Buffer.from(`app:${token}`).toString('base64');
  const wanted = {
    API_TOKEN: token,
    API_URL: `https://hooks.example/v1?token=${token}`,
    API_HEADER: header,
    BY_NAME: `x-${token}`,
  };
  for (const [name, value] of Object.entries(wanted)) expect([values.get(name), has.get(name)]).toEqual([value, value]);
  expect(api.branches()).toEqual(['main']);
  expect(JSON.parse(rotated.outputs['changed-names'] ?? '')).toEqual(['API_TOKEN', 'API_URL', 'API_HEADER']);
  expectNoCanary([token, 'canary-old-token-1', age.identity, 'ghs_canary'], planned.shown + rotated.shown + api.log());
});

it('a rollback keeps the present values of rotated secrets, and takes the rest back', {
  tags: ['exhaustive'],
}, async () => {
  const was = api.file(PATH)!;
  const text = writeEnv(new Map([...(await committed()), ['FEATURE', 'on']]));
  api.commit(PATH, readFileSync(folder.encrypt('secrets.env', text, [age.recipient])));
  checkOut();
  succeeded(await stage.deploy('v4', { version: 'backend=v4\nworker=v4', ...inputs }, options));
  const before = await used();
  expect(before.get('FEATURE')).toBe('on');
  const planned = await stage.rollback({ release: first, 'dry-run': 'true' });
  succeeded(planned);
  const kept = 'API_HEADER (from API_TOKEN), API_TOKEN, API_URL (from API_TOKEN), BY_NAME (from API_TOKEN)';
  expect(planned.stdout).toContain(`Rotated since release ${first}, and kept at their present values: ${kept}.`);
  expect(planned.stdout).toContain(`Not in the env file of release ${first}: FEATURE.`);
  expect(planned.summary).toMatch(/kept at their present values: API\S*HEADER/);
  const back = await stage.rollback({ release: first, 'expected-plan': planned.outputs['plan-hash'] ?? '' });
  succeeded(back);
  const after = await used();
  expect([after.has('FEATURE'), await stage.images('backend')]).toEqual([false, ['v2']]);
  for (const name of ['API_TOKEN', 'API_URL', 'API_HEADER', 'BY_NAME']) expect(after.get(name)).toBe(before.get(name));
  expectNoCanary(['canary-old-token-1', after.get('API_TOKEN')!], planned.shown + back.shown);
  // It is the first one, with other secrets: there is none before it.
  expect(annotation(await stage.rollback())).toMatch(/^RB-RELEASE-UNKNOWN: there is no release before/);
  api.commit(PATH, was);
});

it('a rotation that fails on the host is turned back, and the branch stays unchanged', async () => {
  const before = await stage.running();
  const was = api.file(PATH);
  const red = await rotate('PARTNER_KEY', { values: 'PARTNER_KEY=canary-broken-1', 'health-timeout': '20s' });
  expect(annotation(red)).toMatch(/^RB-UNHEALTHY/);
  expect(await stage.running()).toEqual(before);
  expect([api.file(PATH), api.branches()]).toEqual([was, ['main']]);
  expectNoCanary(['canary-broken-1', 'canary-partner-1'], red.shown);
});

it('a branch that refuses the commit is red; the next run finishes, with the values that are in use', {
  tags: ['exhaustive'],
}, async () => {
  const was = api.file(PATH);
  api.interfere = (method, path) =>
    method === 'PATCH' && path === 'git/refs/heads/main'
      ? { status: 403, body: { message: 'Resource not accessible' } }
      : null;
  const red = await rotate('COOKIE_SECRET');
  expect(annotation(red)).toMatch(/^RB-ROTATION-UNSTORED: new values are in use on the host, but secrets\.env of main/);
  expect(annotation(red)).toContain('runbook-actions/rotate-acme-');
  expect(red.summary).toMatch(/COOKIE\S*SECRET: everyone is logged out/);
  expect(api.file(PATH)).toBe(was);
  const value = (await used()).get('COOKIE_SECRET');
  expect(value).not.toBe('canary-cookie-1');
  api.interfere = () => null;
  const before = await stage.running();
  const again = await rotate('COOKIE_SECRET');
  succeeded(again);
  expect(again.stdout).toContain('an earlier rotation of COOKIE_SECRET runs as release');
  expect(await stage.running()).toEqual(before);
  expect([(await committed()).get('COOKIE_SECRET'), api.branches()]).toEqual([value, ['main']]);
});

it('a run that is killed leaves values that are unused or stored: the next run finishes', {
  tags: ['exhaustive'],
}, async () => {
  const killed = (at: string) =>
    rotate('API_TOKEN', {}, { onLine: (line, kill) => void (line.includes(at) && kill()) });
  const before = (await used()).get('API_TOKEN');
  await killed('nothing uses them yet');
  expect(api.branches()).toHaveLength(2);
  const after = await killed('Finish in the repository');
  expect(after.code).not.toBe(0);
  const value = (await used()).get('API_TOKEN');
  expect(value).not.toBe(before);
  expect((await committed()).get('API_TOKEN')).toBe(before);
  succeeded(await rotate('API_TOKEN'));
  expect([(await used()).get('API_TOKEN'), (await committed()).get('API_TOKEN'), api.branches()]).toEqual([
    value,
    value,
    ['main'],
  ]);
});

it('a rotation that is ambiguous, or would lock a client out, is refused before anything is changed', async () => {
  const before = await stage.running();
  const refused = async (keys: string): Promise<string> => annotation(await rotate(keys));
  expect(await refused('SAME')).toMatch(/^RB-SECRET-SHARED: COPY has the same value as SAME/);
  expect(await refused('POSTGRES_PASSWORD')).toMatch(
    /^RB-SECRET-SERVER: db reads POSTGRES_PASSWORD only at its first start/,
  );
  expect(await refused('APP_MESSAGE')).toMatch(/^RB-SECRET-POLICY: APP_MESSAGE has no policy/);
  expect(await refused('PARTNER_KEY')).toMatch(/^RB-INPUT-INVALID: values has no PARTNER_KEY/);
  const own = api.file(PATH)!;
  api.commit(PATH, 'of somebody else\n');
  expect(await refused('API_TOKEN')).toMatch(
    /^RB-REPOSITORY-REFUSED: the branch main has a file \S+ that differs from the checkout/,
  );
  const other = writeEnv(new Map([...(await decrypted(own)), ['COPY', 'canary-same-2']]));
  api.commit(PATH, readFileSync(folder.encrypt('other.env', other, [age.recipient])));
  checkOut();
  expect(await refused('API_TOKEN')).toMatch(
    /^RB-ROTATION-DIFFERS: the values of COPY in release \S+ differ from secrets\.env/,
  );
  api.commit(PATH, own);
  expect(await stage.running()).toEqual(before);
  expect(api.branches()).toEqual(['main']);
});

it('a pull request is open before the values are used, and another rotation waits until it is merged', {
  tags: ['exhaustive'],
}, async () => {
  const proposed = await rotate('API_TOKEN', { store: 'pull-request' });
  succeeded(proposed);
  expect(proposed.summary).toContain('until then main has the old values');
  expect(api.pulls).toMatchObject([{ title: 'Rotate API_TOKEN', state: 'open' }]);
  expect(api.pulls[0]?.body).toContain('Applied to acme');
  const value = (await used()).get('API_TOKEN');
  expectNoCanary([value!], proposed.shown + JSON.stringify(api.pulls));
  expect(annotation(await rotate('COOKIE_SECRET', { store: 'pull-request' }))).toMatch(/^RB-ROTATION-UNSTORED/);
  api.merge(1);
  checkOut();
  expect((await committed()).get('API_TOKEN')).toBe(value);
  succeeded(await rotate('COOKIE_SECRET'));
});
