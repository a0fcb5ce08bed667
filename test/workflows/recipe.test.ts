/** The lines of RECIPES.md, typed in a repository and at a host as the recipe has them: to the first deploy by a tag. */
import { spawn, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { LabHost } from '../lab/host';
import { putRecipe, recipesIn, typedIn } from '../tools/recipes';
import { act, settingsFor } from './act';
import { prepare, TRIALS, tried } from './recipes';

const ROOT = join(__dirname, '..', '..');
const page = readFileSync(join(ROOT, 'actions/RECIPES.md'), 'utf8');

let host: LabHost;
let own: string;
let folder: string;

beforeEach(async () => {
  host = await LabHost.start();
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
afterEach(async () => {
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

it.each(TRIALS)(
  '$title: the running stack is adopted, and a tag deploys the next version, by the lines of the page alone',
  {
    tags: ['exhaustive'],
  },
  async (trial) => {
    const recipe = recipesIn(page).find(({ name }) => name === trial.name);
    const files = [...(recipe?.files ?? [])].map(([path, text]): [string, string] => [path, tried(text, trial)]);
    putRecipe({ name: trial.name, files: new Map(files) }, folder);
    const bare = join(own, 'github.git');
    const git = (...args: string[]) => spawnSync('git', args, { cwd: folder });
    git('init', '--quiet', '--bare', bare);
    git('init', '--quiet', '--initial-branch=main');
    git('config', `url.${bare}.insteadOf`, 'https://github.com/me/shop.git');
    git('config', 'push.autoSetupRemote', 'true');
    git('remote', 'add', 'origin', 'https://github.com/me/shop.git');
    await type('git add . && git commit --quiet -m Shop && git push --quiet');

    // As it was started by hand; the env file lies there alone.
    await prepare(host, trial);
    await host.root('mkdir /srv/shop && chown deploy /srv/shop && mkdir -p /opt/backups && chown deploy /opt/backups');
    for (const [path, text] of files) await host.put(`/srv/shop/${path}`, text);
    const { path: envPath, content } = trial.env;
    if (content !== '') await host.put(`/srv/shop/${envPath}`, content, 0o600);
    const compose = files
      .map(([path]) => path)
      .find((path) => path.endsWith('.yaml') || path.endsWith('compose.prod.yml'));
    const up = await host.exec(
      `cd /srv/shop && docker compose -f ${compose} ${content === '' ? '' : `--env-file ${envPath}`} up -d --quiet-pull`,
      { user: 'deploy' },
    );
    expect(up.code, up.stderr).toBe(0);
    const running = () =>
      host
        .root('docker ps -a --format \'{{.ID}} {{.Label "com.docker.compose.service"}}\' | sort')
        .then((text) => text.trim());
    const before = await running();

    const [init = '', access = '', plan = '', commit = '', tag = '', ...more] = typedIn(
      page.replaceAll('<owner>', 'acme').replaceAll('you@', ''),
    );
    expect(more).toEqual([]);
    expect(access).toContain(' access --host ');
    const found = await type(`${init} --uses acme/runbook-actions@v1`);
    expect(found).toContain(' runs from /srv/shop');
    const planned = await type(plan);
    expect(planned).toContain('PLAN: Deploy');
    expect(await running()).toBe(before);
    await type(commit);
    await type(tag);
    const heard = spawnSync('git', ['--git-dir', bare, 'tag'], { encoding: 'utf8' }).stdout;
    expect(heard.trim()).toBe('v1.4.0');

    const settings = settingsFor(host);
    const { RUNBOOK: _, ...vars } = settings.vars;
    const event = { name: 'push', tag: 'v1.4.0' } as const;
    const uses = { 'acme/runbook-actions@v1': join(own, 'bundle') };
    const { code, log } = await act(folder, 'deploy.yml', event, { ...settings, vars }, { uses });
    expect(code, `${found}\n${readFileSync(join(folder, 'runbook.yml'), 'utf8')}\n${log}`).toBe(0);
    const after = new Set((await running()).split('\n'));
    const gone = before.split('\n').filter((line) => !after.has(line));
    expect([...new Set(gone.map((line) => line.split(' ')[1]))].sort()).toEqual(trial.replaced);
    expect(await host.root(trial.ask)).toContain('v2');
  },
);
