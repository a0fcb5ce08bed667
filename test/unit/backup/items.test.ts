/** What a backup dumps, in which order and by which commands, and what its manifest says of it. */
import { describe, expect, it } from 'vitest';
import { itemsOf } from '../../../actions/backup/items';
import { dumpedParts } from '../../../actions/backup/parts';
import type { Dumped } from '../../../actions/lib/backup/dump-told';
import type { Dumping } from '../../../actions/lib/data/kind';
import type { TableCount } from '../../../actions/lib/postgres/facts-sql';

const what = {
  servers: [
    { service: 'db', user: 'acme', databases: ['acme', 'a b', 'a_b'] },
    { service: 'other', user: 'postgres', databases: ['jobs'] },
  ],
  volumes: ['uploads', '/srv/files'],
};
const seen = {
  facts: {
    servers: new Map([
      [
        'db',
        {
          image: 'postgres:16',
          databases: new Map([['acme', 9]]),
          properties: new Map(),
          rolesOf: new Map([['acme', ['zoe', 'app']]]),
        },
      ],
    ]),
  },
  volumes: new Map([['uploads', { bytes: 7 }]]),
} as unknown as Dumping['seen'];
const items = itemsOf(what, 'custom', seen);

describe('what a backup dumps', () => {
  it('is each database, the roles of its server after them, and then the volumes; no file has the name of another', () => {
    expect(items.map(({ title, file }) => [title, file])).toEqual([
      ['db/acme', 'db.db.acme.dump'],
      ['db/a b', 'db.db.a_b.dump'],
      ['db/a_b', 'db.db.a_b.2.dump'],
      ['roles of db', 'globals.db.sql'],
      ['other/jobs', 'db.other.jobs.dump'],
      ['roles of other', 'globals.other.sql'],
      ['uploads', 'volume.uploads.tar'],
      ['/srv/files', 'volume._srv_files.tar'],
    ]);
    expect(items.map(({ bytes }) => bytes)).toEqual([9, null, null, null, null, null, 7, null]);
  });

  it('is made by commands of its kind; roles may begin before their turn', () => {
    expect([0, 3, 6].map((index) => items[index]?.command(index))).toEqual([
      "dump_database 0 db acme 'dbname='\\''acme'\\''' db.db.acme.dump custom",
      'dump_globals 3 db acme globals.db.sql custom',
      'read_volume 6 uploads volume.uploads.tar',
    ]);
    expect(items.flatMap(({ begin }, index) => begin?.(index) ?? [])).toEqual([
      'begin_globals 3 db acme globals.db.sql custom',
      'begin_globals 5 other postgres globals.other.sql custom',
    ]);
    expect(itemsOf(what, 'sql', seen)[0]?.command(0)).toMatch(/ db\.db\.acme\.sql sql$/);
  });

  it('without a database or a volume is worth nothing', () => {
    expect(items.filter(({ extra }) => extra).map(({ kind }) => kind)).toEqual(['globals', 'globals']);
  });
});

it('the manifest has each part in its list, with what was told of it', () => {
  const meant = [0, 3, 6].map((index) => items[index]!);
  const tables: TableCount[] = [{ schema: 'public', table: 'orders', rows: 3 }];
  const facts = { version: 160_004, server: '16.4', bytes: 8, extensions: ['pg_trgm'], tablespaces: [] };
  const told = { tool: 'pg_dump 16', tables, entries: 5, facts } as unknown as Dumped;
  const parts = meant.map(({ file }) => ({ file, bytes: 1, sha256: 'a' }));
  const { databases, globals, volumes } = dumpedParts(meant, [told, told, told], parts);
  expect(databases).toEqual([
    {
      ...{ file: 'db.db.acme.dump', bytes: 1, sha256: 'a', service: 'db', database: 'acme', user: 'acme' },
      ...{ format: 'custom', major: 16, server: '16.4', tool: 'pg_dump 16', image: 'postgres:16', databaseBytes: 8 },
      ...{ extensions: ['pg_trgm'], roles: ['app', 'zoe'], properties: null, tablespaces: [], tables },
    },
  ]);
  expect(globals).toEqual([{ file: 'globals.db.sql', bytes: 1, sha256: 'a', service: 'db' }]);
  expect(volumes).toEqual([
    { file: 'volume.uploads.tar', bytes: 1, sha256: 'a', name: 'uploads', entries: 5, volumeBytes: 7 },
  ]);
  expect(() => dumpedParts(meant, [{ ...told, facts: null }, told, told], parts)).toThrow('has no facts');
});
