/** The statements that make statistics for the planner once a database is loaded. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const PIECE = join(__dirname, '../../../actions/lib/restore/load.sh');

/** What `restore_finish` sends to the server before the counts. */
function sent(): string {
  const folder = mkdtempSync(join(tmpdir(), 'runbook-statistics-'));
  const script = `
RB_STEP=${folder}
. ${PIECE}
event() { :; }
fail() { echo "failed: $*"; }
counts_sql() { echo COUNTS; }
finish_sql_0() { :; }
sql() { cat; }
restore_finish 0 db app "dbname='postgres'" "dbname='app'" ''`;
  try {
    const text = execFileSync('sh', ['-c', script], { encoding: 'utf8' });
    return text.slice(0, text.indexOf('COUNTS')).replace(/^counts 0 /gm, '');
  } finally {
    rmSync(folder, { recursive: true });
  }
}

it('name each table, because a table above a foreign one cannot be read without the server behind it', () => {
  const statements = sent();
  // ANALYZE without a name takes all tables, and so reads foreign partitions.
  expect(statements).not.toMatch(/^\s*analyze\s*;/im);
  expect(statements).toMatch(/select format\('analyze %I\.%I', nspname, relname\)[\s\S]*\\gexec\s*$/);
  expect(statements).toMatch(/relkind = 'f'\s+union\s+select inhparent from pg_inherits/);
  expect(statements).toContain('one.oid not in (select id from above)');
});
