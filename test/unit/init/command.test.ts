/** What a person types, and what is said where it cannot be done. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { command, usesOf } from '../../../actions/command';

const root = join(__dirname, '../../..');
let folder: string;
let said: string[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'runbook-command-'));
  said = [];
  vi.spyOn(console, 'error').mockImplementation((text: string) => void said.push(text));
  vi.spyOn(console, 'log').mockImplementation((text: string) => void said.push(text));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
  vi.restoreAllMocks();
  process.exitCode = 0;
});

it.each([
  [['fly'], 'there is no command "fly"'],
  [['init', '--hots', 'x'], "Unknown option '--hots'"],
  [['init', '--folder', '/nowhere', '--uses', 'a/b@c'], 'the folder /nowhere does not exist'],
  [['init', '--uses', 'v1'], '--uses "v1" is not of the form owner/repository@ref'],
  [['init', '--uses', 'a/b@c', '--approval', 'me'], '--approval "me" is not one of reviewers, branch, hash'],
  [['access'], 'access needs --host'],
  [['init'], 'the repository of the actions is not known'],
])('%s is refused with what to do', async (args, what) => {
  await command([...args, ...(args.includes('--folder') ? [] : ['--folder', folder])], root, {});
  expect(process.exitCode).toBe(1);
  expect(said.join('\n')).toContain(what);
});

it('a host that does not answer is named, and nothing is written', async () => {
  writeFileSync(join(folder, 'compose.yaml'), 'services: { web: { image: "me/web:1.0" } }\n');
  await command(['init', '--folder', folder, '--uses', 'a/b@c', '--host', 'nobody@127.0.0.1:1'], root, {});
  expect(process.exitCode).toBe(1);
  expect(said.join('\n')).toContain('RB-HOST-UNREACHABLE');
});

it('the command finds out from the records of npm where it came from', () => {
  const commit = 'b'.repeat(40);
  const own = join(folder, 'node_modules', 'runbook-actions');
  mkdirSync(own, { recursive: true });
  writeFileSync(join(own, 'package.json'), '{"version":"1.2.3"}');
  writeFileSync(
    join(folder, 'node_modules', '.package-lock.json'),
    JSON.stringify({ packages: { x: { resolved: `git+ssh://git@github.com/acme/runbook-actions.git#${commit}` } } }),
  );
  expect(usesOf(undefined, own)).toEqual({ repository: 'acme/runbook-actions', ref: commit, version: 'v1.2.3' });
});

it('the program without a command lists the commands', async () => {
  await command([], root, {});
  expect(process.exitCode).toBe(0);
  expect(said.join('\n')).toContain('runbook-actions init');
});
