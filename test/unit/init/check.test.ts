/** What is said of a repository's settings on GitHub, and of the host, before the first run. */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { actionsIn } from '../../../actions/command';
import { type Checked, check } from '../../../actions/lib/init/check';
import { hostRightsScript, rightsFindings } from '../../../actions/lib/init/host-rights';
import type { AskGitHub } from '../../../actions/lib/init/settings';

const root = resolve(__dirname, '../../..');
const KEY = 'AAAAC3NzaC1lZDI1NTE5AAAAIGVhqM9HqZ7o8fVqT3YJtYVQ2xZsUq0dYkNwF0w1m6aV';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'runbook-check-'));
  cpSync(join(root, '.github/workflows'), join(folder, '.github/workflows'), { recursive: true });
});
afterEach(() => rmSync(folder, { recursive: true }));

type Place = { secrets?: string[]; variables?: Record<string, string>; rules?: object[]; policy?: object | null };

/** GitHub as gh shows it: the repository's settings and those of its environments. */
function github(own: Place, environments: Readonly<Record<string, Place>>): AskGitHub {
  const HERE = 'repos/{owner}/{repo}';
  const answers = new Map<string, string[]>([[HERE, ['true']]]);
  const put = (path: string, { secrets = [], variables = {} }: Place): void => {
    answers.set(`${path}/secrets`, secrets);
    answers.set(
      `${path}/variables`,
      Object.entries(variables).map((pair) => JSON.stringify(pair)),
    );
  };
  put(`${HERE}/actions`, own);
  const list = Object.entries(environments).map(([name, place]) => {
    put(`${HERE}/environments/${name}`, place);
    const { rules = [], policy = { protected_branches: true } } = place;
    return JSON.stringify({ name, protection_rules: rules, deployment_branch_policy: policy });
  });
  answers.set(`${HERE}/environments`, list);
  return async (path) => answers.get(path.split('?')[0] ?? '') ?? null;
}

const REVIEWED = [{ type: 'required_reviewers', reviewers: [{}] }];
const VARIABLES = {
  SSH_HOST: 'h.example',
  SSH_USER: 'deploy',
  SSH_KNOWN_HOSTS: `h.example ssh-ed25519 ${KEY}`,
  SOPS_FILE: 'x.env',
};
const whole = (): [Place, Record<string, Place>] => [
  { secrets: ['SSH_KEY', 'ENV_PRODUCTION', 'AGE_KEY'], variables: { ...VARIABLES } },
  { production: { rules: REVIEWED }, 'production-plan': {}, 'production-scheduled': {} },
];

const run = (
  askGitHub: AskGitHub,
  ask: ((script: string) => Promise<string>) | null = null,
  stack = folder,
): Promise<Checked> => check({ folder: stack, actions: actionsIn(root), askGitHub, ask });

describe('check', () => {
  it('finds the workflows at the top, where runbook.yml lies in a folder', async () => {
    mkdirSync(join(folder, '.git'));
    mkdirSync(join(folder, 'deploy'));
    writeFileSync(join(folder, 'deploy/runbook.yml'), 'stack: shop\n');
    expect((await run(github(...whole()), null, join(folder, 'deploy'))).good).toBe(true);
  });

  it('finds nothing missing where all is set, for the repository or in each environment', async () => {
    const { lines, good } = await run(github(...whole()));
    expect(lines.filter((line) => /^ {2}[✗!]/.test(line))).toEqual([
      expect.stringMatching(/^ {2}! production-plan allows some branches only/),
    ]);
    expect(good).toBe(true);
    const [own] = whole();
    const each = { production: { ...own, rules: REVIEWED }, 'production-plan': own, 'production-scheduled': own };
    expect((await run(github({}, each))).good).toBe(true);
  });

  it.each<[string, (own: Place, environments: Record<string, Place>) => void, RegExp]>([
    [
      'a secret',
      (own) => own.secrets!.shift(),
      /✗ The secret SSH_KEY is not set for production-plan \(.*rollback\.yml/,
    ],
    ['a variable', (own) => delete own.variables!.SSH_USER, /✗ The variable SSH_USER is not set for production /],
    ['an empty variable', (own) => (own.variables!.SSH_HOST = ' '), /✗ The variable SSH_HOST is not set/],
    [
      'an environment’s empty variable over the repository’s',
      (_own, environments) => (environments['production-plan'] = { variables: { SSH_USER: '' } }),
      /✗ The variable SSH_USER of production-plan is empty, and hides/,
    ],
    [
      'an environment',
      (_own, environments) => delete environments['production-plan'],
      /✗ There is no environment production-plan/,
    ],
    ['an approval', (_own, environments) => (environments.production = {}), /! Nobody approves production/],
    [
      'a night without an approval',
      (_own, environments) => (environments['production-scheduled'] = { rules: REVIEWED }),
      /✗ production-scheduled has to be approved: what runs at night waits/,
    ],
    [
      'a limit to branches',
      (_own, environments) => (environments.production = { rules: REVIEWED, policy: null }),
      /! Every branch may use production/,
    ],
  ])('names what is missing: %s', async (_what, spoil, said) => {
    const [own, environments] = whole();
    spoil(own, environments);
    const { lines, good } = await run(github(own, environments));
    expect(lines.join('\n')).toMatch(said);
    expect(good).toBe(!lines.some((line) => line.includes('✗')));
  });

  it('wants what a bucket and encrypted backups need where runbook.yml has them, in both environments', async () => {
    writeFileSync(join(folder, 'runbook.yml'), `backup: { s3: { bucket: b }, recipients: [age1${'q'.repeat(58)}] }\n`);
    const text = (await run(github(...whole()))).lines.join('\n');
    for (const name of ['BACKUP_ACCESS_KEY_ID', 'BACKUP_IDENTITY'])
      for (const place of ['production', 'production-scheduled'])
        expect(text).toMatch(new RegExp(`✗ The secret ${name} is not set for ${place} `));
  });

  it('says that a private repository needs another plan for reviewers', async () => {
    const [own, environments] = whole();
    environments.production = {};
    const { lines } = await run(github(own, environments));
    expect(lines.join('\n')).toMatch(
      /Nobody approves production.*\n.*of a private repository with GitHub Enterprise only/,
    );
  });

  it('names versions of the actions that differ, and those that may be moved', async () => {
    const edit = (name: string, version: string): void => {
      const file = join(folder, '.github/workflows', name);
      const text = readFileSync(file, 'utf8');
      writeFileSync(file, text.replace(/\.\/actions\/([a-z-]+).*/g, `acme/runbook-actions/actions/$1@${version}`));
    };
    const commit = '0123456789ab'.padEnd(40, '0');
    edit('deploy.yml', commit);
    expect((await run(github(...whole()))).lines.join('\n')).not.toMatch(/of the actions/);
    edit('rollback.yml', 'v1');
    const said = (await run(github(...whole()))).lines.join('\n');
    expect(said).toContain('use 2 versions of the actions: 0123456789ab (deploy.yml); v1 (rollback.yml).');
    expect(said).toContain('! v1 of the actions is a name that may be moved; a commit cannot.');
    expect(said).not.toContain(`${commit} of the actions is a name`);
  });

  it('says what to set by hand where GitHub cannot be asked, and is not content then', async () => {
    const { lines, good } = await run(async () => {
      throw new Error('gh is not here');
    });
    expect(good).toBe(false);
    expect(lines.join('\n')).toContain('GitHub was not asked: gh is not here');
    expect(lines.join('\n')).toMatch(/^ {2}production-plan: .*SSH_KEY \(secret\)/m);
  });

  it('claims nothing of secrets that the login may not see', async () => {
    const seen = github(...whole());
    const { lines, good } = await run(async (path, query) =>
      path.includes('secrets') ? null : await seen(path, query),
    );
    expect(good).toBe(false);
    expect(lines.join('\n')).toContain('may not see the repository/environments/production/secrets');
    expect(lines.join('\n')).not.toContain('✗');
  });

  it('is refused where no workflow is ours', async () => {
    rmSync(join(folder, '.github'), { recursive: true });
    await expect(run(github(...whole()))).rejects.toThrow(/run init first/);
  });
});

describe('the host', () => {
  const own = `ssh-ed25519 ${KEY} root@h`;
  const output = (more: Readonly<Record<string, string>> = {}): string =>
    Object.entries({
      ...{ me: 'deploy', login: 'deploy\ndocker', known: 'yes', docker: '28.2.2', compose: '2.36.0' },
      ...{ directory: 'ready\ndeploy deploy drwxr-xr-x', keys: own, ...more },
    })
      .map(([name, text]) => `#rb-section ${name}\n${text}\n`)
      .join('');
  const login = { host: 'h.example', port: '22', user: 'deploy', knownHosts: VARIABLES.SSH_KNOWN_HOSTS };
  const bad = (more: Readonly<Record<string, string>>, other = {}): string[] =>
    rightsFindings(output(more), '/srv/shop', { ...login, ...other })
      .filter(({ kind }) => kind !== 'good')
      .map(({ text }) => text);

  it('is right where all is as it should be', () => expect(bad({})).toEqual([]));

  it.each<[Readonly<Record<string, string>>, object, RegExp]>([
    [{ docker: 'permission denied while trying to connect' }, {}, /Docker does not answer deploy: permission denied/],
    [{ compose: '2.17.3' }, {}, /Compose is 2\.17\.3; 2\.20 or newer/],
    [{ compose: "docker: 'compose' is not a docker command" }, {}, /2\.20 or newer is needed/],
    [{ directory: 'missing' }, {}, /\/srv\/shop is not there/],
    [{ directory: 'unwritable\nroot root drwxr-xr-x' }, {}, /deploy may not write to \/srv\/shop/],
    [{ me: 'root', login: 'deploy', directory: 'ready\ndeploy deploy d' }, {}, /deploy is not in the group docker/],
    [{ me: 'root', known: '', login: '' }, {}, /has no user deploy/],
    [{ me: 'root', directory: 'ready\nroot root d' }, {}, /belongs to root:root; whether deploy may write/],
    [{ keys: own.replace('VhqM9', 'VhqM8') }, {}, /another key for h\.example than the host/],
    [{}, { port: '2222', knownHosts: '[h.example]:22 x' }, /cannot be used|has no key/],
  ])('is named by what it lacks: %j', (more, other, said) => {
    expect(bad(more, other).join('\n')).toMatch(said);
  });

  it('is asked by a script that any POSIX shell runs', () => {
    const { stdout, status } = spawnSync('sh', ['-s'], { input: hostRightsScript(folder, ''), encoding: 'utf8' });
    expect(status).toBe(0);
    expect(stdout).toContain(`#rb-section me\n${userInfo().username}`);
    expect(stdout).toContain('#rb-section directory\nready');
  });
});
