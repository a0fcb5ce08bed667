import { expect, it } from 'vitest';
import {
  type Beyond,
  beyondRemarks,
  beyondSchema,
  lacksSql,
  type ServerBeyond,
  serverRemarks,
} from '../../../actions/lib/postgres/beyond';

const backup: Beyond = {
  extensions: [
    { name: 'plpgsql', version: '1.0', owner: 'postgres' },
    { name: 'pgcrypto', version: '1.3', owner: 'app' },
    { name: 'kit', version: '1.0', owner: 'acme' },
  ],
  slots: [{ name: 'cdc', plugin: 'pgoutput' }],
  subscriptions: [{ name: 'feed', slot: null, publications: ['news', 'Odd "one"'] }],
  lacks: ['schema public'],
  own: [],
  labels: [],
  everyone: ['lock_timeout=1min', 'search_path=a=b'],
  system: ['wal_level', 'work_mem'],
};
const server: ServerBeyond = {
  versions: new Map([
    ['plpgsql', '1.0'],
    ['pgcrypto', '1.3'],
    ['kit', '1.1'],
  ]),
  everyone: ['search_path=a=b'],
  system: ['work_mem', 'max_connections'],
  slots: [],
  subscriptions: [],
};

it('a restore names objects that no archive contains: versions and owners of extensions, subscriptions and slots', () => {
  const said = beyondRemarks('shop', 'acme', backup, server);
  expect(said.map((one) => one.split(':')[0])).toEqual([
    'The extension kit of shop has version 1.1 after the restore, and 1.0 in the backup',
    'The extension pgcrypto of shop belongs to acme after the restore, and to app in the backup',
    'The subscription feed of shop is not restored, as two copies of it would read from one slot',
    'The replication slot cdc of shop is not restored',
  ]);
  expect(said[2]).toContain('publication "news", "Odd ""one""", and (create_slot = false, slot_name = \'feed\'');
});

it('a restore mentions a slot or subscription of the live database only once', () => {
  const live = { slots: [{ database: 'shop', name: 'cdc' }], subscriptions: [{ database: 'shop', name: 'feed' }] };
  const said = beyondRemarks('shop', 'app', backup, { ...server, ...live }).join(' ');
  expect(said).not.toContain('slot');
  // Of another database.
  expect(beyondRemarks('other', 'app', backup, { ...server, ...live }).join(' ')).toContain('slot cdc');
});

it('a restore names settings of the former server that this one lacks, without values that may be secret', () => {
  expect(serverRemarks('db', backup, server)).toEqual([
    'On db the setting for all roles lock_timeout is unset, and 1min in the backup (alter role all set …); it stays as it is.',
    'On db the setting of the server wal_level was set by alter system on the server of the backup, but not here; it stays as it is.',
  ]);
});

it('a restore removes objects of a new database that the backup does not have', () => {
  expect(lacksSql(backup)).toBe('drop schema public;\n');
});

it("a restore names extensions' own tables whose rows no archive has, and the database's security labels", () => {
  const own = ['one', 'two', 'three', 'four', 'five', 'six'].map((name) => ({ extension: 'mq', table: `mq.${name}` }));
  const labels = [{ provider: 'anon', label: "it's masked" }];
  const none = { ...backup, extensions: [], slots: [], subscriptions: [] };
  expect(beyondRemarks('shop', 'acme', { ...none, own, labels }, server)).toEqual([
    'Rows of mq.one, mq.two, mq.three, mq.four, mq.five and 1 more are not restored: these tables belong to the extension mq of shop, which gives no archive their rows. After the restore they have the rows that create extension makes; a table that was added to the extension by hand is missing.',
    'The security label of shop is not restored. If you need it: security label for "anon" on database "shop" is \'it\'\'s masked\';',
  ]);
  // As an older backup tells nothing of them.
  const { own: _own, labels: _labels, ...older } = none;
  expect(beyondRemarks('shop', 'acme', beyondSchema.parse(older), server)).toEqual([]);
});
