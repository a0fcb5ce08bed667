import { describe, expect, it } from 'vitest';
import type { Manifest } from '../../../actions/lib/backup/manifest';
import { byPresentUsers, hasWanted, partsWanted } from '../../../actions/lib/data/wanted';
import { type Asking, chooseBackup, type Wanted } from '../../../actions/lib/restore/choose';
import { manifest, part, qdrant } from './manifests';

describe('which backup', () => {
  const NOW = Date.UTC(2026, 0, 3, 3);
  const all = ['20260101T020000Z', '20260102T020000Z', '20260103T020000Z'].map((id) => manifest(id));

  it.each([
    [{ by: 'latest' as const }, '20260103T020000Z'],
    [{ by: 'id' as const, id: '20260101T020000Z' }, '20260101T020000Z'],
    [{ by: 'before' as const, time: new Date('2026-01-02T02:00:01Z') }, '20260102T020000Z'],
    [{ by: 'before' as const, time: new Date('2026-01-02T02:00:00Z') }, '20260101T020000Z'],
  ])('%o', (wanted, id) => expect(chooseBackup(all, wanted, 'x', NOW).id).toBe(id));

  it.each([
    { by: 'id' as const, id: '20250101T020000Z' },
    { by: 'before' as const, time: new Date('2026-01-01T00:00:00Z') },
  ])('none: %o', (wanted) => expect(() => chooseBackup(all, wanted, 'x', NOW)).toThrow(/RB-BACKUP-UNKNOWN/));

  it('is never one that lacks something while an older one has all, unless all that is wanted is in it', () => {
    const torn = manifest('20260103T023000Z', { left: ['uploads'], verified: false });
    const night = [...all, torn];
    expect(chooseBackup(night, { by: 'latest' }, 'x', NOW).id).toBe('20260103T020000Z');
    expect(chooseBackup(night, { by: 'before', time: new Date('2026-01-03T03:00:00Z') }, 'x', NOW).id).toBe(
      '20260103T020000Z',
    );
    expect(chooseBackup(night, { by: 'id', id: torn.id }, 'x', NOW).id).toBe(torn.id);
    expect(chooseBackup([torn], { by: 'latest' }, 'x', NOW).id).toBe(torn.id);
    const nothing = { databases: null, volumes: null, qdrant: null };
    expect(hasWanted(torn, { ...nothing, databases: ['app'] })).toBe(true);
    expect(hasWanted(torn, { ...nothing, volumes: ['uploads'] })).toBe(false);
    expect(hasWanted(torn, { ...nothing, databases: ['*'] })).toBe(false);
    expect(hasWanted(torn, nothing)).toBe(false);
  });

  describe('where two installations share a place', () => {
    const id = (letter: string): string => letter.repeat(16);
    const of = (at: string, letter: string, host = letter): Manifest =>
      manifest(at, { installation: { uid: id(letter), host, machine: '' } });
    const shared = [manifest('20251230T020000Z'), of('20260101T020000Z', 'a'), of('20260102T021500Z', 'b', 'staging')];
    const pick = (wanted: Wanted, asking: Partial<Asking> = {}, all = shared): string =>
      chooseBackup(all, wanted, 's3://x', NOW, {
        installation: id('a'),
        host: 'a',
        onHost: false,
        fromHost: '',
        ...asking,
      }).id;

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

    it('that of a copy of this machine, which has its identity, comes back for whoever types its host', () => {
      const copied = [of('20260101T020000Z', 'a'), of('20260102T020000Z', 'a', 'clone')];
      const refusal = /RB-BACKUP-FOREIGN: .*by the host clone in the name of this installation[\s\S]*from-host/;
      expect(() => pick({ by: 'latest' }, {}, copied)).toThrow(refusal);
      expect(() => pick({ by: 'id', id: '20260102T020000Z' }, {}, copied)).toThrow(refusal);
      expect(pick({ by: 'latest' }, { fromHost: 'clone' }, copied)).toBe('20260102T020000Z');
      expect(pick({ by: 'latest' }, { fromHost: 'a' }, copied)).toBe('20260101T020000Z');
      const newer = [...copied, of('20260103T020000Z', 'a')];
      expect(pick({ by: 'latest' }, {}, newer)).toBe('20260103T020000Z');
      // As a host that got another name.
      expect(pick({ by: 'latest' }, { host: 'renamed' }, copied)).toBe('20260102T020000Z');
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
    expect(chooseBackup(future, { by: 'latest' }, 'x', NOW).id).toBe('20260103T020000Z');
    expect(chooseBackup(future, { by: 'before', time: new Date('2040-01-01') }, 'x', NOW).id).toBe('20260103T020000Z');
    expect(chooseBackup(future, { by: 'id', id: '20371109T123122Z' }, 'x', NOW).id).toBe('20371109T123122Z');
    expect(() => chooseBackup(future.slice(-1), { by: 'latest' }, 'x', NOW)).toThrow(
      /all in the future: it is 20260103T03/,
    );
  });

  it('has the databases that are asked for', () => {
    const other = { ...part, service: 'auth-db', database: 'keycloak' };
    const both = manifest('20260101T020000Z', { databases: [part, other] });
    const of = (names: readonly string[] | null) =>
      partsWanted(both, { databases: names, volumes: null, qdrant: null }).databases;
    expect(of(null)).toEqual([part, other]);
    expect(of(['auth-db/keycloak'])).toEqual([other]);
    expect(() => of(['app', 'gone'])).toThrow(/RB-BACKUP-UNKNOWN: .*gone/);
    const empty = manifest('20260101T020000Z', { databases: [] });
    expect(() => partsWanted(empty, { databases: null, volumes: null, qdrant: null })).toThrow(/RB-BACKUP-UNKNOWN/);
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

it('a database is restored by the role that the runbook file names for its service now', () => {
  const other = { ...part, service: 'stats', user: 'old' };
  const parts = { databases: [part, other], volumes: [], qdrant: [] };
  const configured = [
    { service: 'db', user: 'acme' },
    { service: 'db', user: 'second' },
  ];
  // As `serversOf` has it: a service has one such role, the first.
  expect(byPresentUsers(parts, configured).databases).toEqual([{ ...part, user: 'acme' }, other]);
});
