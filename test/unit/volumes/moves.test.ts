/** The exchange of a volume's content, killed at every command that it runs: its reversal puts everything back. */
import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';

const PIECE = readFileSync(join(__dirname, '../../../actions/lib/volumes/volume-swap.sh'), 'utf8');
const TOOLS = ['mkdir', 'chown', 'chmod', 'mv', 'rmdir', 'sync'];
const INCOMING = '.restore-20260101T000000Z';
const OUTGOING = '.before-20260101T000000Z';
const REVERSED = '.undone-20260101T000000Z';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'runbook-moves-'));
  mkdirSync(join(folder, 'tools'));
  // Each ends the shell that called it, at the call that is to be the last, before or after its work.
  for (const tool of TOOLS) {
    const file = join(folder, 'tools', tool);
    writeFileSync(
      file,
      `#!/bin/sh
read -r left when <${folder}/left
left=$((left - 1))
echo "$left $when" >${folder}/left
[ "$left" != 0 ] || [ "$when" != before ] || { kill -9 $PPID; exit 1; }
PATH=/usr/bin:/bin ${tool} "$@"
code=$?
[ "$left" != 0 ] || kill -9 $PPID
exit $code
`,
    );
    chmodSync(file, 0o755);
  }
  run(`mkdir volume && cd volume && mkdir -m 750 ${INCOMING} .before-20250101T000000Z dir .dot && chmod 711 .
       echo live >same; echo live >"-rf"; ln -s nowhere link; : >"dir/a b"; echo older >.before-20250101T000000Z/same
       for n in $(seq 1 405); do : >"many $n"; done
       cd ${INCOMING} && echo new >same && echo new >.hidden && mkdir dir ..odd && : >dir/new && ln -s x other`);
});
afterEach(() => rmSync(folder, { recursive: true }));

function run(script: string): string {
  return execFileSync('sh', ['-c', script], { cwd: folder, encoding: 'utf8' });
}

const SEEN = `cd volume && find . -printf '%p %m %y %l\\n' | LC_ALL=C sort; find . -type f -print0 | LC_ALL=C sort -z | xargs -0 cat`;

/** @returns whether it came to its end */
function step(name: 'volume_swap' | 'volume_reverse', last = 0, when = 'after'): boolean {
  writeFileSync(join(folder, 'left'), `${last} ${when}\n`);
  const script = `${PIECE}
volume_mount() { echo type=volume,source=test; }
volume_helpers_end() { :; }
volume_helper() {
  script=$(printf '%s\\n' "$3" | sed 's,cd /volume,cd ${folder}/volume,')
  shift 3
  PATH=${folder}/tools:$PATH sh -c "$script" sh "$@"
}
${name} uploads ${INCOMING} ${OUTGOING} ${REVERSED}`;
  return spawnSync('sh', ['-c', script]).status === 0;
}

test('an exchange moves everything, owner and mode of the volume included', () => {
  expect(step('volume_swap')).toBe(true);
  expect(run('cd volume && cat same .hidden && ls -A | LC_ALL=C sort && stat -c %a .')).toBe(
    `new\nnew\n..odd\n.before-20250101T000000Z\n${OUTGOING}\n.hidden\ndir\nother\nsame\n750\n`,
  );
  expect(run(`cd volume/${OUTGOING} && cat ./same ./-rf && ls -A | wc -l && stat -c %a .`)).toBe(
    'live\nlive\n410\n711\n',
  );
});

test.each(['before', 'after'])('an exchange is reversed from every point, killed %s a command', (when) => {
  const before = run(SEEN);
  const lived: boolean[] = [];
  let killed = 0;
  for (let last = 1; last < 100; last++) {
    const whole = step('volume_swap', last, when);
    // A reversal may be killed as well.
    for (const again of [1 + (last % 4), 2 + (last % 5)]) if (!step('volume_reverse', again, 'before')) killed++;
    expect(step('volume_reverse')).toBe(true);
    // What was live for a moment has another name, which nothing that clears up removes.
    const live = existsSync(join(folder, 'volume', REVERSED));
    if (live) run(`cd volume && mv ${REVERSED} ${INCOMING}`);
    lived.push(live);
    expect(run(SEEN), `killed at command ${last}`).toBe(before);
    if (whole) {
      expect(last).toBeGreaterThan(12);
      expect(killed).toBeGreaterThan(10);
      expect(lived).toEqual([...lived].sort());
      expect([lived[0], lived.at(-1)]).toEqual([false, true]);
      return;
    }
  }
  throw new Error('it never came to its end');
});
