/** Which backups a run would remove where the clocks may be wrong. */
import { expect, it } from 'vitest';
import { planned, prune } from '../../../actions/backup/prune';
import type { Scene } from '../../../actions/backup/scene';
import { clockOf, idOf } from '../../../actions/lib/backup/clock';
import { manifest, part } from '../restore/manifests';

const DAY = 24 * 3600 * 1000;
const NOW = Date.UTC(2026, 9, 31, 5);
const nights = Array.from({ length: 12 }, (_, night) => idOf(NOW - (20 - night) * DAY));

/** @returns backups that would be removed, and why the oldest stays */
async function gone(
  ahead: readonly number[],
  host = 0,
  prune: 'share' | 'all' = 'share',
  rows = (_id: string) => 3,
  lacking: string[] = [],
) {
  const installation = { uid: 'a'.repeat(16), host: 'a', machine: '' };
  const ids = [...nights, ...ahead.map((by) => idOf(NOW + by))];
  const told: string[] = [];
  const made = (id: string) =>
    manifest(id, {
      installation,
      databases: [{ ...part, tables: [{ schema: 'public', table: 'orders', rows: rows(id) }] }],
    });
  const scene = {
    request: {
      runbook: { backup: { to: ['host'], keep: { days: 0, daily: 1, weekly: 0, monthly: 0 } } },
      pruneAll: prune === 'all',
    },
    local: {
      name: '/opt/backups/shop',
      survey: async () => ({ manifests: ids.map(made), unreadable: [] }),
      incomplete: async () => lacking.map((id) => ({ id, why: 'its file x is missing' })),
    },
    remote: [],
    notes: [],
    recorder: { info: (text: string) => told.push(text), warning: () => undefined },
  } as unknown as Scene;
  const [place] = await planned(scene, clockOf(idOf(NOW + host), NOW), { id: installation.uid, host: 'a' });
  return { removed: place!.removed.map(({ id }) => id), oldest: told.find((text) => text.includes(nights[0]!)) };
}

it('a third of the old ones, where nothing is dated ahead, or a single one so far that only its own clock was wrong', async () => {
  expect((await gone([])).removed).toEqual(nights.slice(0, 4).toReversed());
  expect((await gone([4000 * DAY])).removed).toEqual(nights.slice(0, 4).toReversed());
});

it.each([
  ['weeks of nights are dated ahead', [1, 2, 3, 20].map((by) => by * DAY)],
  ['the last night is dated ahead', [DAY]],
  ['two are dated years ahead', [4000 * DAY, 4001 * DAY]],
])('none, where %s: both clocks may be late', async (_what, ahead) => {
  const { removed, oldest } = await gone(ahead);
  expect(removed).toEqual([]);
  expect(oldest).toContain('the clocks may be late now');
});

it('none, where the clocks differ', async () => {
  expect((await gone([], 2 * DAY, 'all')).removed).toEqual([]);
});

it('all that the rules have, where a person asks for that', async () => {
  expect((await gone([DAY], 0, 'all')).removed).toEqual(nights.slice(0, 11).toReversed());
});

it('not the last backup with data that all later ones lack, until a person asks for that', async () => {
  const rows = (id: string): number => (id <= nights[2]! ? 9000 : 10);
  const oldest = nights.slice(0, 3);
  expect((await gone([], 0, 'share', rows)).removed).toEqual([nights[0], nights[1], nights[3], nights[4]].toReversed());
  expect((await gone([], 0, 'all', rows)).removed).toEqual(expect.arrayContaining(oldest));
  // Nobody can have seen what this run finds first.
  const fresh = await gone([], 0, 'all', (id) => (id === nights[11] ? 10 : 9000));
  expect(fresh.removed).toEqual(nights.slice(0, 10).toReversed());
});

it('none for backups whose files are gone: they do not count, and are not removed', async () => {
  // The newest four lack files, so that the fifth is the last verified one.
  const lacking = nights.slice(-4);
  const { removed } = await gone([], 0, 'all', () => 3, lacking);
  expect(removed).toEqual(nights.slice(0, 7).toReversed());
});

it('is refused before anything is removed, where a place does not show the backup that was just published', async () => {
  const [made = '', cut = ''] = [nights[11], nights[10]];
  const removed: string[] = [];
  const scene = {
    request: {
      runbook: { backup: { to: ['s3'], keep: { days: 0, daily: 1, weekly: 0, monthly: 0 } } },
      pruneAll: true,
    },
    remote: [
      {
        name: 's3://b/acme',
        survey: async () => ({ manifests: nights.slice(0, 11).map((id) => manifest(id)), unreadable: [] }),
        incomplete: async () => [{ id: cut, why: 'its file x is missing' }],
        remove: async (id: string) => removed.push(id),
      },
    ],
    notes: [],
    recorder: { info: () => undefined, warning: () => undefined },
  } as unknown as Scene;
  const asker = { id: null, host: 'a' };
  await expect(prune(scene, clockOf(idOf(NOW), NOW), asker, made)).rejects.toThrow(/its list does not have it/);
  await expect(prune(scene, clockOf(idOf(NOW), NOW), asker, cut)).rejects.toThrow(/its file x is missing/);
  expect(removed).toEqual([]);
});
