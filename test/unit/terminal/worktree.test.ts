/** A person's folder has files that no checkout has. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { strayFiles } from '../../../actions/lib/terminal/worktree';

const runbook = { compose: ['compose.yml'], files: ['nginx'], envFile: '.env.production' };
let folder: string;
const put = (path: string, text: string): void => writeFileSync(join(folder, path), text);
const git = (...args: string[]): void =>
  void execFileSync('git', ['-C', folder, '-c', 'user.name=T', '-c', 'user.email=t@t.test', ...args], {
    stdio: 'pipe',
  });

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'runbook-tree-'));
  mkdirSync(join(folder, 'nginx'));
  put('compose.yml', 'services: {}\n');
  put('nginx/app.conf', 'a\n');
  put('.gitignore', '.env*\n');
  put('notes.txt', 'x\n');
  git('init', '-q');
  git('add', '-A');
  git('commit', '-qm', 'Stack');
});
afterEach(() => rmSync(folder, { recursive: true }));

it('a checkout counts as committed, whatever lies beside the files of a deploy', () => {
  put('notes.txt', 'y\n');
  put('other.txt', 'z\n');
  expect(strayFiles(join(folder, 'runbook.yml'), runbook)).toBeNull();
});

it('a warning names files that were changed, added or removed, and files that Git ignores', () => {
  put('compose.yml', 'services: { web: {} }\n');
  put('nginx/new.conf', 'b\n');
  put('.env.production', 'A=1\n');
  rmSync(join(folder, 'nginx/app.conf'));
  const said = strayFiles(join(folder, 'runbook.yml'), runbook);
  expect(said).toMatch(/^Used although different from commit [0-9a-f]{7,}:/);
  for (const part of [
    'compose.yml (changed)',
    'nginx/new.conf (not committed)',
    'nginx/app.conf (removed)',
    '.env.production (ignored by Git)',
  ])
    expect(said).toContain(part);
});

it('stray files are looked for beside the runbook file', () => {
  mkdirSync(join(folder, 'deploy'));
  put('deploy/compose.yml', 'services: {}\n');
  expect(strayFiles(join(folder, 'deploy/shop.yml'), runbook)).toMatch(/: deploy\/compose\.yml \(not committed\)\.$/);
});

it('a warning says that Git cannot tell', () => {
  rmSync(join(folder, '.git'), { recursive: true });
  expect(strayFiles(join(folder, 'runbook.yml'), runbook)).toContain('is not a clone that Git can read');
});
