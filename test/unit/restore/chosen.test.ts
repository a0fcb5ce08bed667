/** What is told of the backup that a restore takes. */
import { expect, it } from 'vitest';
import { chosen } from '../../../actions/restore/chosen';
import type { Scene } from '../../../actions/restore/scene';
import { manifest, part } from './manifests';

const rows = (id: string, count: number) =>
  manifest(id, { databases: [{ ...part, tables: [{ schema: 'public', table: 'orders', rows: count }] }] });

/** @param answer of the host to a script */
async function notesOn(wanted: unknown, answer = (_script: string) => 'web1\n\n'): Promise<readonly string[]> {
  const scene = {
    request: {
      wanted,
      runbook: { stack: 'acme', backup: { directory: '/opt/backups' } },
      ...{ from: 'host', fromHost: '', databases: null, volumes: null, qdrant: null },
    },
    session: {
      root: '/srv/.runbook',
      host: { run: async (script: string) => ({ outcome: 'exited', stdout: answer(script), code: 0 }) },
    },
    source: {
      name: '/opt/backups/acme',
      survey: async () => ({
        manifests: [rows('20260101T000000Z', 9000), rows('20260102T000000Z', 3), rows('20260103T000000Z', 4)],
        unreadable: [],
      }),
    },
    recorder: { warning: () => undefined },
    notes: [] as string[],
  };
  await chosen(scene as unknown as Scene);
  return scene.notes;
}

it('the latest backup lacks data that an older one has: both are named before anything is changed', async () => {
  expect(await notesOn({ by: 'latest' })).toEqual([
    expect.stringMatching(/^db\/app has 4 rows since 20260102T000000Z, and 9000 in the backup before \(20260101/),
  ]);
  expect(await notesOn({ by: 'id', id: '20260101T000000Z' })).toEqual([]);
});

it('the latest backup is not known while the disk of the backups is not mounted; one that is named is', async () => {
  const lost = (script: string): string => {
    if (script.includes('backup-places.json'))
      return JSON.stringify([
        { place: '/opt/backups/acme', newest: '20260104T000000Z', mount: '/opt/backups (nas:/b)' },
      ]);
    return script.includes('df -Pk') ? 'writable\n1\n/ (/dev/sda1)\n\n' : 'web1\n\n';
  };
  await expect(notesOn({ by: 'latest' }, lost)).rejects.toThrow(
    /RB-BACKUP-UNKNOWN[\s\S]*20260104T000000Z, is not in[\s\S]*disk [/]opt[/]backups \(nas:[/]b\), and now lies on [/] /,
  );
  const unmounted = (script: string): string =>
    script.includes('df -Pk') ? 'writable\n1\n/ (/dev/sda1)\n/opt/backups\n' : 'web1\n\n';
  await expect(notesOn({ by: 'latest' }, unmounted)).rejects.toThrow(/fstab has [/]opt[/]backups/);
  expect(await notesOn({ by: 'id', id: '20260101T000000Z' }, lost)).toEqual([]);
});
