/** What `access` shows and runs: only what is missing, never for root, and no key in the repository. */
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { actionsIn } from '../../../actions/command';
import { parseRunbook } from '../../../actions/lib/config/load';
import { type AccessRequest, access, type Hands, wantedOf } from '../../../actions/lib/init/access';
import { accessLookScript, parseAccessLook, type Wanted } from '../../../actions/lib/init/access-look';
import { gitHubSteps, hostSteps, knownHostsLine } from '../../../actions/lib/init/access-steps';
import { publicKeyOf } from '../../../actions/lib/init/hands';
import type { Settings } from '../../../actions/lib/init/settings';
import { accessByHand, NOTHING } from '../../tools/access-page';
import { recipesIn, typedIn } from '../../tools/recipes';

const root = resolve(__dirname, '../../..');
const PUBLIC = 'ssh-ed25519 AAAA runbook-actions';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'runbook-access-'));
  mkdirSync(join(folder, '.git'));
  cpSync(join(root, '.github/workflows'), join(folder, '.github/workflows'), { recursive: true });
  writeFileSync(
    join(folder, 'compose.yaml'),
    'services: { web: { image: a, volumes: ["./conf:/conf:ro", "data:/d"] } }\n',
  );
  writeFileSync(join(folder, 'runbook.yml'), 'compose: [compose.yaml]\ndirectory: /srv/shop\nstack: shop\n');
});
afterEach(() => rmSync(folder, { recursive: true }));

const wanted: Wanted = {
  user: 'deploy',
  publicKey: PUBLIC,
  folders: ['/srv/shop'],
  inner: ['/srv/shop/caddy'],
  files: ['/srv/shop/.env'],
  trees: ['/srv/shop/.runbook'],
};
const THERE = {
  ...NOTHING,
  known: true,
  inGroup: true,
  hasKey: true,
  places: new Map<string, 'ready'>([['/srv/shop', 'ready']]),
};
const commands = (look: Partial<typeof NOTHING>, more: Partial<Wanted> = {}): string[] =>
  hostSteps({ ...THERE, ...look }, { ...wanted, ...more }).map(({ command }) => command);

describe('the host', () => {
  it('is given nothing that it has', () => expect(commands({})).toEqual([]));

  it.each<[string, Partial<typeof NOTHING>, RegExp]>([
    ['a user', { known: false }, /^useradd --create-home --shell \/bin\/sh --password '\*' deploy$/],
    ['a user where there is no useradd', { known: false, tool: 'adduser' }, /^adduser -D -s .* chpasswd -e$/],
    ['the group', { inGroup: false }, /^usermod --append --groups docker deploy$/],
    [
      'the key',
      { hasKey: false },
      /^su -s \/bin\/sh deploy -c 'umask 077; .*restrict,port-forwarding ssh-ed25519 AAAA/,
    ],
    [
      'the folder',
      { places: new Map([['/srv/shop', 'missing']]) },
      /^mkdir -p \/srv\/shop && chown deploy \/srv\/shop$/,
    ],
    [
      'what lies in the folder',
      { places: new Map([['/srv/shop/caddy', 'folder']]) },
      /^chown deploy \/srv\/shop\/caddy$/,
    ],
    ['an env file that only root reads', { places: new Map([['/srv/shop/.env', 'file']]) }, /^chown deploy .*\.env$/],
    ['what another user left', { places: new Map([['/srv/shop/.runbook', 'tree']]) }, /^chown -R deploy .*\.runbook$/],
  ])('is given %s where it lacks that alone', (_what, look, command) => {
    expect(commands(look)).toEqual([expect.stringMatching(command)]);
  });

  it('never has its data given to another: a folder is, and what is in it is not', () => {
    const all = accessByHand().host.map(({ command }) => command);
    expect(all.filter((command) => command.includes('chown -R'))).toEqual([]);
  });

  it.each<[Partial<typeof NOTHING>, RegExp]>([
    [{ docker: 'Cannot connect to the Docker daemon' }, /Docker does not answer on the host/],
    [{ inGroup: false, dockerGroup: false }, /no group docker/],
    [{ known: false, tool: null }, /cannot be made/],
  ])('is refused where it cannot be had: %j', (look, said) => expect(() => commands(look)).toThrow(said));

  it('with Docker of its own user needs no group', () => {
    expect(commands({ inGroup: false, dockerGroup: false, answers: true, me: 'deploy' })).toEqual([]);
  });

  it('is looked at by a script that any POSIX shell runs, and a key in a comment counts for nothing', () => {
    const me = userInfo().username;
    const script = accessLookScript({
      ...wanted,
      user: me,
      folders: [folder, join(folder, 'none')],
      files: [],
      inner: [],
    });
    const { status, stdout } = spawnSync('sh', ['-s'], { input: script, encoding: 'utf8' });
    expect(status).toBe(0);
    const look = parseAccessLook(stdout);
    expect(look).toMatchObject({ me, known: true, hasKey: false });
    expect(look.places.get(folder)).toBe('ready');
    expect(look.places.get(join(folder, 'none'))).toBe('missing');
  });

  it('that says something else is not taken for one without anything', () => {
    expect(() => parseAccessLook('This account is not available.')).toThrow(/not read to the end/);
  });

  it('shows one key, and none where it has none', () => {
    expect(knownHostsLine(['ssh-rsa R', 'ssh-ed25519 E'], 'h', '22')).toBe('h ssh-ed25519 E');
    expect(knownHostsLine(['ssh-rsa R'], 'h', '2222')).toBe('[h]:2222 ssh-rsa R');
    expect(knownHostsLine([], 'h', '22')).toBeNull();
  });

  it('has to let what comes from the repository be replaced, and nothing else', () => {
    mkdirSync(join(folder, 'conf/sites'), { recursive: true });
    mkdirSync(join(folder, 'src'));
    const runbook = parseRunbook('compose: [compose.yaml]\ndirectory: /srv/shop\nbackup: { databases: [] }\n', 'x');
    const { inner, folders } = wantedOf(folder, runbook, 'deploy', '');
    expect(inner).toEqual(['/srv/shop/conf', '/srv/shop/conf/sites']);
    expect(folders).toEqual(['/srv/shop']);
  });
});

describe('GitHub', () => {
  const need = (kind: 'variable' | 'secret', name: string, environment: string | null) => ({
    ...{ kind, name, environment },
    usedBy: ['deploy.yml'],
    required: true,
  });
  const facts = {
    needs: [need('variable', 'SSH_HOST', 'production'), need('variable', 'SSH_PORT', 'production')],
    environments: [],
    versions: new Map(),
  };
  const told = { host: 'h', port: '22', user: 'deploy', knownHosts: 'h x y', key: '/k' };
  const settings = (own: Record<string, string>, repository: Record<string, string> = {}): Settings => ({
    private: true,
    secrets: new Set(),
    variables: new Map(Object.entries(repository)),
    environments: new Map([
      [
        'production',
        {
          ...{ reviewed: false, waits: 0, restricted: false, policy: null, secrets: new Set<string>() },
          variables: new Map(Object.entries(own)),
        },
      ],
    ]),
  });
  const set = (found: Settings | null, more = {}): string[] =>
    gitHubSteps(facts, { ...told, ...more }, found).map(({ command }) => command.replace(/.*--method /, ''));

  it('is told what it does not know, or knows otherwise', () => {
    expect(set(settings({ SSH_HOST: 'h' }))).toEqual([]);
    expect(set(settings({}, { SSH_HOST: 'h' }))).toEqual([]);
    expect(set(settings({ SSH_HOST: 'old' }))).toEqual([expect.stringMatching(/^PATCH .*\/variables\/SSH_HOST' /)]);
    expect(set(settings({}, { SSH_HOST: 'other' }))).toEqual([expect.stringMatching(/^POST /)]);
  });

  it('is told of port 22 only where it believes another', () => {
    expect(set(settings({ SSH_HOST: 'h', SSH_PORT: '2222' }))).toEqual([expect.stringContaining('value=22')]);
    expect(set(settings({ SSH_HOST: 'h' }), { port: '2222' })).toEqual([expect.stringContaining('value=2222')]);
  });
});

describe('what is typed', () => {
  const request = (more: Partial<AccessRequest> = {}): AccessRequest => ({
    ...{
      folder,
      actions: actionsIn(root),
      server: 'root@h',
      address: { host: 'h', port: '22' },
      user: null,
      key: null,
      reviewers: [],
    },
    ...{ home: '/home/me/.config/runbook-actions', print: false, yes: true, ...more },
  });
  const never = async (): Promise<never> => {
    throw new Error('this was to be refused before');
  };
  const hands: Hands = {
    say: () => undefined,
    agree: null,
    here: never,
    host: never,
    publicKey: () => null,
    logIn: never,
    askGitHub: never,
  };

  it.each<[Partial<AccessRequest>, RegExp]>([
    [{ user: 'root' }, /log in as root/],
    [{ user: 'de ploy; rm' }, /is not a name of a user/],
  ])('%j is refused before anything is read or made', async (more, said) => {
    await expect(access(request(more), hands)).rejects.toThrow(said);
  });

  it('a key in the repository is refused, also from a folder of it', async () => {
    const key = join(folder, 'id');
    await expect(access(request({ key }), hands)).rejects.toThrow(/would lie in the repository/);
  });

  it('is not done while GitHub was not told, and says what to run there', async () => {
    const sections = {
      me: 'root',
      root: 'yes',
      docker: '28.2.2',
      group: 'docker',
      known: 'yes',
      groups: 'docker',
      key: 'yes',
    };
    const said: string[] = [];
    const output = [...Object.entries({ ...sections, keys: 'ssh-ed25519 E root@h' }), ['end', '']]
      .map(([name, text]) => `#rb-section ${name}\n${text}\n`)
      .join('');
    const done = await access(request(), {
      ...hands,
      say: (line) => said.push(line),
      host: async () => output,
      publicKey: () => PUBLIC,
      logIn: async () => undefined,
      askGitHub: async () => {
        throw new Error('gh is not here');
      },
    });
    expect(done).toBe(false);
    expect(said.join('\n')).toContain('GitHub was not asked: gh is not here');
    expect(said.join('\n')).toMatch(/gh secret set SSH_KEY --env production </);
    expect(said.join('\n')).not.toContain('GitHub has a copy');
  });

  it('a key with a passphrase is refused, one without gives its public half', () => {
    const make = (name: string, phrase: string) =>
      spawnSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', phrase, '-f', join(folder, name)]);
    make('open', '');
    make('closed', 'hush hush');
    expect(publicKeyOf(join(folder, 'open'))).toMatch(/^ssh-ed25519 \S+ \S+$/);
    expect(() => publicKeyOf(join(folder, 'closed'))).toThrow(/has a passphrase/);
    expect(publicKeyOf(join(folder, 'none'))).toBeNull();
  });
});

describe('the pages', () => {
  const read = (path: string): string => readFileSync(join(root, path), 'utf8');

  it('have the same lines to type: the README, and the recipes', () => {
    expect(typedIn(read('README.md').slice(read('README.md').indexOf('## Ten minutes')))).toEqual(
      typedIn(read('actions/RECIPES.md')),
    );
    expect(typedIn(read('actions/RECIPES.md')).length).toBe(5);
    expect(read('README.md')).toContain('`git add deploy/runbook.yml .github`');
  });

  it('lead to pages and files that are there', () => {
    for (const page of [
      'README.md',
      ...['ACCESS', 'APPROVALS', 'LEAVING', 'PROXIES', 'RECIPES'].map((name) => `actions/${name}.md`),
    ])
      for (const [, to = ''] of read(page).matchAll(/\]\(([^)#]+)(?:#[^)]*)?\)/g))
        if (!to.startsWith('http')) expect(existsSync(join(root, page, '..', to)), `${page}: ${to}`).toBe(true);
  });

  it('have a stack for each of the three kinds, and one more, whose runbook.yml is read', () => {
    const recipes = recipesIn(read('actions/RECIPES.md'));
    expect(recipes.map(({ name }) => name)).toEqual(['next', 'django', 'runbook', 'upstream']);
    for (const [, text = ''] of read('actions/RECIPES.md').matchAll(/^```yaml\n# runbook\.yml\n([\s\S]*?)^```$/gm))
      expect(parseRunbook(text, 'runbook.yml').versioned).not.toEqual([]);
  });
});
