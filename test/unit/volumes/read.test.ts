/** What tar says of files and folders that change while it reads: which of it tears a file. */
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';

const piece = join(__dirname, '../../../actions/lib/volumes/volume-read.sh');
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'runbook-read-'));
  mkdirSync(join(folder, 'volume', 'uploads 1'), { recursive: true });
  writeFileSync(join(folder, 'volume', 'file'), 'x');
  mkdirSync(join(folder, 'bin'));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Runs the script of the helper with a tar that says this and ends with that status. */
function read(said: readonly string[], status: number) {
  const tar = join(folder, 'bin', 'tar');
  const lines = said.map((line) => `echo '${line}' >&2`).join('\n');
  writeFileSync(
    tar,
    `#!/bin/sh\ncase " $* " in *" --version "*) exit 0 ;; esac\nprintf archive\n${lines}\nexit ${status}\n`,
  );
  chmodSync(tar, 0o755);
  const script = `. ${piece}; volume_tar | sed 's|^cd /volume|cd "$VOLUME"|' >"$VOLUME/../script"; sh "$VOLUME/../script"`;
  return spawnSync('sh', ['-c', script], {
    encoding: 'utf8',
    env: { PATH: `${join(folder, 'bin')}:${process.env.PATH}`, VOLUME: join(folder, 'volume') },
  });
}

it.each([
  ['nothing', [], 0, 0],
  ['a file came to the root', ['tar: .: file changed as we read it'], 1, 0],
  ['a file came to a folder', ['tar: ./uploads 1: file changed as we read it'], 1, 0],
  ['a file went', ['tar: ./gone: File removed before we read it'], 1, 0],
  ['a file came to a folder beside a socket', ['tar: ./s: socket ignored', 'tar: .: file changed as we read it'], 1, 0],
  [
    'a file came to a folder of a file system without attributes',
    ['tar: ./file: Warning: Cannot llistxattrat: Operation not supported', 'tar: .: file changed as we read it'],
    1,
    0,
  ],
  ['a file was written', ['tar: .: file changed as we read it', 'tar: ./file: file changed as we read it'], 1, 1],
  ['a file shrank', ['tar: ./file: File shrank by 5 bytes; padding with zeros'], 1, 1],
  ['a file cannot be read', ['tar: ./file: Cannot open: Input/output error'], 2, 2],
] as const)('%s', (_name, said, status, expected) => {
  const result = read(said, status);
  expect([result.stdout, result.status]).toEqual(['archive', expected]);
  if (expected !== 0) expect(result.stderr).toContain('./file');
});

it('a file that comes to a folder whose name is not in ASCII tears nothing', () => {
  const own = join(folder, 'own');
  mkdirSync(join(own, 'Büro'), { recursive: true });
  writeFileSync(join(own, 'Büro', 'file'), 'x'.repeat(65536));
  mkdirSync(join(folder, 'real'));
  // A file comes while tar reads another one in the folder, so before it looks at the folder once more.
  const programs = {
    come: `[ "$TAR_CHECKPOINT" != 60 ] || : >'${own}/Büro/came'`,
    tar: `PATH=/usr/bin:/bin
case " $* " in *" --version "*) exec tar "$@" ;; esac
exec tar --checkpoint=1 --checkpoint-action=exec=${folder}/real/come -b 1 "$@"`,
  };
  for (const [name, text] of Object.entries(programs)) {
    writeFileSync(join(folder, 'real', name), `#!/bin/sh\n${text}\n`);
    chmodSync(join(folder, 'real', name), 0o755);
  }
  const script = `. ${piece}; volume_tar | sed 's|^cd /volume|cd "$VOLUME"|' >"$VOLUME/../script"; LC_ALL=C sh "$VOLUME/../script" >/dev/null`;
  const result = spawnSync('sh', ['-c', script], {
    encoding: 'utf8',
    env: { PATH: `${join(folder, 'real')}:${process.env.PATH}`, VOLUME: own },
  });
  expect([result.stderr, result.status]).toEqual(['', 0]);
});
