import { describe, expect, it } from 'vitest';
import { type CheckRequest, check, compare } from '../../../actions/lib/backup/check';
import { type Asking, choose, databasesOf, partsWanted, type Wanted } from '../../../actions/lib/backup/choose';
import type { DatabasePart, Manifest, QdrantPart } from '../../../actions/lib/backup/manifest';
import type { ErrorCode, UserError } from '../../../actions/lib/errors';
import type { ServerFacts } from '../../../actions/lib/postgres/facts';
import type { DatabaseProperties } from '../../../actions/lib/postgres/properties';
import type { MigrationRecord, Release } from '../../../actions/lib/stack/model';
import { runbook } from '../stack/model-host';

const part: DatabasePart = {
  file: 'db-db-app.dump.zst',
  bytes: 1000,
  sha256: 'a'.repeat(64),
  service: 'db',
  database: 'app',
  user: 'postgres',
  format: 'custom',
  major: 16,
  server: null,
  tool: null,
  image: null,
  databaseBytes: 100 * 2 ** 20,
  extensions: ['plpgsql', 'pg_trgm'],
  roles: ['app'],
  tables: [{ schema: 'public', table: 'orders', rows: 3 }],
  properties: null,
  tablespaces: [],
};
const properties: DatabaseProperties = {
  ...{ owner: 'app', encoding: 'UTF8', collate: 'de_DE.utf8', ctype: 'de_DE.utf8', provider: 'i', locale: 'de' },
  ...{ rules: null, tablespace: 'pg_default', limit: -1, comment: null, grants: null, settings: [] },
};
const qdrant: QdrantPart = {
  file: 'qdrant.qdrant.snapshot',
  bytes: 10,
  sha256: 'c'.repeat(64),
  service: 'qdrant',
  checked: true,
};
const manifest = (id: string, more: Partial<Manifest> = {}): Manifest => ({
  stack: 'acme',
  id,
  createdAt: id.replace(/(....)(..)(..)T(..)(..)(..)Z/, '$1-$2-$3T$4:$5:$6Z'),
  release: '3-v3',
  installation: null,
  run: null,
  schema: null,
  migrated: null,
  seconds: null,
  verified: true,
  left: [],
  databases: [part],
  globals: [],
  volumes: [],
  qdrant: [],
  brokers: [],
  ...more,
});
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
  diskFree: 10 * 2 ** 30,
  unpacks: true,
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
  readonly locale?: CheckRequest['locale'];
  readonly tablespaces?: CheckRequest['tablespaces'];
  readonly qdrant?: readonly QdrantPart[];
}

function outcome(given: Case): ErrorCode | null {
  const current =
    given.current === undefined ? null : ({ id: '4-v4', schema: given.current, services: {} } as unknown as Release);
  const migrations = (given.ran ?? []).map((text): MigrationRecord => {
    const [schema = '', restored] = text.split(' ').reverse();
    const release = schema === 'a' ? '4' : '5';
    return { schema, release, compatible: true, ...(restored ? { restored, swap: 's', whole: true } : {}) };
  });
  const request: CheckRequest = {
    manifest: manifest('20260101T000000Z', { schema: given.schema ?? null }),
    parts: [{ ...part, ...given.part }],
    servers: new Map([['db', { ...server, ...given.server }]]),
    volumes: [],
    volumeFacts: new Map(),
    qdrant: given.qdrant ?? [],
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
    check(request);
    return null;
  } catch (error) {
    return (error as UserError).code;
  }
}

const elsewhere = (more: Partial<DatabaseProperties>): Partial<ServerFacts> => ({
  properties: new Map([['app', { ...properties, ...more }]]),
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

describe('rows', () => {
  const rows = (...counts: number[]) => counts.map((count, at) => ({ schema: 'public', table: `t${at}`, rows: count }));

  it.each([
    ['fewer rows', rows(1, 2), rows(1, 1)],
    ['more rows', rows(1, 2), rows(1, 3)],
    ['a table less', rows(1, 2), rows(1)],
    ['a table more', rows(1), rows(1, 0)],
  ])('%s', (_name, wanted, found) => {
    expect(() => compare({ ...part, tables: wanted }, found, [])).toThrow(/RB-RESTORE-DIFFERS: .*t1/);
  });

  it('are compared in any order, and not where nobody counted', () => {
    compare({ ...part, tables: rows(1, 2) }, rows(1, 2).reverse(), []);
    compare({ ...part, tables: null }, rows(9), []);
  });

  it("are not compared of an extension's own table", () => {
    const own = { schema: 'kit', table: 'runs', rows: null };
    compare({ ...part, tables: [...rows(1), own] }, [...rows(1), own], []);
    // As an older backup counted it.
    compare({ ...part, tables: [...rows(1), { ...own, rows: 2 }] }, [...rows(1), own], []);
  });

  it('may differ where somebody says so, table by table, and that is told', () => {
    expect(compare({ ...part, tables: rows(1, 2) }, rows(1, 1), ['public.t1'])).toEqual(['public.t1: 1 instead of 2']);
    expect(() => compare({ ...part, tables: rows(1, 2) }, rows(0, 1), ['public.t1'])).toThrow(
      /accept-differences: public.t1, public.t0/,
    );
  });
});

describe('which backup', () => {
  const NOW = Date.UTC(2026, 0, 3, 3);
  const all = ['20260101T020000Z', '20260102T020000Z', '20260103T020000Z'].map((id) => manifest(id));

  it.each([
    [{ by: 'latest' as const }, '20260103T020000Z'],
    [{ by: 'id' as const, id: '20260101T020000Z' }, '20260101T020000Z'],
    [{ by: 'before' as const, time: new Date('2026-01-02T02:00:01Z') }, '20260102T020000Z'],
    [{ by: 'before' as const, time: new Date('2026-01-02T02:00:00Z') }, '20260101T020000Z'],
  ])('%o', (wanted, id) => expect(choose(all, wanted, 'x', NOW).id).toBe(id));

  it.each([
    { by: 'id' as const, id: '20250101T020000Z' },
    { by: 'before' as const, time: new Date('2026-01-01T00:00:00Z') },
  ])('none: %o', (wanted) => expect(() => choose(all, wanted, 'x', NOW)).toThrow(/RB-BACKUP-UNKNOWN/));

  describe('where two installations share a place', () => {
    const id = (letter: string): string => letter.repeat(16);
    const of = (at: string, letter: string, host = letter): Manifest =>
      manifest(at, { installation: { uid: id(letter), host, machine: '' } });
    const shared = [manifest('20251230T020000Z'), of('20260101T020000Z', 'a'), of('20260102T021500Z', 'b', 'staging')];
    const pick = (wanted: Wanted, asking: Partial<Asking> = {}, all = shared): string =>
      choose(all, wanted, 's3://x', NOW, { installation: id('a'), onHost: false, fromHost: '', ...asking }).id;

    it("the latest is one's own, though the other's is newer", () => {
      expect(pick({ by: 'latest' })).toBe('20260101T020000Z');
      expect(pick({ by: 'before', time: new Date('2026-01-03') })).toBe('20260101T020000Z');
    });

    it.each([
      ['by its name', { by: 'id', id: '20260102T021500Z' } as Wanted, {}],
      ['as the latest of a host without any', { by: 'latest' } as Wanted, { installation: null }],
      ["as the latest before one's own", { by: 'before', time: new Date('2026-01-01') } as Wanted, {}],
    ])("the other's is refused %s", (_name, wanted, asking) => {
      expect(() => pick(wanted, asking)).toThrow(/RB-BACKUP-FOREIGN: [\s\S]*from-host: (staging|unknown)/);
    });

    it("the other's comes back for whoever types its host or ID", () => {
      for (const fromHost of ['staging', id('b')])
        expect(pick({ by: 'latest' }, { fromHost })).toBe('20260102T021500Z');
      expect(pick({ by: 'latest' }, { fromHost: 'unknown' })).toBe('20251230T020000Z');
      expect(() => pick({ by: 'latest' }, { fromHost: 'stagin' })).toThrow(/RB-BACKUP-UNKNOWN: [\s\S]*staging \(bbbb/);
      const twins = [...shared, of('20260102T030000Z', 'c', 'staging')];
      expect(() => pick({ by: 'latest' }, { fromHost: 'staging' }, twins)).toThrow(
        /RB-INPUT-INVALID: .*2 installations/,
      );
    });

    it("one that does not tell is one's own on the host, and elsewhere where no other installation has any", () => {
      expect(pick({ by: 'latest' }, { onHost: true }, shared.slice(0, 1))).toBe('20251230T020000Z');
      expect(pick({ by: 'latest' }, { installation: null }, shared.slice(0, 1))).toBe('20251230T020000Z');
      expect(pick({ by: 'latest' }, {}, shared.slice(0, 2))).toBe('20260101T020000Z');
      expect(pick({ by: 'id', id: '20251230T020000Z' })).toBe('20251230T020000Z');
    });
  });

  it('is never one from the future, but by its name', () => {
    const future = [...all, manifest('20371109T123122Z')];
    expect(choose(future, { by: 'latest' }, 'x', NOW).id).toBe('20260103T020000Z');
    expect(choose(future, { by: 'before', time: new Date('2040-01-01') }, 'x', NOW).id).toBe('20260103T020000Z');
    expect(choose(future, { by: 'id', id: '20371109T123122Z' }, 'x', NOW).id).toBe('20371109T123122Z');
    expect(() => choose(future.slice(-1), { by: 'latest' }, 'x', NOW)).toThrow(/all in the future: it is 20260103T03/);
  });

  it('has the databases that are asked for', () => {
    const other = { ...part, service: 'auth-db', database: 'keycloak' };
    const both = manifest('20260101T020000Z', { databases: [part, other] });
    expect(databasesOf(both, null)).toEqual([part, other]);
    expect(databasesOf(both, ['auth-db/keycloak'])).toEqual([other]);
    expect(() => databasesOf(both, ['app', 'gone'])).toThrow(/RB-BACKUP-UNKNOWN: .*gone/);
    expect(() => databasesOf(manifest('20260101T020000Z', { databases: [] }), null)).toThrow(/RB-BACKUP-UNKNOWN/);
  });

  it('has what is asked for of each kind, and never another kind in its place', () => {
    const volume = {
      file: 'v.tar.zst',
      bytes: 1,
      sha256: 'b'.repeat(64),
      name: 'uploads',
      entries: 1,
      volumeBytes: null,
    };
    const nothing = { databases: null, volumes: null, qdrant: null };
    const none = { databases: [], volumes: [], qdrant: [] };
    const all = manifest('20260101T020000Z', { volumes: [volume], qdrant: [qdrant] });
    expect(partsWanted(all, nothing)).toEqual({ databases: [part], volumes: [volume], qdrant: [qdrant] });
    expect(partsWanted(all, { ...nothing, volumes: ['*'] })).toEqual({ ...none, volumes: [volume] });
    expect(partsWanted(all, { ...nothing, databases: ['*'] })).toEqual({ ...none, databases: [part] });
    expect(partsWanted(all, { ...nothing, qdrant: ['*'] })).toEqual({ ...none, qdrant: [qdrant] });
    expect(partsWanted(all, { ...nothing, qdrant: ['qdrant'] })).toEqual({ ...none, qdrant: [qdrant] });
    expect(partsWanted(all, { ...nothing, databases: ['app'], qdrant: ['*'] })).toEqual({
      ...none,
      databases: [part],
      qdrant: [qdrant],
    });
    expect(() => partsWanted(all, { ...nothing, qdrant: ['other'] })).toThrow(
      /no Qdrant of the service other\n.*qdrant/,
    );
    const bare = manifest('20260101T020000Z');
    expect(partsWanted(bare, nothing)).toEqual({ ...none, databases: [part] });
    expect(() => partsWanted(bare, { ...nothing, volumes: ['*'] })).toThrow(/RB-BACKUP-UNKNOWN: .*\n.*it has app/);
    expect(() => partsWanted(bare, { ...nothing, qdrant: ['*'] })).toThrow(/RB-BACKUP-UNKNOWN: .*\n.*it has app/);
  });
});
