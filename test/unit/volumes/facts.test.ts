/** What is read of a volume before a backup or a restore. */
import { expect, it } from 'vitest';
import { factsFrom } from '../../../actions/lib/volumes/facts';

const DISK = '/dev/sda1 1000 500 400 56% /';

it('data that restores put beside the content is not part of its size', () => {
  const lines = ['type=volume,source=shop_uploads', 'found', '100\t.', DISK, 'beside 60 .before-20260101T000000Z'];
  const { source, bytes, free, beside, besideBytes, live } = factsFrom('uploads', [...lines, 'live ./db/PG_VERSION']);
  expect({ source, bytes, free, beside, live }).toEqual({
    ...{ source: 'shop_uploads', bytes: 40 * 1024, free: 400 * 1024 },
    ...{ beside: ['.before-20260101T000000Z'], live: 'PostgreSQL' },
  });
  expect(besideBytes.get('.before-20260101T000000Z')).toBe(60 * 1024);
});
