/** The log of a service that runs to its end, as the real shell and sed show it. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';

const LIB = `${import.meta.dirname}/../../../actions/lib/stack/apply`;
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'runbook-log-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** @param logs what `docker logs -f` does @param runs what happens until the container ends */
function shown(logs: string, runs: string): string[] {
  const script = `. ${LIB}/one-shot.sh
clear_stopped() { :; }; note_before() { :; }; up() { :; }; fresh() { echo id; }
docker() { ${logs}; }
await_one_shot() { ${runs}; code=0; }
op_one_shot job 30 '' true 1 >${folder}/out
cat ${folder}/out`;
  return spawnSync('sh', ['-c', script], { encoding: 'utf8' }).stdout.split('\n').slice(0, -1);
}

it('A line of the log is there while the service runs', () => {
  const runs = `n=0; until grep -q first ${folder}/out || [ $n -ge 100 ]; do n=$((n + 1)); sleep 0.1; done; echo "waited $n"; : >${folder}/ended`;
  const [first, waited = ''] = shown(`echo first; until [ -e ${folder}/ended ]; do sleep 0.1; done`, runs);
  expect(first).toBe('job: first');
  expect(Number(waited.replace('waited ', ''))).toBeLessThan(100);
});

it('The last lines of the log are there although they come when the service has ended', () => {
  expect(shown('sleep 0.5; echo last', ':')).toEqual(['job: last']);
});

it('A log that Docker does not end is not waited for', () => {
  expect(shown('echo first; exec sleep 60', ':')).toEqual(['job: first']);
});
