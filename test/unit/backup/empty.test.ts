import { expect, it } from 'vitest';
import { sayEmpty } from '../../../actions/lib/backup/empty';
import { manifest, part } from '../restore/manifests';

const volume = (name: string, entries: number) => ({
  ...{ name, entries, file: 'v', bytes: 1, sha256: 'a'.repeat(64), volumeBytes: 0 },
});
const database = (name: string, rows: readonly (number | null)[] | null) => ({
  ...part,
  database: name,
  tables: rows?.map((count, index) => ({ schema: 'public', table: `t${index}`, rows: count })) ?? null,
});
const made = manifest('20260101T000000Z', {
  databases: [database('app', []), database('bare', [0, null, 0]), database('full', [0, 1]), database('old', null)],
  volumes: [volume('uploads', 0), volume('media', 2)],
});

it('a database without a row and a volume without a file are named: they may be the wrong ones', () => {
  expect(sayEmpty(made, [])).toEqual([
    expect.stringMatching(/^db\/app has no table: if the application has its data in another database/),
    expect.stringMatching(/^db\/bare has 3 tables, and no row in them/),
    expect.stringMatching(/^uploads is empty: if its disk is not mounted/),
  ]);
  expect(sayEmpty(made, ['db/app', 'bare', 'uploads'])).toEqual([]);
});
