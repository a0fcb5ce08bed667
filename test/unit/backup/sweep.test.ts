import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const piece = join(__dirname, '../../../actions/lib/backup/host.sh');
let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'runbook-sweep-'));
  for (const name of [
    '20260101T020000Z',
    '20260102T020000Z',
    '.20260103T020000Z.part',
    '.20260104T020000Z.aaaa.part',
    '.20260105T020000Z.gone',
    'notes',
  ]) {
    mkdirSync(join(root, name));
    writeFileSync(join(root, name, 'db.dump.zst'), 'x');
  }
  writeFileSync(join(root, '20260101T020000Z', 'manifest.json'), '{}');
  writeFileSync(join(root, '20260106T020000Z'), 'a file');
  symlinkSync('/nowhere', join(root, '20260107T020000Z'));
});
afterEach(() => rmSync(root, { recursive: true }));

/** What is said, with the names that are left. */
function run(script: string): { said: string; left: string[] } {
  const pieces = `. ${piece}; event() { echo "$*"; }; fail() { echo "fail $*"; }`;
  const { stdout } = spawnSync('sh', ['-c', `${pieces}; ${script}`], { encoding: 'utf8' });
  return { said: stdout, left: readdirSync(root).sort() };
}

const STAYING = ['20260101T020000Z', '20260106T020000Z', '20260107T020000Z', 'notes'];
const UNFINISHED = ['20260102T020000Z', '.20260103T020000Z.part', '.20260104T020000Z.aaaa.part'];

describe('leftovers of killed runs on the host', () => {
  it('are removed when nothing in them changed for days, and a backup, a file, a link or a person’s folder never does', () => {
    const { said, left } = run(`find() { :; }; sweep_backups ${root} 2`);
    expect(left).toEqual(STAYING);
    for (const name of UNFINISHED) expect(said).toContain(`swept name=${name}\n`);
  });

  it('stay while they are young, except for a removal that was cut off', () => {
    const { said, left } = run(`sweep_backups ${root} 2`);
    expect(left).toEqual([...STAYING, ...UNFINISHED].sort());
    expect(said).toBe('swept name=.20260105T020000Z.gone\n');
  });

  it('are none where there is no folder', () => {
    expect(run(`sweep_backups ${root}/none 2 && echo well`).said).toBe('well\n');
  });

  it('are recognised after a removal was cut off: no folder loses its manifest before its name', () => {
    const cut = 'rm() { case $* in *.gone) [ ! -d "$2" ] || exit 9 ;; esac; command rm "$@"; }';
    const { left } = run(`${cut}; remove_backups ${root} 20260101T020000Z`);
    expect(left).toContain('.20260101T020000Z.gone');
    expect(existsSync(join(root, '.20260101T020000Z.gone', 'manifest.json'))).toBe(true);
    expect(run(`sweep_backups ${root} 2`).left).not.toContain('.20260101T020000Z.gone');
  });
});
