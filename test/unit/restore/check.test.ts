import { describe, expect, it } from 'vitest';
import type { DatabasePart, QdrantPart } from '../../../actions/lib/backup/manifest';
import { checkRestorable } from '../../../actions/lib/data/check';
import type { ErrorCode, UserError } from '../../../actions/lib/errors';
import type { ServerFacts } from '../../../actions/lib/postgres/facts';
import type { DatabaseProperties } from '../../../actions/lib/postgres/properties';
import { compareRows, type Meeting, sayBound } from '../../../actions/lib/restore/check';
import type { MigrationRecord } from '../../../actions/lib/stack/migration-record';
import type { Release } from '../../../actions/lib/stack/model';
import { runbook } from '../stack/model-host';
import { manifest, part, qdrant } from './manifests';

const properties: DatabaseProperties = {
  owner: 'app',
  encoding: 'UTF8',
  collate: 'de_DE.utf8',
  ctype: 'de_DE.utf8',
  provider: 'i',
  locale: 'de',
  rules: null,
  tablespace: 'pg_default',
  limit: -1,
  comment: null,
  grants: null,
  settings: [],
  template: false,
};
const server: ServerFacts = {
  container: 'c',
  image: 'postgres:16',
  imageId: 'sha256:1',
  major: 16,
  databases: new Map([['app', 1]]),
  properties: new Map(),
  tablespaces: new Set(['pg_default', 'pg_global']),
  slots: [],
  subscriptions: [],
  roles: new Set(['app', 'postgres']),
  extensions: new Set(['plpgsql', 'pg_trgm']),
  versions: new Map(),
  everyone: [],
  system: [],
  super: true,
  rolesOf: new Map(),
  diskFree: 10 * 2 ** 30,
  unpacks: true,
  unused: false,
};

interface Case {
  readonly part?: Partial<DatabasePart>;
  readonly server?: Partial<ServerFacts>;
  readonly schema?: string | null;
  readonly current?: string | null;
  readonly ran?: readonly string[];
  readonly roles?: boolean;
  readonly newerServer?: boolean;
  readonly identity?: string;
  readonly locale?: Meeting['locale'];
  readonly tablespaces?: Meeting['tablespaces'];
  readonly qdrant?: readonly QdrantPart[];
}

function outcome(given: Case): ErrorCode | null {
  return refusal(given)?.code ?? null;
}

function refusal(given: Case): UserError | null {
  const current =
    given.current === undefined ? null : ({ id: '4-v4', schema: given.current, services: {} } as unknown as Release);
  const migrations = (given.ran ?? []).map((text): MigrationRecord => {
    const [schema = '', restored] = text.split(' ').reverse();
    const release = schema === 'a' ? '4' : '5';
    return { schema, release, compatible: true, ...(restored ? { restored, swap: 's', whole: true } : {}) };
  });
  const parts = { databases: [{ ...part, ...given.part }], volumes: [], qdrant: given.qdrant ?? [] };
  const meeting: Meeting = {
    manifest: manifest('20260101T000000Z', { schema: given.schema ?? null }),
    servers: new Map([['db', { ...server, ...given.server }]]),
    volumeFacts: new Map(),
    state: { current, migrations },
    runbook,
    roles: given.roles ?? false,
    newerServer: given.newerServer ?? false,
    identity: given.identity ?? null,
    beside: true,
    locale: given.locale ?? 'ask',
    tablespaces: given.tablespaces ?? 'keep',
  };
  try {
    checkRestorable(parts, meeting);
    return null;
  } catch (error) {
    return error as UserError;
  }
}

const elsewhere = (more: Partial<DatabaseProperties>): Partial<ServerFacts> => ({
  properties: new Map([['app', { ...properties, ...more }]]),
});

describe('a disk without room', () => {
  it('comes with the former databases that may go, and their sizes', () => {
    const databases = new Map([
      ['app', 1],
      ['app_before_20260101T000000Z', 5 * 2 ** 20],
      ['app_before_lunch', 1],
    ]);
    const { details } = refusal({ server: { diskFree: 120 * 2 ** 20, databases } })!;
    expect(details.remedy).toBe(
      'free space (former databases may be dropped: app_before_20260101T000000Z, 5 MiB) and run it again',
    );
    expect(refusal({ server: { diskFree: 1 } })?.details.remedy).toContain('no former database is kept there');
  });
});

describe('what speaks against a restore', () => {
  it.each<[string, Case, ErrorCode | null]>([
    ['nothing', {}, null],
    ['an encrypted archive', { part: { file: 'db.dump.zst.age' } }, 'RB-IDENTITY'],
    ['an encrypted archive with an identity', { part: { file: 'db.dump.zst.age' }, identity: 'x' }, null],
    ['an encrypted snapshot of Qdrant', { qdrant: [{ ...qdrant, file: 'q.snapshot.age' }] }, 'RB-IDENTITY'],
    ['an older server', { server: { major: 15 } }, 'RB-DATABASE-VERSION'],
    ['an older server, whatever is accepted', { server: { major: 15 }, newerServer: true }, 'RB-DATABASE-VERSION'],
    ['a newer server', { server: { major: 17 } }, 'RB-DATABASE-VERSION'],
    ['a newer server that is accepted', { server: { major: 17 }, newerServer: true }, null],
    ['an extension', { server: { extensions: new Set(['plpgsql']) } }, 'RB-EXTENSION-MISSING'],
    [
      'an extension that is bound to its database',
      { part: { extensions: ['pg_cron'] }, server: { extensions: new Set(['pg_cron']) } },
      'RB-EXTENSION-BOUND',
    ],
    ['a role', { server: { roles: new Set(['postgres']) } }, 'RB-ROLE-MISSING'],
    ['a role that will be made', { server: { roles: new Set(['postgres']) }, roles: true }, null],
    ['the same locale', { part: { properties }, server: { properties: new Map([['app', properties]]) } }, null],
    ['another locale', { part: { properties }, server: elsewhere({ locale: 'en' }) }, 'RB-LOCALE-DIFFERS'],
    ['another encoding', { part: { properties }, server: elsewhere({ encoding: 'LATIN1' }) }, 'RB-LOCALE-DIFFERS'],
    [
      'another locale that is chosen',
      { part: { properties }, server: elsewhere({ locale: 'en' }), locale: 'live' },
      null,
    ],
    ['a database that is not there', { part: { properties } }, null],
    [
      "the database's tablespace",
      { part: { properties: { ...properties, tablespace: 'fast' } } },
      'RB-TABLESPACE-MISSING',
    ],
    ["a table's tablespace", { part: { tablespaces: ['fast'] } }, 'RB-TABLESPACE-MISSING'],
    [
      'a tablespace that is there',
      { part: { tablespaces: ['fast'] }, server: { tablespaces: new Set(['pg_default', 'fast']) } },
      null,
    ],
    ['a tablespace that is left out', { part: { tablespaces: ['fast'] }, tablespaces: 'default' }, null],
    ['the disk', { server: { diskFree: 120 * 2 ** 20 } }, 'RB-DISK-SHORT'],
    ['a disk that nobody could measure', { server: { diskFree: null } }, null],
    ['the schema of the running release', { schema: 'b', current: 'b', ran: ['a', 'b'] }, null],
    ['an older schema', { schema: 'a', current: 'b', ran: ['a', 'b'] }, null],
    ['the schema of the data, after a rollback', { schema: 'b', current: 'a', ran: ['a', 'b'] }, null],
    [
      'a newer schema, after a rollback',
      { schema: 'b', current: 'a', ran: ['a', 'b', 'restored a'] },
      'RB-SCHEMA-NEWER',
    ],
    ['a schema that nobody here knows', { schema: 'x', current: 'b', ran: ['a', 'b'] }, 'RB-SCHEMA-NEWER'],
    ['a schema, where no release runs', { schema: 'x' }, null],
  ])('%s', (_name, given, code) => expect(outcome(given)).toBe(code));
});

it('a database with an extension that exists in only one database is named when it is backed up', () => {
  expect(sayBound([part, { ...part, database: 'jobs', extensions: ['pg_cron'] }])).toEqual([
    expect.stringMatching(/^jobs has pg_cron, .*RB-EXTENSION-BOUND/),
  ]);
});

it('a database whose extension needs calls around a load is named when it is backed up, and refused', () => {
  const extensions = ['plpgsql', 'timescaledb'];
  expect(sayBound([part, { ...part, database: 'metrics', extensions }])).toEqual([
    expect.stringMatching(/^metrics has timescaledb, .*timescaledb_pre_restore\(\) .*RB-EXTENSION-BOUND/),
  ]);
  const has = { extensions: new Set(extensions) };
  expect(outcome({ part: { extensions }, server: has })).toBe('RB-EXTENSION-BOUND');
});

describe('rows', () => {
  const rows = (...counts: number[]) => counts.map((count, at) => ({ schema: 'public', table: `t${at}`, rows: count }));

  it.each([
    ['fewer rows', rows(1, 2), rows(1, 1)],
    ['more rows', rows(1, 2), rows(1, 3)],
    ['a table less', rows(1, 2), rows(1)],
    ['a table more', rows(1), rows(1, 0)],
  ])('%s', (_name, wanted, found) => {
    expect(() => compareRows({ ...part, tables: wanted }, found, [])).toThrow(/RB-RESTORE-DIFFERS: .*t1/);
  });

  it('are compared in any order, and not where nobody counted', () => {
    compareRows({ ...part, tables: rows(1, 2) }, rows(1, 2).reverse(), []);
    compareRows({ ...part, tables: null }, rows(9), []);
  });

  it("are not compared of an extension's own table", () => {
    const own = { schema: 'kit', table: 'runs', rows: null };
    compareRows({ ...part, tables: [...rows(1), own] }, [...rows(1), own], []);
    // As an older backup counted it.
    compareRows({ ...part, tables: [...rows(1), { ...own, rows: 2 }] }, [...rows(1), own], []);
  });

  it('may differ where somebody says so, table by table, and that is told', () => {
    expect(compareRows({ ...part, tables: rows(1, 2) }, rows(1, 1), ['public.t1'])).toEqual([
      'public.t1: 1 instead of 2',
    ]);
    expect(() => compareRows({ ...part, tables: rows(1, 2) }, rows(0, 1), ['public.t1'])).toThrow(
      /accept-differences: public.t1, public.t0/,
    );
  });
});
