/** What a restore would do to collections and aliases, and what speaks against it. */
import { describe, expect, it } from 'vitest';
import type { FullSnapshot } from '../../../actions/lib/qdrant/archive';
import { aliasActions, aliasesBefore, planOf, requireQdrantRoom } from '../../../actions/lib/qdrant/plan';

function full(names: readonly string[], aliases: Readonly<Record<string, string>> | null): FullSnapshot {
  return {
    collections: names.map((collection) => ({ collection, file: `${collection}.snapshot`, bytes: 1, sha256: '' })),
    aliases: aliases === null ? null : new Map(Object.entries(aliases)),
  };
}
const live = (collections: readonly string[], aliases: Readonly<Record<string, string>> = {}) => ({
  collections,
  aliases: new Map(Object.entries(aliases)),
});

it('a plan names collections that are replaced, made and kept', () => {
  const { replaced, made, kept } = planOf('qdrant', full(['a', 'b'], null), live(['b', 'c']));
  expect({ replaced, made, kept }).toEqual({ replaced: ['b'], made: ['a'], kept: ['c'] });
});

describe('aliases', () => {
  it.each<
    [string, Readonly<Record<string, string>> | null, Readonly<Record<string, string>>, Record<string, string | null>]
  >([
    ['become those of the backup', { x: 'a' }, { x: 'b' }, { x: 'a' }],
    ['are made', { x: 'a' }, {}, { x: 'a' }],
    ['go where they stand for a collection of the backup', {}, { x: 'a' }, { x: null }],
    ['stay where they stand for another one', {}, { x: 'other' }, {}],
    ['come back from another one', { x: 'a' }, { x: 'other' }, { x: 'a' }],
    ['stay where nothing changes', { x: 'a' }, { x: 'a' }, {}],
    ['stay where the backup says nothing of them', null, { x: 'a', y: 'other' }, {}],
  ])('%s', (_what, backup, now, wanted) => {
    const { aliases } = planOf('qdrant', full(['a', 'b'], backup), live(['a', 'other'], now));
    expect(Object.fromEntries(aliases)).toEqual(wanted);
  });

  it('change by the fewest steps, and back by the same', () => {
    const now = new Map([
      ['moved', 'a'],
      ['gone', 'a'],
      ['same', 'a'],
    ]);
    const wanted = new Map([
      ['moved', 'b'],
      ['gone', null],
      ['same', 'a'],
      ['new', 'b'],
    ]);
    expect(aliasActions(now, wanted)).toEqual([
      { delete_alias: { alias_name: 'moved' } },
      { create_alias: { collection_name: 'b', alias_name: 'moved' } },
      { delete_alias: { alias_name: 'gone' } },
      { create_alias: { collection_name: 'b', alias_name: 'new' } },
    ]);
    const before = aliasesBefore(now, wanted);
    expect(Object.fromEntries(before)).toEqual({ moved: 'a', gone: 'a', same: 'a', new: null });
    expect(aliasActions(now, before)).toEqual([]);
  });
});

describe('one name for two things is refused', () => {
  it('a collection of the backup is an alias there: another one would be filled', () => {
    expect(() => planOf('qdrant', full(['a'], null), live(['b'], { a: 'b' }))).toThrow(
      /RB-QDRANT-FAILED: .*a\n.*alias of b/,
    );
  });

  it('an alias of the backup is a collection there', () => {
    expect(() => planOf('qdrant', full(['a'], { b: 'a' }), live(['b']))).toThrow(/RB-QDRANT-FAILED: .* b\n/);
  });
});

describe('room', () => {
  const MIB = 2 ** 20;

  it.each([
    ['for saving, for what comes, and for the way back', 100, 264, null],
    ['one MiB short', 100, 263, 'RB-DISK-SHORT'],
    ['as much as the backup has, where nobody could measure what is live', null, 64 + 150, null],
    ['the same, one MiB short', null, 64 + 149, 'RB-DISK-SHORT'],
    ['nobody could measure', 100, null, null],
  ])('%s', (_what, used, free, code) => {
    const room = { used: used === null ? null : used * MIB, free: free === null ? null : free * MIB };
    const incoming = (used === null ? 50 : 0) * MIB;
    const ask = (): void => requireQdrantRoom('qdrant', room, incoming);
    if (code === null) expect(ask).not.toThrow();
    else expect(ask).toThrow(code);
  });
});
