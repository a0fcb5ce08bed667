import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Host, Outcome, Session } from '../../../actions/lib/host/host';
import { Answers } from '../../../actions/lib/stack/resolve/answers';
import { resolve } from '../../../actions/lib/stack/resolve/resolve';
import type { ResolveRequest } from '../../../actions/lib/stack/resolve/types';
import { localHost } from './local-host';

const digest = `sha256:${'d'.repeat(64)}`;
let folder: string;
let request: ResolveRequest;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'resolve-'));
  mkdirSync(join(folder, 'stack'));
  request = {
    runbook: { stack: 'acme', directory: join(folder, 'stack'), compose: ['c.yml'], envFile: null, profiles: [] },
    files: [{ path: 'c.yml', content: Buffer.from('services: {}'), mode: 0o644 }],
    inRepository: () => false,
    present: {},
    versions: {},
    refresh: [],
    only: null,
    current: null,
    images: {},
    physicalDirectory: '',
    logins: [{ registry: 'ghcr.io', username: 'ci', password: 'canary-password' }],
    keepStaging: true,
  };
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

/**
 * This machine, with a double of `docker`: `calls` has its arguments, `asked` what the daemon was asked.
 *
 * @param source what the shell makes of it, in the folder where Compose is asked, is SOURCE in the model
 */
function hostWith(dialStdio: string, more: object = {}, source = ''): Host {
  const secrets = source === '' ? {} : { secrets: { key: { file: 'SOURCE' } } };
  const used = 'secrets' in more ? secrets : {};
  const config = { name: 'acme', services: { api: { image: 'ghcr.io/acme/api:v1', ...more } }, ...used };
  writeFileSync(
    join(folder, 'docker'),
    `#!/bin/sh
echo "$*" >>${folder}/calls
case "$1 $2" in
'compose -p') echo '${JSON.stringify(config)}' | sed "s|SOURCE|${source}|g" ;;
'version --format') echo '1.45 linux/amd64' ;;
'system dial-stdio')
  while IFS= read -r line && [ "$line" != "$(printf '\\r')" ]; do echo "$line" >>${folder}/asked; done
  ${dialStdio} ;;
'image inspect') exit 1 ;;
'manifest inspect') cat "$DOCKER_CONFIG/config.json" >${folder}/config; echo '{"Descriptor":{"digest":"${digest}"},"OCIManifest":{"layers":[{"digest":"${digest}","size":42}]}}' ;;
esac
`,
  );
  chmodSync(join(folder, 'docker'), 0o755);
  return localHost({ PATH: `${folder}:${process.env.PATH}` });
}

function staged(): string[] {
  const parent = join(folder, 'stack/.runbook/staging');
  return existsSync(parent) ? readdirSync(parent) : [];
}

describe('resolving', () => {
  it('asks daemon and client with the login, which stands in no argument and does not stay', async () => {
    const answer = `printf 'HTTP/1.0 200 OK\\r\\n\\r\\n{"Descriptor":{"digest":"${digest}"}}'`;
    const resolved = await resolve(hostWith(answer), request);
    expect(resolved.services.api).toMatchObject({ image: 'ghcr.io/acme/api:v1', digest });
    expect(resolved.images).toEqual([
      { ref: `ghcr.io/acme/api@${digest}`, digest, imageId: null, layers: [{ digest, size: 42 }], local: false },
    ]);
    const asked = readFileSync(join(folder, 'asked'), 'utf8');
    expect(asked).toContain('GET /v1.45/distribution/ghcr.io/acme/api:v1/json HTTP/1.0');
    const auth = /X-Registry-Auth: (\S+)/.exec(asked)?.[1] ?? '';
    expect(JSON.parse(Buffer.from(auth, 'base64url').toString())).toMatchObject({ password: 'canary-password' });
    const basic = Buffer.from('ci:canary-password').toString('base64');
    expect(readFileSync(join(folder, 'config'), 'utf8')).toContain(basic);
    const calls = readFileSync(join(folder, 'calls'), 'utf8');
    for (const secret of ['canary-password', basic, auth]) expect(calls).not.toContain(secret);
    expect(readdirSync(resolved.staging ?? '')).toEqual(['blobs']);
  });

  it.each<[string, 'uploaded' | 'on the host' | 'nowhere', boolean]>([
    ['.env', 'uploaded', true],
    ["it's $(id)/.env", 'on the host', true],
    ['.env', 'nowhere', false],
  ])('gives Compose the env file %j where it is: %s', async (envFile, where, given) => {
    if (where === 'on the host') {
      mkdirSync(join(folder, 'stack', dirname(envFile)), { recursive: true });
      writeFileSync(join(folder, 'stack', envFile), 'A=1');
    }
    const file = { path: envFile, content: Buffer.from('A=1'), mode: 0o600 };
    const files = where === 'uploaded' ? [...request.files, file] : request.files;
    const host = hostWith(`printf 'HTTP/1.0 200 OK\\r\\n\\r\\n{"Descriptor":{"digest":"${digest}"}}'`);
    await resolve(host, { ...request, files, runbook: { ...request.runbook, envFile } });
    const [compose = ''] = readFileSync(join(folder, 'calls'), 'utf8').split('\n');
    expect(compose.includes(` --env-file ./${envFile} -f ./c.yml config`)).toBe(given);
    expect(compose).toMatch(/ -f \.\/c\.yml config --format json$/);
  });

  it.each<[string, 'folder' | 'file' | 'uploaded' | 'nothing', string | null]>([
    ['$(id)/a b', 'folder', null],
    ['-data', 'file', null],
    ['conf/deep', 'uploaded', null],
    ['a/b', 'nothing', 'RB-SOURCE-MISSING'],
    ['a', 'nothing', 'RB-SOURCE-MISSING'],
  ])('knows whether the host has or gets what is mounted: %j, %s', async (path, what, code) => {
    const place = join(folder, 'stack', path);
    mkdirSync(what === 'folder' ? place : dirname(place), { recursive: true });
    if (what === 'file') writeFileSync(place, '');
    const file = { path: `${path}/file`, content: Buffer.from(''), mode: 0o644 };
    const files = what === 'uploaded' ? [...request.files, file] : request.files;
    const volumes = [{ type: 'bind', source: place.replaceAll('$', '$$$$'), target: '/a' }];
    const host = hostWith(`printf 'HTTP/1.0 200 OK\\r\\n\\r\\n{"Descriptor":{"digest":"${digest}"}}'`, { volumes });
    const found = resolve(host, { ...request, files });
    if (code === null) await found;
    else await expect(found).rejects.toMatchObject({ code });
  });

  it.each<[string, boolean]>([
    ['../common', true],
    ['../common', false],
    ['../../../../common', true],
  ])(
    'refuses %j, which would be a folder beside the one of the run (folder of the stack: %s)',
    async (path, there) => {
      if (!there) rmSync(join(folder, 'stack'), { recursive: true });
      const place = join(folder, 'stack', path);
      const hosts = `printf 'HTTP/1.0 200 OK\\r\\n\\r\\n{"Descriptor":{"digest":"${digest}"}}'`;
      // Compose prints paths without `..`.
      const source = `$(realpath -m "$PWD/${path}")`;
      const refused = async (config: object) =>
        await expect(resolve(hostWith(hosts, config, source), request)).rejects.toMatchObject({
          code: 'RB-SOURCE-ABOVE',
          message: expect.stringMatching(
            new RegExp(
              `api uses ${path.replaceAll('.', '\\.')}, .* absolute path in the Compose files \\(${place}\\)`,
              's',
            ),
          ),
        });
      await refused({ volumes: [{ type: 'bind', source: 'SOURCE', target: '/a' }] });
      await refused({ secrets: [{ source: 'key' }] });
      await resolve(hostWith(hosts, { build: { context: 'SOURCE' } }, source), request);
    },
    60_000,
  );

  it('gives up after its deadline, and leaves nothing', async () => {
    const error = await resolve(hostWith('exec sleep 1'), { ...request, timeout: 300 }).catch(
      (caught: unknown) => caught,
    );
    expect(error).toMatchObject({ code: 'RB-TIMEOUT' });
    await expect.poll(staged, { timeout: 30_000 }).toEqual([]);
  }, 60_000);

  it('clears away the staging folder of a run that ended early', async () => {
    mkdirSync(join(folder, 'stack/.runbook/staging/runbook.old'), { recursive: true });
    await expect(resolve(hostWith('exit 0'), request)).rejects.toMatchObject({ code: 'RB-REGISTRY-UNREACHABLE' });
    expect(staged()).toEqual([]);
  });
});

describe('a session that ends early', () => {
  function session(outcome: Outcome): Session {
    async function* lines(): AsyncGenerator<string> {
      yield '#rb half aGk=';
    }
    return { lines: lines(), write: () => {}, end: () => {}, close: () => {}, done: Promise.resolve(outcome) };
  }

  it.each<[string, Outcome]>([
    ['RB-CONNECTION-LOST', { outcome: 'unknown', reason: 'reset', stdout: '', stderr: '' }],
    ['RB-HOST-UNSUITABLE', { outcome: 'exited', code: 127, stdout: '', stderr: 'sh: base64: not found' }],
  ])('is %s', async (code, outcome) => {
    const answers = new Answers(session(outcome), 10_000);
    await expect(answers.until('done')).rejects.toMatchObject({ code });
    expect([answers.text('half'), answers.has('done')]).toEqual(['hi', false]);
  });
});
