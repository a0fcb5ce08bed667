/**
 * `npm run test:faults [-- --part 2/4] [--only KINDS] [--at OPERATIONS] [--procedure NAMES] [--hosts N] [--results FILE]`:
 * the fault matrix or a part of it; names are separated by commas. Each fault is written down as it is done, with the
 * commit and the engine that it was tried on (see engine.ts). What went well on this very engine is not tried again, so
 * that a run that was ended goes on where it was. Prints each fault, the table, and as last line one JSON object.
 */
import { spawnSync } from 'node:child_process';
import { appendFileSync, mkdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { cacheDirectory } from '../lab/command';
import { teardown } from '../lab/engine';
import { engineOf } from './engine';
import { chosen, everywhere, inWindows, isPart, procedures } from './matrix';
import { latest, lineOf, parseRows, totalsOf } from './table';

const text = { type: 'string' } as const;
const options = { part: text, only: text, at: text, procedure: text, hosts: text, results: text };
const { hosts = '2', results, ...filter } = parseArgs({ options }).values;
check('only', filter.only, [...everywhere, ...inWindows, 'pause', 'pairs']);
check('procedure', filter.procedure, procedures);
if (filter.part !== undefined && !isPart(filter.part)) usage('part', '2/4 (the second of four)');

const report = resolve(results ?? join(cacheDirectory, 'faults.jsonl'));
mkdirSync(dirname(report), { recursive: true });
appendFileSync(report, '');
// The faults meet the bundle: it must be what the sources make, because those are written down.
if (spawnSync(process.execPath, ['test/tools/build.mjs', '--check'], { stdio: 'inherit' }).status !== 0)
  process.exit(1);
const engine = engineOf('.');
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
      RUNBOOK_FAULTS_ENGINE: engine,
    },
  });
  // Written row by row: a run that was ended early has a table too.
  const known = latest(parseRows(readFileSync(report, 'utf8')).filter((row) => row.engine === engine));
  const meant = new Set(
    chosen(
      known.map((row) => row.fault),
      filter,
    ),
  );
  const rows = known.filter((row) => meant.has(row.fault));
  console.log(`of the engine ${engine}, as ${report} has it:`);
  for (const row of rows) console.log(lineOf(row));
  console.log(JSON.stringify(totalsOf(rows)));
  process.exitCode = status ?? 1;
} finally {
  await teardown();
}

function check(option: string, words: string | undefined, names: readonly string[]): void {
  if (words === undefined || words.split(',').every((word) => names.includes(word))) return;
  usage(option, names.join(' | '));
}

function usage(option: string, values: string): never {
  console.error(`--${option} ${values}`);
  process.exit(2);
}

/** Empty where this is no clone. */
function commit(): string {
  return spawnSync('git', ['describe', '--always', '--dirty'], { encoding: 'utf8' }).stdout?.trim() ?? '';
}
