/** What is told of the backup that a restore takes. */
import { expect, it } from 'vitest';
import { chosen } from '../../../actions/restore/chosen';
import type { Scene } from '../../../actions/restore/scene';
import { manifest, part } from './manifests';

const rows = (id: string, count: number) =>
  manifest(id, { databases: [{ ...part, tables: [{ schema: 'public', table: 'orders', rows: count }] }] });

async function notesOn(wanted: unknown): Promise<readonly string[]> {
  const scene = {
    request: {
      wanted,
      runbook: { stack: 'acme', backup: { directory: '/opt/backups' } },
      ...{ from: 'host', fromHost: '', databases: null, volumes: null, qdrant: null },
    },
    session: { root: '/srv/.runbook', host: { run: async () => ({ outcome: 'exited', stdout: 'web1\n\n', code: 0 }) } },
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
