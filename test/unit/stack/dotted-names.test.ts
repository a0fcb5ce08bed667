/** Services whose names differ in a character that patterns take for any: a double of `docker` has a container of each. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';

const script = (name: string): string =>
  readFileSync(join(import.meta.dirname, '../../../actions/lib/stack/apply', name), 'utf8');

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'runbook-names-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const run = (text: string): string =>
  execFileSync('sh', ['-c', text], { encoding: 'utf8', env: { ...process.env, RB_STEP: folder, PROJECT: 'acme' } });

test('the containers that a run made of api.v1 are not those of api-v1', () => {
  writeFileSync(join(folder, 'before-api.v1'), 'older\n');
  expect(
    run(`${script('rounds.sh')}
docker() { printf '%s\\n' 'api-v1 one' 'api.v1 two' 'api.v1 older' 'xapi.v1 three'; }
fresh_of api.v1`),
  ).toBe('api.v1 two\n');
});

test('former containers of api.v1 are not counted with those of api-v1', () => {
  writeFileSync(join(folder, 'ran'), 'one api-v1 no:0 other=a,;\ntwo api.v1 no:0 mine=b,;\n');
  expect(
    run(`${script('ran.sh')}
OLD=
alive() { echo two; }
started() { echo 'two running'; }
sleep() { :; }
docker() { echo ';mine;'; }
runs_again api.v1 && echo again`),
  ).toBe('again\n');
});
