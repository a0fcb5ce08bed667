/** A migration whose step was killed: it runs on, and a recovery comes. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parseBrokenOff, sayBrokenOff } from '../../../actions/lib/stack/broken-off';
import { recoveryOf, recoveryProgramOf } from '../../../actions/lib/stack/plan/recovery';
import { containerOf, emptyHost, pulled, release, runbook, service } from './model-host';

const first = release('1-v1', {
  db: service('db', 'v1', '1-v1'),
  api: service('api', 'v1', '1-v1'),
  migrate: service('migrate', 'v1', '1-v1'),
});
const container = (name: 'db' | 'api' | 'migrate') => containerOf(name, first.services[name]!, name !== 'migrate');
const unfinished = { procedure: 'deploy', run: 'r', release: '1-v1' };

describe('a recovery waits for the end of the migration before anything, and removes no container of it', () => {
  const { migrate: _none, ...others } = first.services;
  const before = release('1-v0', others);

  it.each([
    ['no release was current', null, ['db']],
    ['the release before had no migration', before, []],
    ['the release before had it, too', first, []],
  ])('where %s', (_what, current, changed) => {
    const running = current === null ? [container('db')] : [container('db'), container('api')];
    const containers = [...running, container('migrate')];
    const state = pulled({ ...emptyHost, current, releases: [first], containers, unfinished }, first);
    const { plan, target } = recoveryOf(state, runbook, 'discard');
    expect(plan.changes.map(({ service: name }) => name)).toEqual(changed);
    const operations = recoveryProgramOf(plan, { runbook, target, proxyFiles: new Set() });
    expect(operations[0]).toEqual({ op: 'await-migration', service: 'migrate', timeout: runbook.migration.timeout });
  });
});

describe('what the recovery records', () => {
  const LIB = `${import.meta.dirname}/../../../actions/lib/stack`;
  const record = { at: '2026-01-02T03:04:05Z', release: '5-v3', run: 'r', after: 2, backup: '' };
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'runbook-killed-'));
    writeFileSync(join(folder, 'migration.open'), `${JSON.stringify(record)}\n`);
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  /** @param code how it ends; `null`: none runs @param exited of a container that has ended */
  const awaited = (code: string | null, exited: string | null = null): string[] => {
    const script = `. ${LIB}/apply/one-shot.sh
RB_ROOT=${folder}
containers() { [ "$2" = -a ] && echo 'm0 m1' || ${code === null ? ':' : 'echo m1'}; }
say() { echo "$1"; }
protect() { echo protected; }; unprotect() { echo free; }
addresses_in() { echo 10.0.0.2; }
docker() { case "$3 $4" in
  *Status*m0) echo created ;; *Status*m1) echo ${exited === null ? 'running' : 'exited'} ;;
  *ExitCode*m1) echo ${exited} ;; *) echo 'begun ended' ;;
esac; }
each_database() { [ "$1" = tell_holders ] || echo "$*"; }
await_one_shot() { echo "await $*"; code=${code}; }
op_await_migration migrate 30`;
    return spawnSync('sh', ['-c', script], { encoding: 'utf8' }).stdout.split('\n').slice(0, -1);
  };
  const said = (): string => sayBrokenOff(parseBrokenOff(['2', readFileSync(join(folder, 'migration.open'), 'utf8')])!);

  it.each([
    ['0', 'ended with exit status 0 after its step was killed, so that it is not recorded as done'],
    ['137', 'failed: it exited with status 137'],
    ['timeout', 'was ended, as it took longer than its timeout'],
  ])('is how it ended, for the next run: %s', (code, how) => {
    expect(awaited(code)).toEqual([
      'migrate: a migration that an interrupted run started still runs; waiting for its end',
      'protected',
      'await m1 30 migration',
      'end_sessions 10.0.0.2 begun ended',
      'free',
      `migrate: it ended: ${code}`,
    ]);
    expect(said()).toContain(how);
  });

  it('is the exit status of one that ended while no step was there, once', () => {
    expect(awaited(null, '3')).toEqual(['end_sessions  begun ended']);
    expect(said()).toContain('failed: it exited with status 3');
    expect(awaited(null, '4')).toEqual([]);
    expect(said()).toContain('failed: it exited with status 3');
  });

  it('is nothing where none runs, and none has ended', () => {
    expect(awaited(null)).toEqual([]);
    expect(said()).toContain('was broken off, and its end is not known');
  });
});

it.each([
  ['since Docker was started is not run twice', 60, 'm1'],
  ['before Docker was started runs again: Docker may have ended it', -60, ''],
])('A migration that began %s', (_what, seconds, found) => {
  const folder = mkdtempSync(join(tmpdir(), 'runbook-begun-'));
  writeFileSync(join(folder, 'docker.pid'), '1');
  const script = `. ${import.meta.dirname}/../../../actions/lib/stack/apply/one-shot.sh
RB_ROOT=${folder} DOCKER_PID=${folder}/docker.pid
beginning sum >${folder}/migration.begun
containers() { echo m1; }
docker() { case $* in
  *StartedAt*) date -u -d '${seconds} seconds' +%Y-%m-%dT%H:%M:%S.123456789Z ;;
  *) echo 'exited 0' ;;
esac; }
begun_migration migrate 5-v3 sum`;
  const { stdout } = spawnSync('sh', ['-c', script], { encoding: 'utf8' });
  rmSync(folder, { recursive: true });
  expect(stdout.trim()).toBe(found);
});
