/**
 * `npm run test:faults [-- --only KINDS] [--at OPERATIONS] [--procedure NAMES] [--hosts N] [--results FILE]`: the fault
 * matrix or a part of it; names are separated by commas. With a file, what it says has gone well is not tried again.
 * Prints each fault as it is done, the table, and as last line one JSON object.
 */
import { spawnSync } from 'node:child_process';
import { appendFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { teardown } from '../lab/engine';
import { everywhere, inWindows, procedures } from './matrix';
import { latest, lineOf, parseRows, totalsOf } from './table';

const text = { type: 'string' } as const;
const { values } = parseArgs({ options: { only: text, at: text, procedure: text, hosts: text, results: text } });
const { hosts = '2', results, ...filter } = values;
check('only', filter.only, [...everywhere, ...inWindows, 'pause', 'pairs']);
check('procedure', filter.procedure, procedures);

const folder = mkdtempSync(join(tmpdir(), 'runbook-faults-'));
const report = results === undefined ? join(folder, 'rows') : resolve(results);
appendFileSync(report, '');
const file = 'test/faults/every-fault.test.ts';
const args = ['run', file, '--config=test/vitest.config.mts', '--project=lab', '--disable-console-intercept=true'];
try {
  const { status } = spawnSync('node_modules/.bin/vitest', args, {
    stdio: 'inherit',
    env: {
      ...process.env,
      RUNBOOK_FAULTS: JSON.stringify(filter),
      RUNBOOK_FAULTS_REPORT: report,
      RUNBOOK_FAULTS_HOSTS: hosts,
      RUNBOOK_FAULTS_COMMIT: commit(),
    },
  });
  // Written row by row: a run that was ended early has a table too.
  const rows = latest(parseRows(readFileSync(report, 'utf8')));
  for (const row of rows) console.log(lineOf(row));
  console.log(JSON.stringify(totalsOf(rows)));
  process.exitCode = status ?? 1;
} finally {
  rmSync(folder, { recursive: true });
  await teardown();
}

function check(option: string, words: string | undefined, names: readonly string[]): void {
  if (words === undefined || words.split(',').every((word) => names.includes(word))) return;
  console.error(`--${option} ${names.join(' | ')}`);
  process.exit(2);
}

/** Empty where this is no clone. */
function commit(): string {
  return spawnSync('git', ['describe', '--always', '--dirty'], { encoding: 'utf8' }).stdout?.trim() ?? '';
}
