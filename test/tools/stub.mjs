/** Runs an action's stub as GitHub does, without inputs: it must refuse them in its own words. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const action = join(root, 'actions', process.argv[2]);
// Without a state from the main step the post step has nothing to do.
if (existsSync(join(action, 'post.js'))) {
  const post = spawnSync(process.execPath, [join(action, 'post.js')], {
    cwd: '/',
    env: { PATH: process.env.PATH },
    encoding: 'utf8',
  });
  if (post.status !== 0 || post.stdout !== '' || post.stderr !== '') {
    console.error(`post: exit ${post.status}, expected 0 and no word:\n${post.stdout}${post.stderr}`);
    process.exitCode = 1;
  }
}
const { status, stdout, stderr } = spawnSync(process.execPath, [join(action, 'index.js')], {
  cwd: '/',
  env: { PATH: process.env.PATH },
  encoding: 'utf8',
});
if (status !== 1 || !stdout.startsWith('::error::RB-INPUT-INVALID: ') || stderr !== '') {
  console.error(`exit ${status}, expected 1 and RB-INPUT-INVALID:\n${stdout}${stderr}`);
  process.exitCode = 1;
}
