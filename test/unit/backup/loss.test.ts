import { expect, it } from 'vitest';
import { lossRemarks } from '../../../actions/lib/backup/loss';
import { manifest, part } from '../restore/manifests';

const volume = { name: 'uploads', file: 'v', bytes: 1, sha256: 'a'.repeat(64), volumeBytes: null };
const made = (orders: number, entries: number, others: number | null = 1) =>
  manifest('20260101T000000Z', {
    databases: [
      {
        ...part,
        tables: [
          { schema: 'public', table: 'orders', rows: orders },
          { schema: 'public', table: 'users', rows: 400 },
          { schema: 'ext', table: 'own', rows: others },
        ],
      },
    ],
    volumes: [{ ...volume, entries }],
  });

it('an emptied table and an emptied volume are named, for their backup is as proven as any', () => {
  expect(lossRemarks(made(0, 3, null), [made(9000, 400)])).toEqual([
    'db/app has 400 rows, and 9401 in the backup before (20260101T000000Z); without a row now: public.orders (9000), ext.own (1). If that is not intended, restore the older backup before the rules of backup.keep remove it.',
    'uploads has 3 files, folders and links, and 400 in the backup before (20260101T000000Z). If that is not intended, restore the older backup before the rules of backup.keep remove it.',
  ]);
});

it('data that grew, lost less than half, is young, or was not counted is not named', () => {
  expect(lossRemarks(made(9000, 400), [made(0, 3)])).toEqual([]);
  expect(lossRemarks(made(5000, 201), [made(9000, 400)])).toEqual([]);
  expect(lossRemarks(made(0, 3), [made(500, 99)])).toEqual([]);
  const uncounted = manifest('20260101T000000Z', { databases: [{ ...part, tables: null }] });
  expect(lossRemarks(made(0, 3), [uncounted])).toEqual([]);
  expect(lossRemarks(uncounted, [made(9000, 400)])).toEqual([]);
});

it('a part that the last backup lacks is compared with the newest that has it', () => {
  const lacking = manifest('20260102T000000Z', { databases: [], left: ['db/app', 'uploads'] });
  expect(lossRemarks(made(0, 3), [made(1, 1), made(9000, 400), lacking])).toEqual([
    expect.stringContaining('9401 in the backup before (20260101T000000Z)'),
    expect.stringContaining('400 in the backup before (20260101T000000Z)'),
  ]);
});

it('a volume of few files is named once it is empty, as where its disk is not mounted, and once half of its bytes are gone', () => {
  const holding = (entries: number, volumeBytes: number | null) =>
    manifest('20260101T000000Z', { databases: [], volumes: [{ ...volume, entries, volumeBytes }] });
  const former = holding(12, 900 * 2 ** 20);
  expect(lossRemarks(holding(0, 4096), [former])).toEqual([
    expect.stringContaining('uploads has 0 files, folders and links, and 12 in the backup before'),
  ]);
  expect(lossRemarks(holding(1, 2 ** 20), [former])).toEqual([
    expect.stringContaining('uploads has 1 MiB, and 900 MiB in the backup before'),
  ]);
  expect(lossRemarks(holding(6, 600 * 2 ** 20), [former])).toEqual([]);
  expect(lossRemarks(holding(6, null), [former])).toEqual([]);
  expect(lossRemarks(holding(0, 0), [holding(0, 0)])).toEqual([]);
});
