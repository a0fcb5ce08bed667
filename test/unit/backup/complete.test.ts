/** Backups whose manifest is there, but not all of their files; by the real ls. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { sayIncomplete } from '../../../actions/lib/backup/complete';
import { hostSource } from '../../../actions/lib/backup/source';
import type { Host } from '../../../actions/lib/host/host';
import { manifest, part } from '../restore/manifests';

it('a file that is missing or cut makes a backup incomplete, one that lies elsewhere by a link does not', async () => {
  const root = mkdtempSync(join(tmpdir(), 'runbook complete-'));
  try {
    const ids = ['20260101T000000Z', '20260102T000000Z', '20260103T000000Z', '20260104T000000Z'];
    const [whole = '', cut = '', missing = '', linked = ''] = ids.map((id) => join(root, 'acme', id));
    for (const folder of [whole, cut, missing, linked]) {
      mkdirSync(folder, { recursive: true });
      writeFileSync(join(folder, 'manifest.json'), '{}');
    }
    writeFileSync(join(whole, part.file), 'x'.repeat(part.bytes));
    writeFileSync(join(cut, part.file), 'x'.repeat(7));
    symlinkSync(join(whole, part.file), join(linked, part.file));
    const run = async (script: string) => ({
      outcome: 'exited',
      stdout: spawnSync('sh', ['-c', script], { encoding: 'utf8' }).stdout,
    });
    const source = hostSource({ run } as unknown as Host, root, 'acme');
    const found = await source.incomplete(ids.map((id) => manifest(id)));
    expect(found).toEqual([
      { id: ids[1], why: `its file ${part.file} has 7 bytes instead of 1000` },
      { id: ids[2], why: `its file ${part.file} is missing` },
    ]);
    expect(sayIncomplete(found, source.name)).toContain(`${ids[2]} (its file ${part.file} is missing). They are not`);
    expect(sayIncomplete([], source.name)).toBeNull();
  } finally {
    rmSync(root, { recursive: true });
  }
});
