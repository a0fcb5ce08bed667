/** The lines of RECIPES.md, typed in a repository and at a host as the recipe has them: to the first deploy by a tag. */
import { spawn, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { LabHost } from '../lab/host';
import { installProxies } from '../lab/proxies';
import { putRecipe, recipesIn, typedIn } from '../tools/recipes';
import { act, settingsFor } from './act';

const ROOT = join(__dirname, '..', '..');
const page = readFileSync(join(ROOT, 'actions/RECIPES.md'), 'utf8');

let host: LabHost;
let own: string;
let folder: string;

beforeAll(async () => {
  host = await LabHost.start();
  await installProxies(host, ['caddy']);
  own = mkdtempSync(join(tmpdir(), 'runbook-recipe-'));
  folder = join(own, 'shop');
  mkdirSync(folder);
  for (const path of ['actions', 'dist', '.github', 'package.json'])
    cpSync(join(ROOT, path), join(own, 'bundle', path), { recursive: true });
  writeFileSync(join(own, 'key'), host.privateKey, { mode: 0o600 });
  writeFileSync(join(own, 'known'), host.knownHosts);
  writeFileSync(
    join(own, 'config'),
    `Host your.server\n  HostName ${host.address}\n  Port ${host.sshPort}\n  User ${host.user}\n  IdentityFile ${own}/key\n  UserKnownHostsFile ${own}/known\n`,
  );
  mkdirSync(join(own, 'bin'));
  writeFileSync(join(own, 'bin/ssh'), `#!/bin/sh\nPATH=\${PATH#*:}\nexec ssh -F ${own}/config "$@"\n`, { mode: 0o755 });
  writeFileSync(
    join(own, 'bin/npx'),
    `#!/bin/sh\nshift\nexec ${process.execPath} ${own}/bundle/actions/cli.js "$@"\n`,
    { mode: 0o755 },
  );
});
afterAll(async () => {
  rmSync(own, { recursive: true, force: true });
  await host?.destroy();
});

/** As a person types it. */
async function type(line: string): Promise<string> {
  const child = spawn('sh', ['-c', line], {
    cwd: folder,
    env: {
      ...{ HOME: own, PATH: `${own}/bin:/usr/bin:/bin`, USER: 'ann' },
      ...{ GIT_AUTHOR_NAME: 'Ann', GIT_AUTHOR_EMAIL: 'ann@shop.example' },
      ...{ GIT_COMMITTER_NAME: 'Ann', GIT_COMMITTER_EMAIL: 'ann@shop.example' },
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (said += chunk.toString()));
  const code = await new Promise((done) => child.on('close', done));
  expect(code, `${line}\n${said}`).toBe(0);
  return said;
}

it('Next.js with Caddy: the running stack is adopted, and a tag deploys the next version, by the lines of the page alone', {
  tags: ['exhaustive'],
}, async () => {
  const recipe = recipesIn(page).find(({ name }) => name === 'next');
  // Only what this host's registry has takes the place of what is elsewhere; the port is that of the image here.
  const files = [...(recipe?.files ?? [])].map(([path, text]): [string, string] => [
    path,
    text
      .replace('ghcr.io/me/shop', 'localhost:5000/acme/backend')
      .replace('postgres:16', 'localhost:5000/acme/postgres:v1')
      .replace('caddy:2', 'localhost:5000/acme/caddy:v1')
      .replace('web:3000', 'web:8080')
      .replace('  log\n', '  log\n  tls internal\n'),
  ]);
  putRecipe({ name: 'next', files: new Map(files) }, folder);
  const bare = join(own, 'github.git');
  const git = (...args: string[]) => spawnSync('git', args, { cwd: folder });
  git('init', '--quiet', '--bare', bare);
  git('init', '--quiet', '--initial-branch=main');
  git('config', `url.${bare}.insteadOf`, 'https://github.com/me/shop.git');
  git('config', 'push.autoSetupRemote', 'true');
  git('remote', 'add', 'origin', 'https://github.com/me/shop.git');
  await type('git add . && git commit --quiet -m Shop && git push --quiet');

  // As it was started by hand; the .env lies there alone.
  await host.root('mkdir /srv/shop && chown deploy /srv/shop && mkdir -p /opt/backups && chown deploy /opt/backups');
  for (const [path, text] of files) await host.put(`/srv/shop/${path}`, text);
  await host.put('/srv/shop/.env', 'TAG=v1\nDB_PASSWORD=sesame-open-1\n', 0o600);
  const up = await host.exec('cd /srv/shop && docker compose up -d --quiet-pull', { user: 'deploy' });
  expect(up.code, up.stderr).toBe(0);
  const running = () => host.root('docker ps --format \'{{.ID}} {{.Label "com.docker.compose.service"}}\' | sort');
  const before = await running();

  const [init = '', access = '', plan = '', commit = '', tag = ''] = typedIn(
    page.replaceAll('<owner>', 'acme').replaceAll('you@', ''),
  );
  expect(access).toContain(' access --host ');
  const found = await type(`${init} --uses acme/runbook-actions@v1`);
  expect(found).toContain('project shop runs from /srv/shop');
  const planned = await type(plan);
  expect(planned).toContain('PLAN: Deploy');
  expect(await running()).toBe(before);
  await type(commit);
  await type(tag.replaceAll('v1.4.0', 'v2'));
  const heard = spawnSync('git', ['--git-dir', bare, 'tag'], { encoding: 'utf8' }).stdout;
  expect(heard.trim()).toBe('v2');

  const settings = settingsFor(host);
  const { RUNBOOK: _, ...vars } = settings.vars;
  const event = { name: 'push', tag: 'v2' } as const;
  const uses = { 'acme/runbook-actions@v1': join(own, 'bundle') };
  const { code, log } = await act(folder, 'deploy.yml', event, { ...settings, vars }, { uses });
  expect(code, log).toBe(0);
  const kept = (text: string): string[] => text.split('\n').filter((line) => !line.endsWith(' web'));
  expect(kept(await running())).toEqual(kept(before));
  const images = await host.root("docker ps --filter label=com.docker.compose.service=web --format '{{.Image}}'");
  expect(images).toMatch(/acme\/backend(:v2|@)/);
  const answer = 'curl -sk --resolve shop.example:443:127.0.0.1 https://shop.example/version';
  expect(await host.root(answer)).toContain('v2');
});
