import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { readDeployInputs } from '../../../actions/deploy/inputs';
import type { BaseInputs } from '../../../actions/lib/config/inputs';
import { NOT_GIVEN } from '../../../actions/lib/config/reader';
import type { Procedure } from '../../../actions/lib/procedure/define';
import { readRollbackInputs } from '../../../actions/rollback/inputs';

let workspace: string;

beforeEach(() => {
  workspace = mkdtempSync(join(tmpdir(), 'inputs-'));
  writeFileSync(join(workspace, 'docker-compose.prod.yml'), 'services: {}');
});

afterEach(() => rmSync(workspace, { recursive: true, force: true }));

const common = { 'ssh-host': 'prod.example', 'ssh-user': 'deploy', 'ssh-key': 'KEY', 'ssh-known-hosts': 'LINES' };
/** What an action needs besides. */
const own: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  run: { mode: 'logs', service: 'backend' },
  'rotate-secrets': { mode: 'apply', 'sops-file': 'secrets.env', 'age-key': 'KEY' },
};

function deployInputs(given: Record<string, string> = {}) {
  return readDeployInputs((name) => ({ ...common, ...given })[name], workspace);
}

function rollbackInputs(given: Record<string, string> = {}) {
  return readRollbackInputs((name) => ({ ...common, ...given })[name], workspace);
}

const folder = join(import.meta.dirname, '../../../actions');
const actions = readdirSync(folder).filter((name) => existsSync(join(folder, name, 'action.yml')));

/** An action's procedure: what its module of the same name exports as one. */
async function procedureOf(name: string): Promise<Procedure<BaseInputs>> {
  const module: Record<string, unknown> = await import(join(folder, name, `${name}.ts`));
  const found = Object.values(module).find((value) => (value as Partial<Procedure<BaseInputs>>).name === name);
  if (found === undefined) throw new Error(`${name}.ts exports no procedure of its name`);
  return found as Procedure<BaseInputs>;
}

describe.each(actions)('%s', async (action) => {
  const needed: Readonly<Record<string, string>> = { ...common, ...own[action] };
  const { read } = await procedureOf(action);
  const file = join(folder, action, 'action.yml');
  const declared = (parse(readFileSync(file, 'utf8')) as { inputs: Record<string, { default?: string }> }).inputs;

  it('reads exactly the inputs that its action.yml declares', () => {
    const asked = new Set<string>();
    read((name) => {
      asked.add(name);
      return { ...needed }[name];
    }, workspace);
    expect([...asked].sort()).toEqual(Object.keys(declared).sort());
  });

  it('means by an empty input what action.yml says is its default', () => {
    const withDefaults = read((name) => ({ ...needed })[name] ?? declared[name]?.default ?? '', workspace);
    const empty = (name: string) => (declared[name]?.default === NOT_GIVEN ? undefined : '');
    expect(read((name) => ({ ...needed })[name] ?? empty(name), workspace)).toEqual(withDefaults);
  });

  const wired = Object.keys(declared).filter((name) => declared[name]?.default === NOT_GIVEN);
  it.each(wired)('refuses %s where it is given but empty, as for a secret that does not exist', (name) => {
    for (const blank of ['', ' \n'])
      expect(() => read((asked) => ({ ...needed, [name]: blank })[asked], workspace)).toThrow(
        expect.objectContaining({ code: 'RB-INPUT-INVALID', message: expect.stringContaining(`${name} is given but`) }),
      );
  });

  const wrong: [Record<string, string>, string][] = [
    [{ 'ssh-host': '' }, 'ssh-host is missing'],
    [{ 'ssh-host': '-oProxyCommand=id' }, 'not a host name'],
    [{ 'ssh-host': 'a b' }, 'not a host name'],
    [{ 'ssh-host': 'a;id' }, 'not a host name'],
    [{ 'ssh-user': '' }, 'ssh-user is missing'],
    [{ 'ssh-user': '-l root' }, 'not a name of a user'],
    [{ 'ssh-user': 'a\n::error::b' }, 'not a name of a user'],
    [{ 'ssh-key': ' ' }, 'ssh-key is missing'],
    [{ 'ssh-known-hosts': '' }, 'ssh-known-hosts is missing'],
    [{ 'ssh-port': '0' }, 'ssh-port is "0", which is not a port'],
    [{ 'ssh-port': '65536' }, 'not a port'],
    [{ 'ssh-port': '0x16' }, 'not a port'],
    [{ 'ssh-jump': 'bastion' }, 'write user@host or user@host:port'],
    [{ 'ssh-jump': 'ops@bastion:99999' }, 'write user@host or user@host:port'],
    [{ 'ssh-jump': 'ops@-bastion' }, 'write user@host or user@host:port'],
    [{ 'ssh-timeout': 'soon' }, 'ssh-timeout: "soon" is not a duration'],
    [{ 'health-timeout': '2d' }, 'health-timeout: "2d" is not a duration'],
    [{ 'dry-run': 'yes' }, 'dry-run is "yes"; write true or false'],
    [{ 'dry-run': '1' }, 'write true or false'],
    [{ 'environment-url': 'javascript:alert(1)' }, 'not an http or https URL'],
    [{ config: '../runbook.yml' }, 'not a path within the workspace'],
    [{ config: '/etc/passwd' }, 'not a path within the workspace'],
  ];
  it.each(wrong.filter(([given]) => Object.keys(given).every((name) => name in declared)))(
    'refuses %j',
    (given, said) => {
      expect(() => read((name) => ({ ...needed, ...given })[name], workspace)).toThrow(
        expect.objectContaining({ code: 'RB-INPUT-INVALID', message: expect.stringContaining(said) }),
      );
    },
  );

  it('names all mistakes at once, before it looks for the runbook', () => {
    const given: Record<string, string> = { 'ssh-port': 'x', 'dry-run': 'perhaps', config: 'absent.yml' };
    expect(() => read((name) => given[name] ?? '', workspace)).toThrow(
      /ssh-key is missing.*ssh-host is missing.*ssh-port.*ssh-user is missing.*ssh-known-hosts is missing.*dry-run/,
    );
  });

  it('wants the runbook that is named, and says why it cannot be read', () => {
    const named = (config: string) => () => read((name) => ({ ...needed, config })[name], workspace);
    mkdirSync(join(workspace, 'folder'));
    expect(named('absent.yml')).toThrow(/^RB-CONFIG-MISSING: .*absent\.yml.*\n.*no such file/);
    expect(named('folder')).toThrow(/^RB-CONFIG-MISSING: .*folder.*\n.*directory/);
    writeFileSync(join(workspace, 'broken.yml'), 'stak: x');
    expect(named('broken.yml')).toThrow(/^RB-CONFIG-INVALID: broken\.yml:1/);
  });
});

describe('the host', () => {
  it('is reached through a jump host, with its own key or the same', () => {
    const { target } = rollbackInputs({
      'ssh-jump': 'ops@[fd00::1]:2222',
      'ssh-passphrase': 'open',
      'ssh-port': '2022',
    });
    const own = { privateKey: 'KEY', passphrase: 'open' };
    expect(target).toEqual({
      host: 'prod.example',
      port: 2022,
      user: 'deploy',
      ...own,
      knownHosts: 'LINES',
      timeout: 20_000,
      jump: { user: 'ops', host: 'fd00::1', port: 22 + 2200, ...own },
    });
    const other = rollbackInputs({ 'ssh-jump': 'a@corp@bastion', 'ssh-jump-key': 'OTHER' }).target.jump;
    expect(other).toEqual({ user: 'a@corp', host: 'bastion', port: 22, privateKey: 'OTHER' });
  });
});

describe('timeouts', () => {
  it('given as inputs hold for all services', () => {
    writeFileSync(
      join(workspace, 'runbook.yml'),
      'services: {api: {health-timeout: 5, drain-timeout: 6}}\nwatch: {p95: 9}',
    );
    const { runbook } = rollbackInputs({ 'health-timeout': '2m', 'watch-duration': '0' });
    expect(runbook.services.api).toMatchObject({ healthTimeout: 120, drainTimeout: 6 });
    expect(runbook.defaults).toMatchObject({ healthTimeout: 120, drainTimeout: 30 });
    expect(runbook.watch).toMatchObject({ duration: 0, p95: 9 });
  });
});

describe('what is deployed', () => {
  it('is the version for the services of the runbook', () => {
    writeFileSync(join(workspace, 'runbook.yml'), 'versioned: [api]');
    expect(deployInputs({ version: 'v2', services: 'api,\n web ' })).toMatchObject({
      version: 'v2',
      versions: { api: 'v2' },
      services: ['api', 'web'],
      schemaCompatible: true,
    });
    expect(deployInputs({ schema: 'breaking' })).toMatchObject({
      versions: {},
      services: null,
      schemaCompatible: false,
    });
    expect(() => deployInputs({ version: 'v1;id' })).toThrow(expect.objectContaining({ code: 'RB-VERSION-INVALID' }));
    expect(() => deployInputs({ schema: 'none' })).toThrow('write compatible or breaking');
  });

  it('has its files from beside the runbook', () => {
    mkdirSync(join(workspace, 'ops'));
    writeFileSync(join(workspace, 'ops/runbook.yml'), 'compose: [./c.yml]\nfiles: [nginx.conf]');
    for (const name of ['c.yml', 'nginx.conf', 'more']) writeFileSync(join(workspace, 'ops', name), name);
    const { files } = deployInputs({ config: 'ops/runbook.yml', files: './more', 'env-content': 'A=1' });
    expect(files.map(({ path, mode }) => [path, mode])).toEqual([
      ['.env.production', 0o600],
      ['c.yml', 0o644],
      ['more', 0o644],
      ['nginx.conf', 0o644],
    ]);
  });

  it('takes the env file from an input, from the workspace, or from the host', () => {
    const paths = (given?: Record<string, string>) => {
      const { runbook, files, envSource } = deployInputs(given);
      const found = files.find(({ path }) => path === runbook.envFile);
      return [runbook.envFile, found?.content.toString() ?? null, envSource];
    };
    expect(paths()).toEqual(['.env.production', null, 'host']);
    expect(paths({ 'env-content': 'A=secret\n' })).toEqual(['.env.production', 'A=secret\n', 'input']);
    writeFileSync(join(workspace, '.env.production'), 'A=file');
    expect(paths()).toEqual(['.env.production', 'A=file', 'repository']);
    expect(paths({ 'env-file': './x//.env', 'env-content': 'A=x' })).toEqual(['x/.env', 'A=x', 'input']);
    expect(() => paths({ 'env-file': 'absent' })).toThrow(expect.objectContaining({ code: 'RB-FILE-MISSING' }));
    expect(() => paths({ 'env-file': '../x', 'env-content': 'A=x' })).toThrow('not a path within the workspace');
    writeFileSync(join(workspace, 'runbook.yml'), 'env-file: null');
    expect(paths()).toEqual([null, null, 'host']);
    expect(() => paths({ 'env-content': 'A=x' })).toThrow(expect.objectContaining({ code: 'RB-INPUT-INVALID' }));
  });

  it('takes the env file from a SOPS file, which is decrypted later, with a key and nothing beside', () => {
    writeFileSync(join(workspace, '.env.production'), 'A=in clear text');
    const given = { 'sops-file': './secrets//p.env', 'age-key': 'AGE-SECRET-KEY-1X' };
    const { sops, envSource, files } = deployInputs(given);
    expect(sops).toEqual({
      file: join(workspace, 'secrets/p.env'),
      path: 'secrets/p.env',
      ageKey: 'AGE-SECRET-KEY-1X',
    });
    expect(envSource).toBe('sops');
    expect(files.map(({ path }) => path)).not.toContain('.env.production');
    expect(deployInputs({ 'sops-file': '(not given)', 'age-key': '(not given)' }).sops).toBeNull();
    for (const [wrong, said] of [
      [{ ...given, 'env-content': 'A=1' }, 'both given'],
      [{ ...given, 'age-key': '' }, 'age-key is given but empty'],
      [{ ...given, 'sops-file': ' ' }, 'sops-file is given but empty'],
      [{ 'sops-file': 'p.env' }, 'without age-key'],
      [{ 'age-key': 'x' }, 'without sops-file'],
      [{ ...given, 'sops-file': '../p.env' }, 'not a path within the workspace'],
    ] as const)
      expect(() => deployInputs(wrong)).toThrow(said);
    writeFileSync(join(workspace, 'runbook.yml'), 'env-file: null');
    expect(() => deployInputs(given)).toThrow('sops-file was given, but runbook.yml says env-file: null');
  });
});

describe('what is rolled back to', () => {
  it.each([
    ['', null],
    ['previous', null],
    ['7-v1.4.0', '7-v1.4.0'],
  ])('%j is %j', (release, meant) => {
    expect(rollbackInputs({ release, list: 'TRUE' })).toMatchObject({ release: meant, list: true });
  });
});
