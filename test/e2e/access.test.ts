/** `access`: from a host and a repository with nothing set to a deploy with what GitHub was given, by a real gh and sshd. */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { GitHubApi } from '../lab/github';
import { composeUp } from '../lab/sample';
import { get } from '../tools/tools.mjs';
import { Stage, succeeded } from './stage';

let stage: Stage;
let own: string;
let api: GitHubApi;

beforeAll(async () => {
  stage = await Stage.open();
  own = mkdtempSync(join(tmpdir(), 'runbook-access-'));
  const { host, workspace } = stage;
  await composeUp(host);
  await stage.takeFiles();
  // Somebody's own way to the host is root's, and the stack belongs to root.
  await host.root(`mkdir -p -m 700 /root/.ssh && cp /etc/lab/user.pub /root/.ssh/authorized_keys
    chown -R root:root /srv/stack && chmod 600 /srv/stack/.env*`);
  let socket: string;
  ({ api, socket } = await GitHubApi.start(own));
  writeFileSync(join(own, 'config.yml'), `http_unix_socket: ${socket}\n`);
  writeFileSync(join(own, 'admin'), host.privateKey, { mode: 0o600 });
  writeFileSync(join(own, 'known'), host.knownHosts);
  writeFileSync(
    join(own, 'config'),
    `Host production\n  HostName ${host.address}\n  Port ${host.sshPort}\n  User root\n  IdentityFile ${own}/admin\n  UserKnownHostsFile ${own}/known\n`,
  );
  writeFileSync(join(own, 'ssh'), `#!/bin/sh\nPATH=\${PATH#*:}\nexec ssh -F ${own}/config "$@"\n`, { mode: 0o755 });
  const git = (...args: string[]) => spawnSync('git', ['-C', workspace, ...args]);
  git('init', '--quiet');
  git('remote', 'add', 'origin', 'https://github.com/acme/stack.git');
});
afterAll(async () => {
  await api?.stop();
  rmSync(own, { recursive: true, force: true });
  await stage?.close();
});

async function type(...args: readonly string[]): Promise<{ readonly code: number; readonly said: string }> {
  const cli = resolve(__dirname, '../../actions/cli.js');
  const child = spawn(process.execPath, [cli, ...args, '--host', 'production', '--folder', stage.workspace], {
    env: {
      ...{ HOME: own, GH_CONFIG_DIR: own, GH_TOKEN: 'of a person' },
      PATH: `${own}:${dirname(get('gh'))}:/usr/bin:/bin`,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (said += chunk.toString()));
  const code = await new Promise<number>((done) => child.on('close', (status) => done(status ?? 1)));
  return { code, said };
}

const users = () => stage.host.root('cut -d: -f1 /etc/passwd; stat -c "%U %n" /srv/stack /srv/stack/*');

it('access shows each command, and runs none with --print or where there is no person to ask', async () => {
  expect((await type('init', '--uses', 'acme/runbook-actions@v1')).code).toBe(0);
  const before = await users();
  const { said } = await type('access', '--print', '--user', 'github');
  expect(said).toMatch(/On this machine:\n.*\n.*mkdir -p .*\n.*\n {2}ssh-keygen -q -t ed25519/);
  expect(said).toContain('useradd --create-home');
  expect(said).toContain('gh secret set SSH_KEY --env production-plan <');
  const alone = await type('access');
  expect(alone.code).toBe(1);
  expect(alone.said).toContain('there is no person to ask, and --yes was not given');
  expect(await users()).toBe(before);
  expect(api.changes).toEqual([]);
  expect(existsSync(join(own, '.config'))).toBe(false);
});

it('access gives the workflows a key, a user and their variables, and a deploy with these adopts the stack', {
  tags: ['exhaustive'],
}, async () => {
  const data = await stage.host.root('stat -c "%u %n" /srv/stack/* | sort');
  const { code, said } = await type('access', '--yes', '--user', 'github', '--reviewer', 'ann,acme/operations');
  expect(code, said).toBe(0);
  expect(api.environments.get('production')?.protection).toEqual({
    reviewers: [
      { type: 'User', id: 11 },
      { type: 'Team', id: 7 },
    ],
    prevent_self_review: true,
  });
  expect(api.environments.get('production-plan')?.protection).toEqual({});
  expect(said).toContain('✓ production has to be approved.');
  expect(said).toContain('✓ github logs in with this key, Docker answers');
  expect(said).toContain('✓ SSH_KNOWN_HOSTS has a key of the host itself.');
  expect(api.unknown).toEqual([]);
  const place = api.environments.get('production-plan');
  const variable = (name: string): string => place?.variables.get(name) ?? '';
  expect(variable('SSH_USER')).toBe('github');
  expect(variable('SSH_PORT')).toBe(String(stage.host.sshPort));
  expect([...api.environments.keys()].sort()).toEqual(['production', 'production-plan', 'production-scheduled']);
  const [, path = ''] = /The key lies in (\S+),/.exec(said) ?? [];
  const key = place?.secrets.get('SSH_KEY') ?? '';
  expect(key).toBe(readFileSync(path, 'utf8').trim());
  expect(said).not.toContain(key.split('\n')[1]);
  expect(await stage.host.root('id -nG github')).toContain('docker');

  const running = await stage.running();
  const result = await stage.deploy('v1', {
    'ssh-user': variable('SSH_USER'),
    'ssh-host': variable('SSH_HOST'),
    'ssh-port': variable('SSH_PORT'),
    'ssh-known-hosts': variable('SSH_KNOWN_HOSTS'),
    'ssh-key': key,
  });
  succeeded(result);
  expect(await stage.running()).toEqual(running);
  expect(data).not.toBe('');

  // What is there is not made again; a secret cannot be compared.
  api.changes.length = 0;
  const again = await type('access', '--yes', '--user', 'github', '--reviewer', 'ann');
  expect(again.code, again.said).toBe(0);
  expect(again.said).toContain('On production, as root: nothing is missing.');
  expect(again.said).toContain('production has reviewers already, and keeps them.');
  expect(new Set(api.changes.map((change) => change.split('/').at(-1)))).toEqual(new Set(['SSH_KEY']));
  expect(await stage.host.root('wc -l < ~github/.ssh/authorized_keys')).toBe('1\n');
});
