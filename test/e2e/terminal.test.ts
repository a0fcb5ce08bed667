/** GitHub is down: the same bundle from a person's machine, with a key and nothing else. */
import { spawn, spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { total } from '../load/report';
import { canaries, expectNoCanary, keyLines, loggedCanary } from './canary';
import { Stage } from './stage';

const root = resolve(__dirname, '../..');
let stage: Stage;
let home: string;

beforeAll(async () => {
  stage = await Stage.open();
  home = mkdtempSync(join(tmpdir(), 'runbook-laptop-'));
  // What npx fetches, without anything installed beside it.
  for (const path of ['actions', 'dist', 'package.json'])
    cpSync(join(root, path), join(home, 'bundle', path), { recursive: true });
  writeFileSync(join(home, 'known_hosts'), stage.host.knownHosts);
  writeFileSync(join(home, 'key'), stage.host.privateKey, { mode: 0o600 });
});
afterAll(async () => {
  rmSync(home, { recursive: true, force: true });
  await stage?.close();
});

/** @param typed what the person at the terminal types; without it there is no terminal */
async function type(args: readonly string[], typed?: string): Promise<{ code: number; shown: string }> {
  const { host, workspace } = stage;
  const whole = [
    ...[join(root, 'node_modules/.bin/node'), join(home, 'bundle/actions/cli.js'), ...args],
    ...['--host', `${host.user}@${host.address}:${host.sshPort}`, '-i', join(home, 'key'), '--folder', workspace],
    // ssh itself looks in the home of whoever runs the tests.
    ...['--ssh-known-hosts-file', join(home, 'known_hosts')],
  ];
  const [program = '', ...rest] =
    typed === undefined ? whole : ['script', '-qec', whole.map((word) => `'${word}'`).join(' '), '/dev/null'];
  const child = spawn(program, rest, { env: { PATH: process.env.PATH, HOME: home, USER: 'ann' }, stdio: 'pipe' });
  let shown = '';
  let answered = false;
  const heard = (chunk: Buffer): void => {
    shown += chunk.toString();
    if (typed === undefined || answered || !shown.includes('to carry this out on')) return;
    answered = true;
    child.stdin.write(`${typed}\n`);
  };
  child.stdout.on('data', heard);
  child.stderr.on('data', heard);
  if (typed === undefined) child.stdin.end();
  const code = await new Promise<number>((done, failed) => {
    child.on('error', failed);
    child.on('close', (status) => done(status ?? 1));
  });
  expectNoCanary([...canaries, loggedCanary, ...keyLines(host.privateKey)], shown);
  return { code, shown };
}

const FAST = ['--drain-timeout', '5s', '--watch-duration', '2s'];

it('the command shows the plan and changes nothing where there is no person to ask', async () => {
  const { code, shown } = await type(['deploy', '--version', 'v1']);
  expect(code).toBe(1);
  expect(shown).toContain('PLAN: Deploy v1');
  expect(shown).toContain('release (none) → 1-v1');
  expect(shown).toContain('there is no person to ask');
  expect(await stage.running()).toEqual([]);
});

it('the command deploys and rolls back after a person confirms by the name of the stack, and drops no request', {
  tags: ['exhaustive'],
}, async () => {
  const first = await type(['deploy', '--version', 'v1', '--yes', ...FAST]);
  expect(first.code, first.shown).toBe(0);
  expect(await stage.current()).toBe('1-v1');
  await stage.serving();
  const load = await stage.load();
  const second = await type(['deploy', '--version', 'v2', ...FAST], 'acme');
  expect(second.code, second.shown).toBe(0);
  expect(second.shown).toContain('DONE: Deploy v2');
  expect(await stage.images('backend')).toEqual(['v2']);
  const wrong = await type(['rollback', ...FAST], 'amce');
  expect(wrong.code).toBe(1);
  expect(wrong.shown).toContain('"amce" is not acme; nothing was changed on the host');
  expect(await stage.current()).toBe('2-v2');
  const back = await type(['rollback', ...FAST], 'acme');
  const report = await load.stop();
  expect(back.code, back.shown).toBe(0);
  expect(await stage.current()).toBe('1-v1');
  expect(await stage.images('backend')).toEqual(['v1']);
  expect(total(report).failed, await stage.failures(report)).toBe(0);
  const journal = await stage.host.root('cat /srv/stack/.runbook/journal.jsonl');
  expect(journal).toContain(spawnSync('id', ['-un'], { encoding: 'utf8' }).stdout.trim());
});

it('the command lists the releases that can be brought back', { tags: ['exhaustive'] }, async () => {
  const { code, shown } = await type(['rollback', '--list']);
  expect(code).toBe(0);
  expect(shown).toMatch(/^1-v1 current +v1 /m);
});
