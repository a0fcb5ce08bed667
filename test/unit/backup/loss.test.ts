import { expect, it } from 'vitest';
import { acceptedNow, lossesIn } from '../../../actions/lib/backup/loss';
import type { Manifest } from '../../../actions/lib/backup/manifest';
import { manifest, part } from '../restore/manifests';

const lossRemarks = (last: Manifest, earlier: readonly Manifest[]): string[] =>
  lossesIn([...earlier, { ...last, id: '20260301T000000Z' }]).map(({ text }) => text);
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
    'db/app has 400 rows, and 9401 in the backup before (20260101T000000Z); without a row now: public.orders (9000), ext.own (1). If that is not intended, restore the older backup: no rule removes it. If it is intended, a run with `prune: all` says so.',
    'uploads has 3 files, folders and links, and 400 in the backup before (20260101T000000Z). If that is not intended, restore the older backup: no rule removes it. If it is intended, a run with `prune: all` says so.',
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

/** A backup per day, with the rows of these tables. */
const days = (...all: readonly Readonly<Record<string, number>>[]): Manifest[] =>
  all.map((tables, day) =>
    manifest(`202602${String(day + 1).padStart(2, '0')}T000000Z`, {
      databases: [
        { ...part, tables: Object.entries(tables).map(([table, rows]) => ({ schema: 'public', table, rows })) },
      ],
    }),
  );

it('a loss is told in every backup after it, and the last good one is known, until the content is back', () => {
  const [good, ...bad] = days({ orders: 9000 }, { orders: 400 }, { orders: 410 }, { orders: 420 });
  expect(lossesIn([good!, ...bad.slice(0, 1)])).toMatchObject([{ good: good!.id, fresh: true }]);
  expect(lossesIn([good!, ...bad])).toEqual([
    {
      good: good!.id,
      fresh: false,
      text: expect.stringMatching(
        /^db\/app has 420 rows since 20260202T000000Z, and 9000 in the backup before \(20260201/,
      ),
    },
  ]);
  expect(lossesIn(days({ orders: 9000 }, { orders: 400 }, { orders: 8000 }))).toEqual([]);
});

it('a loss stays while the part cannot be backed up, and ends with a part that nobody wants any more', () => {
  const all = days({ orders: 9000 }, { orders: 400 });
  const without = (left: string[]): Manifest => manifest('20260220T000000Z', { databases: [], left });
  expect(lossesIn([...all, without(['db/app'])])).toMatchObject([{ good: all[0]!.id }]);
  expect(lossesIn([...all, without([])])).toEqual([]);
});

it('a loss is accepted by a person who has seen it, and only by one', () => {
  const all = days({ orders: 9000 }, { orders: 400 });
  const [first, second, third] = [...all, ...days({}, {}, { orders: 410 }).slice(2)] as [Manifest, Manifest, Manifest];
  expect(acceptedNow(second, [first], true)).toBeNull();
  expect(acceptedNow(third, [first, second], false)).toBeNull();
  expect(acceptedNow(third, [first, second], true)).toBe(second.id);
  const fourth = { ...third, id: '20260204T000000Z', accepted: null };
  const history = [first, second, { ...third, accepted: second.id }];
  expect(lossesIn([...history, fourth])).toEqual([]);
  expect(acceptedNow(fourth, history, false)).toBe(second.id);
  // What is lost after that is told again.
  expect(lossesIn([...history, { ...fourth, databases: [{ ...part, tables: [] }] }])).toMatchObject([
    { good: third.id },
  ]);
});

it('a table that lost every row, or that is gone, is named though the database hardly shrank', () => {
  const logs = { log: 1_000_000 };
  expect(lossesIn(days({ ...logs, users: 5000 }, { ...logs, users: 0 }))).toMatchObject([
    { text: expect.stringContaining('the table public.users has 0 rows, and had 5000 rows in the backup before') },
  ]);
  expect(lossesIn(days({ ...logs, users: 5000 }, { ...logs, users: 0 }, { ...logs, users: 3 }))).toMatchObject([
    { good: '20260201T000000Z', text: expect.stringContaining('the table public.users has 3 rows since 20260202') },
  ]);
  expect(lossesIn(days({ ...logs, users: 5000 }, logs))).toMatchObject([
    { text: expect.stringContaining('the table public.users is gone, and had 5000 rows in the backup before') },
  ]);
});

it.each([
  ['is small', [{ log: 9e5, users: 900 }, { log: 9e5 }]],
  [
    'is a partition, and later ones have rows',
    [
      { log: 9e5, m_2025_12: 5000 },
      { log: 9e5, m_2026_01: 4000 },
    ],
  ],
  [
    'was renamed',
    [
      { log: 9e5, users: 5000 },
      { log: 9e5, accounts: 5001 },
    ],
  ],
  [
    'is a queue',
    [
      { log: 9e5, jobs: 5000 },
      { log: 9e5, jobs: 0 },
      { log: 9e5, jobs: 3000 },
      { log: 9e5, jobs: 0 },
    ],
  ],
])('a table that lost every row is not named if it %s', (_why, all) => {
  expect(lossesIn(days(...(all as Readonly<Record<string, number>>[])))).toEqual([]);
});
