import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { agesOf } from '../../../actions/lib/secrets/ages';

let folder: string;
let file: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ages-'));
  file = join(folder, 'a secret.env');
});
afterEach(() => rmSync(folder, { recursive: true }));

function git(...args: string[]): void {
  const env = { ...process.env, GIT_COMMITTER_DATE: args.at(-1) ?? '' };
  execFileSync('git', ['-C', folder, '-c', 'user.name=x', '-c', 'user.email=x@example.org', ...args], { env });
}

function commit(text: string, date: string): void {
  writeFileSync(file, text);
  git('add', '.');
  git('commit', '-q', '-m', 'x', '--date', date);
}

it('each value is as old as the commit that changed its line last', async () => {
  git('init', '-q');
  commit('A=ENC[1]\nB=ENC[1]\nsops_mac=1\n', '2026-01-01T00:00:00Z');
  commit('A=ENC[1]\nB=ENC[2]\nsops_mac=2\n', '2026-02-01T01:00:00+01:00');
  commit('C=ENC[1]\nA=ENC[1]\nB=ENC[2]\nsops_mac=3\n', '2026-03-01T00:00:00Z');
  const ages = await agesOf(file);
  expect('known' in ages && Object.fromEntries(ages.known)).toEqual({
    A: '2026-01-01T00:00:00Z',
    B: '2026-02-01T00:00:00Z',
    C: '2026-03-01T00:00:00Z',
    sops_mac: '2026-03-01T00:00:00Z',
  });
});

it('the age of a value is not known without a history, and the reason is given', async () => {
  writeFileSync(file, 'A=1\n');
  expect(await agesOf(file)).toEqual({ unknown: 'the file is in no Git repository here' });
  git('init', '-q');
  expect(await agesOf(file)).toHaveProperty('unknown');
  commit('A=1\n', '2026-01-01T00:00:00Z');
  commit('A=2\n', '2026-02-01T00:00:00Z');
  const copy = join(folder, 'copy');
  execFileSync('git', ['clone', '-q', '--depth', '1', `file://${folder}`, copy]);
  expect(await agesOf(join(copy, 'a secret.env'))).toEqual({ unknown: expect.stringContaining('fetch-depth: 0') });
});
