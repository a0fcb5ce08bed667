import { expect, it } from 'vitest';
import {
  type Beyond,
  beyondRemarks,
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

it('names what no archive brings: versions and owners of extensions, subscriptions and slots', () => {
  const said = beyondRemarks('shop', 'acme', backup, server);
  expect(said.map((one) => one.split(':')[0])).toEqual([
    'The extension kit of shop has version 1.1 after the restore, and 1.0 in the backup',
    'The extension pgcrypto of shop belongs to acme after the restore, and to app in the backup',
    'The subscription feed of shop is not restored, as two copies of it would take from one slot',
    'The replication slot cdc of shop is not restored',
  ]);
  expect(said[2]).toContain('publication "news", "Odd ""one""", and (create_slot = false, slot_name = \'feed\'');
});

it('says once, not twice, what becomes of a slot and a subscription that the live database has', () => {
  const live = { slots: [{ database: 'shop', name: 'cdc' }], subscriptions: [{ database: 'shop', name: 'feed' }] };
  const said = beyondRemarks('shop', 'app', backup, { ...server, ...live }).join(' ');
  expect(said).not.toContain('slot');
  // Of another database.
  expect(beyondRemarks('other', 'app', backup, { ...server, ...live }).join(' ')).toContain('slot cdc');
});

it('names what the server was told for all and this one was not, without values that may be secret', () => {
  expect(serverRemarks('db', backup, server)).toEqual([
    'On db the setting for all roles lock_timeout is unset, and 1min in the backup (alter role all set …); it stays as it is.',
    'On db the setting of the server wal_level was set by alter system where the backup was made, and is not here; it stays as it is.',
  ]);
});

it('takes from a new database what the backup has not', () => {
  expect(lacksSql(backup)).toBe('drop schema public;\n');
});
