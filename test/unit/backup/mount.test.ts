/** What is seen of the folder for backups, by the real sh, df and awk. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { examine } from '../../../actions/lib/backup/host-place';
import type { Host } from '../../../actions/lib/host/host';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'runbook mount-'));
});
afterEach(() => rmSync(root, { recursive: true }));

/** @param df prints what df says, instead of the real one */
function look(folder: string, { fstab = '', mounts = '', df = '' }) {
  writeFileSync(join(root, 'fstab'), fstab);
  writeFileSync(join(root, 'mounts'), mounts);
  const own = (name: string): string => `'${join(root, name)}'`;
  const run = async (script: string) => ({
    outcome: 'exited' as const,
    code: 0,
    stderr: '',
    stdout: spawnSync(
      'sh',
      [
        '-c',
        `${df === '' ? '' : `df() { cat <<'EOF'\n${df}\nEOF\n}\n`}${script.replaceAll('/etc/fstab', own('fstab')).replaceAll('/proc/self/mounts', own('mounts'))}`,
      ],
      { encoding: 'utf8' },
    ).stdout,
  });
  return examine({ run } as unknown as Host, folder, 'shop');
}

const HEAD = 'Filesystem 1024-blocks Used Available Capacity Mounted on';
const escaped = (path: string): string => path.replaceAll(' ', '\\040');

it('is writable, has room and lies on a disk, though it does not exist yet', async () => {
  const found = await look(join(root, 'opt/backups'), {});
  expect(found).toMatchObject({ writable: true, unmounted: null, mount: expect.stringMatching(/^[/]/) });
  expect(found.free).toBeGreaterThan(0);
});

it.each([
  ['a share with spaces', '//nas/my share 1000 10 990 1% /mnt/my nas', 990 * 1024, '/mnt/my nas (//nas/my share)'],
  ['columns that are aligned', '/dev/sda1   264212084 19493860  76007404      8% /', 76007404 * 1024, '/ (/dev/sda1)'],
  ['a file system that tells no share', 'overlay 1000 10 990 - /', 990 * 1024, '/ (overlay)'],
  ['a file system without numbers', 'x - - - - /mnt', null, '/mnt (x)'],
])('is read from what df says of %s', async (_what, line, free, mount) => {
  expect(await look(root, { df: `${HEAD}\n${line}` })).toMatchObject({ free, mount });
});

it('belongs on a disk of fstab that is not mounted', async () => {
  const nas = join(root, 'mnt/nas');
  mkdirSync(nas, { recursive: true });
  const fstab = `# /dev/sdz ${escaped(root)}/mnt ext4\n/dev/sda / ext4\n/dev/sdb none swap\nnas:/b ${escaped(nas)}/ nfs nofail 0 0\n`;
  expect((await look(`${nas}/backups`, { fstab })).unmounted).toBe(escaped(nas));
  expect((await look(`${nas}/backups`, { fstab, mounts: `nas:/b ${escaped(nas)} nfs rw 0 0\n` })).unmounted).toBeNull();
  expect((await look(`${nas}s/backups`, { fstab })).unmounted).toBeNull();
  symlinkSync(nas, join(root, 'backups'));
  expect((await look(join(root, 'backups/a b'), { fstab })).unmounted).toBe(escaped(nas));
});
