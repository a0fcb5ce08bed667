/** `npm run test:faults`: the whole matrix; prints each fault as it is done, the table, and one JSON object. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const folder = mkdtempSync(join(tmpdir(), 'runbook-faults-'));
const report = join(folder, 'report');
writeFileSync(report, '');
const args = ['run', '--config', 'test/vitest.config.mts', '--project', 'lab', 'test/faults'];
const env = { ...process.env, RUNBOOK_FAULTS: process.env.RUNBOOK_FAULTS ?? 'full', RUNBOOK_FAULTS_REPORT: report };
const { status } = spawnSync('node_modules/.bin/vitest', args, { stdio: 'inherit', env });
try {
  console.log(readFileSync(report, 'utf8').trimEnd());
} finally {
  rmSync(folder, { recursive: true });
}
process.exitCode = status ?? 1;
