/**
 * `npm run test:faults [-- --only KIND] [--at OPERATION] [--procedure NAME]`: the fault matrix or a part of it.
 * Prints each fault as it is done, the table, and as last line one JSON object.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { teardown } from '../lab/engine';
import { everywhere, inWindows } from './matrix';
import { lineOf, parseRows, totalsOf } from './table';

const text = { type: 'string' } as const;
const { values } = parseArgs({ options: { only: text, at: text, procedure: text } });
const kinds: readonly string[] = [...everywhere, ...inWindows];
if (values.only !== undefined && !kinds.includes(values.only)) {
  console.error(`--only ${kinds.join(' | ')}`);
  process.exit(2);
}
const folder = mkdtempSync(join(tmpdir(), 'runbook-faults-'));
const report = join(folder, 'rows');
writeFileSync(report, '');
const file = 'test/faults/every-fault.test.ts';
const args = ['run', file, '--config=test/vitest.config.mts', '--project=lab', '--disable-console-intercept=true'];
try {
  const { status } = spawnSync('node_modules/.bin/vitest', args, {
    stdio: 'inherit',
    env: { ...process.env, RUNBOOK_FAULTS: JSON.stringify(values), RUNBOOK_FAULTS_REPORT: report },
  });
  // Written row by row: a run that was ended early has a table too.
  const rows = parseRows(readFileSync(report, 'utf8'));
  for (const row of rows) console.log(lineOf(row));
  console.log(JSON.stringify(totalsOf(rows)));
  process.exitCode = rows.length === 0 ? 1 : (status ?? 1);
} finally {
  rmSync(folder, { recursive: true });
  await teardown();
}
