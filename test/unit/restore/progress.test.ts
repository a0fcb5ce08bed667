import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';

const piece = join(__dirname, '../../../actions/lib/restore/archive.sh');
const folder = mkdtempSync(join(tmpdir(), 'runbook-progress-'));
afterAll(() => rmSync(folder, { recursive: true }));

it('the progress of an archive is reported while its reader works', () => {
  const archive = join(folder, 'db.dump');
  const content = Buffer.alloc(2_000_000, 'x');
  writeFileSync(archive, content);
  const hash = createHash('sha256').update(content).digest('hex');
  const script = `
. ${piece}
RB_STEP=${folder}
event() { echo "$*"; }
fail() { echo "failed $*"; return 1; }
undo_push() { :; }
await_word() { sleep 0.1; return 1; }
# Each look is ten seconds after the one before.
uptime_seconds() { said=$(($(cat ${folder}/clock 2>/dev/null || echo 0) + 10)); echo "$said" | tee ${folder}/clock; }
load_archive 3 acme ${archive} ${hash} '' sh -c 'head -c 500000 >/dev/null; sleep 1; cat >/dev/null' && echo loaded`;
  const { stdout } = spawnSync('sh', ['-c', script], { encoding: 'utf8' });
  const read = [...stdout.matchAll(/^progress index=3 bytes=(\d+) of=2000000$/gm)].map(([, bytes]) => Number(bytes));
  expect(read.some((bytes) => bytes >= 500_000 && bytes < 2_000_000)).toBe(true);
  expect(stdout).toMatch(/^loaded$/m);
});
