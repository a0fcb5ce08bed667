import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { estimate } from '../../../actions/backup/items';
import type { Manifest } from '../../../actions/lib/backup/manifest';

const MIB = 2 ** 20;
const database = { service: 'db', user: 'postgres', database: 'app' };
const settings = { databases: [database], volumes: ['uploads'], qdrant: [] } as unknown as Parameters<
  typeof estimate
>[0];
const live = (database: number, volume: number) =>
  [
    settings,
    { servers: new Map([['db', { databases: new Map([['app', database]]) }]]) } as unknown as Parameters<
      typeof estimate
    >[1],
    new Map([['uploads', { bytes: volume }]]),
  ] as const;
const last = (packed: number, then: number): Manifest =>
  ({
    databases: [{ ...database, bytes: packed, databaseBytes: then }],
    globals: [],
    volumes: [{ name: 'uploads', bytes: 10 * MIB, volumeBytes: 20 * MIB }],
    qdrant: [],
  }) as unknown as Manifest;

describe('the room for a backup', () => {
  it('is reckoned from what is there now, not from the last backup alone', () => {
    const grown = estimate(...live(40_000 * MIB, 20 * MIB), last(50 * MIB, 200 * MIB));
    expect(grown).toBeGreaterThan(20_000 * MIB);
    // The catalogs of an empty database pack to nothing, and tell nothing of the rows that came.
    expect(estimate(...live(40_000 * MIB, 0), last(0.002 * MIB, 7.5 * MIB))).toBeGreaterThan(20_000 * MIB);
    expect(estimate(...live(200 * MIB, 520 * MIB), last(50 * MIB, 200 * MIB))).toBeGreaterThan(500 * MIB);
  });

  it('is that of the last one where little came', () => {
    const same = estimate(...live(201 * MIB, 20 * MIB), last(50 * MIB, 200 * MIB));
    expect(same).toBeLessThan(75 * MIB);
    expect(same).toBeGreaterThan(60 * MIB);
  });

  it.each([
    ['a small disk with a twentieth free', 10_000_000, 600_000, 0],
    ['a small disk that is almost full', 10_000_000, 400_000, 1],
    ['a large disk with 2 GiB free', 1_000_000_000, 2_097_152, 0],
    ['a large disk with less than 1 GiB free', 1_000_000_000, 1_000_000, 1],
  ])('is watched while it is written: %s', (_name, size, free, status) => {
    const piece = join(__dirname, '../../../actions/lib/backup/part.sh');
    const df = `df() { printf 'Filesystem 1024-blocks Used Available Capacity Mounted\\n/dev/x ${size} 1 ${free} 1%% /\\n'; }`;
    expect(spawnSync('sh', ['-c', `. ${piece}; ${df}; FOLDER=/opt/backups room_left`]).status).toBe(status);
  });
});
