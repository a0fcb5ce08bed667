/** Which backup is enough for a migration. */
import { describe, expect, it } from 'vitest';
import type { Manifest } from '../../../actions/lib/backup/manifest';
import { isEnough, type Wanted } from '../../../actions/migrate/young';

const now = Date.parse('2026-01-02T04:00:00Z');
const manifest = {
  ...{ stack: 'acme', id: '20260102T030000Z', createdAt: '2026-01-02T03:00:00Z', verified: true, left: [] },
  databases: [{ service: 'db', database: 'app' }],
  volumes: [{ name: 'uploads' }],
  qdrant: [{ service: 'qdrant' }],
} as unknown as Manifest;
const wanted: Wanted = {
  ...{ now, age: 7200, migrations: [] },
  backup: { databases: [{ service: 'db', user: 'u', database: 'app' }], volumes: ['uploads'], qdrant: [] },
};
const restored = (swap: string) => [{ schema: '', release: '', compatible: true, restored: 'x', swap }];

describe('a backup is enough', () => {
  it('when it is verified, young, and has all that one would have now', () => {
    expect(isEnough(manifest, wanted)).toBe(true);
    expect(isEnough(manifest, { ...wanted, migrations: restored('20260102T020000Z') })).toBe(true);
  });
});

describe('a backup is not enough', () => {
  it.each<[string, Partial<Manifest>, Partial<Wanted>]>([
    ['unverified', { verified: false }, {}],
    ['too old', {}, { age: 3599 }],
    ['dated ahead', { id: '20260103T030000Z', createdAt: '2026-01-03T03:00:00Z' }, {}],
    ['without a database', { databases: [] }, {}],
    ['without a volume', { volumes: [] }, {}],
    ['of the data before a restore', {}, { migrations: restored('20260102T033000Z') }],
  ])('%s', (_name, made, asked) => {
    expect(isEnough({ ...manifest, ...made }, { ...wanted, ...asked })).toBe(false);
  });
});
