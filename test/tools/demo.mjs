/** `npm run demo`: says what will be installed, runs the demo, and ends what the lab started. Runs on Node 20. */
import { spawn } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const bin = join(root, 'node_modules', '.bin');
let child = null;

// The demo cleans up by itself; then the lab is ended here.
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child?.kill(signal));

await tsx('test/lab/announce.mts');
process.exitCode = await tsx('test/demo/main.mts');
await tsx('test/lab/teardown.mts');

function tsx(file) {
  return new Promise((resolve) => {
    child = spawn(join(bin, 'tsx'), [file], {
      cwd: root,
      env: { ...process.env, PATH: `${bin}:${process.env.PATH}` },
      stdio: 'inherit',
    });
    child.on('error', () => resolve(1));
    child.on('close', (code) => resolve(code ?? 1));
  });
}
