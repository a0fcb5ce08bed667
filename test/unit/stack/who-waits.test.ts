/** Which waits of a migration count towards the time after which it is ended: the rows are those of PostgreSQL 15. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';

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
