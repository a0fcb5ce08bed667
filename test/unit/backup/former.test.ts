/** Backups that were in a place and are not there any more, with the record in a real file. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { lookForFormer, noteFormer, requireFormer } from '../../../actions/backup/former';
import type { Scene } from '../../../actions/backup/scene';
import type { Place } from '../../../actions/lib/backup/host-place';
import { hostSource } from '../../../actions/lib/backup/source';
import { manifest } from '../restore/manifests';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'runbook-former-'));
});
afterEach(() => rmSync(root, { recursive: true }));

const OWN = { uid: 'a'.repeat(16), host: 'a', machine: '' };
const ASKER = { id: OWN.uid, host: 'a' };
const [FIRST, SECOND, THIRD] = ['20260101T020000Z', '20260102T020000Z', '20260103T020000Z'] as const;

function scene(bucket: readonly string[] | null = null): Scene {
  const host = {
    run: async (script: string) => {
      const { status, stdout, stderr } = spawnSync('sh', ['-c', script], { encoding: 'utf8' });
      return { outcome: 'exited', code: status, stdout, stderr };
    },
  };
  const s3 = {
    name: 's3://b/acme',
    survey: async () => ({
      manifests: (bucket ?? []).map((id) => manifest(id, { installation: OWN })),
      unreadable: [],
    }),
  };
  return {
    request: { runbook: { backup: { to: bucket === null ? ['host'] : ['host', 's3'] } } },
    session: { host, root },
    local: hostSource(host as never, join(root, 'backups'), 'acme'),
    remote: bucket === null ? [] : [s3],
    notes: [],
    recorder: { warning: () => undefined },
  } as unknown as Scene;
}
const place = (mount: string, unmounted: string | null = null): Place => ({
  directory: join(root, 'backups/acme'),
  writable: true,
  free: null,
  mount,
  unmounted,
});
function put(...ids: readonly string[]): void {
  rmSync(join(root, 'backups'), { recursive: true, force: true });
  for (const id of ids) {
    mkdirSync(join(root, 'backups/acme', id), { recursive: true });
    writeFileSync(
      join(root, 'backups/acme', id, 'manifest.json'),
      JSON.stringify(manifest(id, { installation: OWN }), null, 2),
    );
  }
}
async function noted(id: string, mount: string, bucket: readonly string[] | null = null): Promise<void> {
  await noteFormer(scene(bucket), place(mount), { known: [], lost: [] }, id);
}

it('a folder that lost its last backup together with its disk gets none', async () => {
  await noted(SECOND, '/mnt/nas');
  put();
  await expect(lookForFormer(scene(), place('/'), ASKER)).rejects.toMatchObject({
    code: 'RB-HOST-UNSUITABLE',
    details: {
      what: expect.stringContaining(`the last of them ${SECOND}`),
      why: expect.stringContaining('/mnt/nas, and now lies on /'),
    },
  });
  put(FIRST);
  await expect(lookForFormer(scene(), place('/'), ASKER)).rejects.toThrow(/none of the backups/);
});

it('a folder of fstab that is not mounted gets none, not even the first one', async () => {
  await expect(lookForFormer(scene(), place('/', '/mnt/nas'), ASKER)).rejects.toMatchObject({
    code: 'RB-HOST-UNSUITABLE',
    details: { why: expect.stringContaining('/etc/fstab has /mnt/nas') },
  });
});

it('a folder goes on where the last one is there, was followed, moved with its disk, or was removed alone', async () => {
  expect(await lookForFormer(scene(), place('/'), ASKER)).toEqual({ known: [], lost: [] });
  await noted(SECOND, '/mnt/nas');
  for (const ids of [[SECOND], [FIRST, THIRD]]) {
    put(...ids);
    const one = scene();
    expect((await lookForFormer(one, place('/'), ASKER)).lost).toEqual([]);
    expect(one.notes).toEqual([]);
  }
  put(FIRST);
  const one = scene();
  await lookForFormer(one, place('/mnt/nas'), ASKER);
  expect(one.notes).toEqual([expect.stringContaining(`${SECOND}, is gone; this action did not remove it`)]);
  put();
  const none = scene();
  await lookForFormer(none, place('/mnt/nas'), ASKER);
  expect(none.notes).toEqual([expect.stringContaining(`${SECOND}, and all before it, are gone; this action did not`)]);
});

it('a bucket that lost its backups gets the new one, and every run is red until a person removes the record', async () => {
  await noted(FIRST, '/', [FIRST]);
  put(FIRST);
  for (const id of [SECOND, THIRD]) {
    const empty = scene([]);
    const former = await lookForFormer(empty, place('/'), ASKER);
    expect(empty.notes).toEqual([expect.stringContaining('s3://b/acme has none of the backups')]);
    await noteFormer(empty, place('/'), former, id);
    put(FIRST, id);
    expect(() => requireFormer(empty, former)).toThrow(/s3:[/][/]b[/]acme has none/);
  }
  const record = JSON.parse(readFileSync(join(root, 'backup-places.json'), 'utf8'));
  expect(record).toEqual([
    { place: 's3://b/acme', newest: FIRST, mount: null },
    { place: join(root, 'backups/acme'), newest: THIRD, mount: '/' },
  ]);
  rmSync(join(root, 'backup-places.json'));
  const former = await lookForFormer(scene([]), place('/'), ASKER);
  expect(() => requireFormer(scene([]), former)).not.toThrow();
});

it('a record that cannot be read is not an empty one', async () => {
  writeFileSync(join(root, 'backup-places.json'), '[{');
  const one = scene();
  await lookForFormer(one, place('/'), ASKER);
  expect(one.notes).toEqual([expect.stringContaining('cannot be read')]);
});
