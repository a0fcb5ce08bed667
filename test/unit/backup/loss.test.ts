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
  expect(lossRemarks(made(0, 3, null), made(9000, 400))).toEqual([
    'db/app has 400 rows, and 9401 in the backup before (20260101T000000Z); without a row now: public.orders (9000), ext.own (1). If that is not intended, restore the older backup before the rules of backup.keep remove it.',
    'uploads has 3 files, folders and links, and 400 in the backup before (20260101T000000Z). If that is not intended, restore the older backup before the rules of backup.keep remove it.',
  ]);
});

it('data that grew, lost less than half, is young, or was not counted is not named', () => {
  expect(lossRemarks(made(9000, 400), made(0, 3))).toEqual([]);
  expect(lossRemarks(made(5000, 201), made(9000, 400))).toEqual([]);
  expect(lossRemarks(made(0, 3), made(500, 99))).toEqual([]);
  const uncounted = manifest('20260101T000000Z', { databases: [{ ...part, tables: null }] });
  expect(lossRemarks(made(0, 3), uncounted)).toEqual([]);
  expect(lossRemarks(uncounted, made(9000, 400))).toEqual([]);
});
