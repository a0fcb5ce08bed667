/**
 * What the host finds out while a migration runs, and at its end: which waits count towards the time after which it is
 * ended (the rows are those of PostgreSQL 15), how it ended, what its log says.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';

const LIB = `${import.meta.dirname}/../../../actions/lib/stack`;
const folder = mkdtempSync(join(tmpdir(), 'runbook-waits-'));
afterAll(() => rmSync(folder, { recursive: true }));

const row = (lock: string, circular: boolean, behind: number): string =>
  `{"pid" : 24228, "lock" : "${lock}", "circular" : ${circular}, "behind" : ${behind}, "by" : [{"pid" : 23654, "own" : ${circular}, "app" : "psql"}]}`;
const OLDER = 'a lock of the kind virtualxid';

/** Whether the migration waits, and the number of events. */
function told(...rows: readonly string[]): { counts: boolean; events: number } {
  writeFileSync(join(folder, 'rows'), rows.map((text) => `${text}\n`).join(''));
  const script = `. ${LIB}/waits.sh; . ${LIB}/apply/who-waits.sh
asks() { cat >/dev/null; cat ${folder}/rows; }
event() { echo "$1"; }
RB_STEP=${folder}
tell_waits 10.0.0.2 db postgres dbname=app`;
  const { status, stdout } = spawnSync('sh', ['-c', script], { encoding: 'utf8' });
  return { counts: status === 0, events: stdout.split('\n').filter((line) => line === 'waits').length };
}

it.each<[what: string, rows: readonly string[], counts: boolean]>([
  ['none', [], false],
  ['for a table', [row('table o', false, 0)], true],
  ['for an advisory lock', [row('an advisory lock', false, 0)], true],
  ['for older transactions to end, as CREATE INDEX CONCURRENTLY does', [row(OLDER, false, 0)], false],
  ['for older transactions, with others behind it', [row(OLDER, false, 2)], true],
  ["for a transaction of the tool's own, which never ends", [row(OLDER, true, 0)], true],
  ['for older transactions, and for a table', [row(OLDER, false, 0), row('table o', false, 0)], true],
])('a wait %s', (_what, rows, counts) => {
  expect(told(...rows)).toEqual({ counts, events: rows.length });
});

/**
 * @param policy its restart policy
 * @param ends what `docker wait` answers each time: an exit status, or `runs`
 * @param session the number of sessions that the database answers with, or `down`
 */
function awaited(policy: string, ends: readonly string[], session = '1'): { code: string; events: string[] } {
  writeFileSync(join(folder, 'ends'), ends.map((text) => `${text}\n`).join(''));
  const script = `. ${LIB}/waits.sh; . ${LIB}/apply/who-waits.sh
RB_STEP=${folder} MIGRATION_BLOCKED= MIGRATION_GRACE=1 migration_addresses=10.0.0.2
sleep() { :; }; say() { :; }; event() { echo "$*"; }
uptime_seconds() { echo 7; }
asks() { cat >/dev/null; [ ${session} != down ] && echo ${session}; }
tell_waits() { return 1; }
each_database() { "$@" db u c; }
docker() { case $* in
  *RestartPolicy*) [ -s ${folder}/ends ] && echo '${policy} restarting' || echo '${policy} exited' ;;
  *Networks*) echo 10.0.0.3 ;;
esac; }
timeout() {
  local next=$(head -n 1 ${folder}/ends); sed -i 1d ${folder}/ends
  [ "$next" != runs ] || return 124
  echo "$next"
}
await_one_shot id 0 schema
echo "code $code $migration_addresses"`;
  const { stdout } = spawnSync('sh', ['-c', script], { encoding: 'utf8' });
  const lines = stdout.trim().split('\n');
  return { code: lines.pop() ?? '', events: lines };
}

describe('a migration has ended', () => {
  it('with its first exit status', () => {
    expect(awaited('no', ['runs', '3']).code).toBe('code 3 10.0.0.2');
    expect(awaited('no', ['0']).code).toBe('code 0 10.0.0.2');
  });

  it('with the exit status of its last attempt where Docker starts it again after a failure', () => {
    expect(awaited('on-failure', ['1', 'runs', '1', 'runs', '0']).code).toBe('code 0 10.0.0.3');
    expect(awaited('on-failure', ['1', '2']).code).toMatch(/^code 2/);
  });

  it.each([
    ['and was never seen in its database', ['runs', 'runs', 'runs', '0'], '0', ['unseen seconds=0']],
    ['too soon to be seen', ['runs', 'runs', '0'], '0', []],
    ['and was seen', ['runs', 'runs', 'runs', '0'], '2', []],
    ['and nobody could ask', ['runs', 'runs', 'runs', '0'], 'down', []],
  ])('%s', (_what, ends, session, events) => {
    expect(awaited('no', ends, session).events).toEqual(events);
  });
});

describe('the log of a migration that ended with exit status 0', () => {
  const suspects = (...lines: readonly string[]): string[] => {
    writeFileSync(join(folder, 'log'), lines.map((text) => `${text}\n`).join(''));
    const script = `. ${LIB}/apply/one-shot.sh
docker() { cat ${folder}/log; }
event() { shift; printf '%s\n' "\${1#line=}"; }
tell_errors id`;
    return spawnSync('sh', ['-c', script], { encoding: 'utf8' }).stdout.split('\n').slice(0, -1);
  };

  it.each([
    'psql:/sql/3.sql:1: ERROR:  relation "orders" already exists',
    'ERROR:  syntax error at or near "tabel"',
    'ERROR 1064 (42000) at line 1: You have an error in your SQL syntax',
    'Traceback (most recent call last):',
    "Error: P1001: Can't reach database server",
    '2026/01/02 03:04:05 error: Dirty database version 3',
    '{"level":"error","msg":"no such table"}',
    'time=1 level=error msg=x',
  ])('has an error: %s', (line) => {
    expect(suspects('begin', line, 'done')).toEqual([line]);
  });

  it('has three of them at most, without what moves a cursor', () => {
    expect(suspects('ERROR: 1', 'ERROR: 2\r', 'ERROR: 3', 'ERROR: 4')).toEqual(['ERROR: 1', 'ERROR: 2', 'ERROR: 3']);
  });

  it.each(['0 errors', 'error: no change', 'create table error_log', 'NOTICE:  relation exists, skipping', 'ERRORS=0'])(
    'has none: %s',
    (line) => {
      expect(suspects(line)).toEqual([]);
    },
  );
});
