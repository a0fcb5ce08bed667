/** Runs an action's stub as GitHub does, without inputs: it must refuse them in its own words. */
import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const { status, stdout, stderr } = spawnSync(process.execPath, [join(root, 'actions', process.argv[2], 'index.js')], {
  cwd: '/',
  env: { PATH: process.env.PATH },
  encoding: 'utf8',
});
if (status !== 1 || !stdout.startsWith('::error::RB-INPUT-INVALID: ') || stderr !== '') {
  console.error(`exit ${status}, expected 1 and RB-INPUT-INVALID:\n${stdout}${stderr}`);
  process.exitCode = 1;
}
