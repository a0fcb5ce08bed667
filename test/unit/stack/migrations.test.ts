import { describe, expect, it } from 'vitest';
import type { MigrationRecord } from '../../../actions/lib/stack/migration-record';
import {
  appliedOf,
  breakingSince,
  restoredRecord,
  schemaName,
  undoneRecord,
} from '../../../actions/lib/stack/migrations';
import type { Release, ReleaseService, State } from '../../../actions/lib/stack/model';
import { diff } from '../../../actions/lib/stack/plan/diff';
import { emptyHost, release, runbook, service, traits } from './model-host';

const SQL = { 'sql/V1__users.sql': 'a'.repeat(64) };
const flyway = service('migrate', '11', '1-v1', { mounts: SQL });

function with_(migrate: ReleaseService, id = '2-v2'): Release {
  return release(id, { migrate });
}

/** A host on which `ran` is the last migration, by release 1. */
function hostOf(ran: MigrationRecord | null, migrate = flyway): State {
  const current = with_(migrate, '1-v1');
  return { ...emptyHost, current, releases: [current], migrations: ran === null ? [] : [ran] };
}

const record = (schema: string, id = '1-v1', compatible = true): MigrationRecord => ({
  schema,
  release: id,
  compatible,
});

function reasons(state: State, target: Release, migrate = true): readonly string[] | null {
  const { changes } = diff(state, target, { runbook, migrate });
  return changes.find((change) => change.service === 'migrate')?.reasons ?? null;
}

describe('a migration runs again', () => {
  const ran = hostOf(record(schemaName(flyway)));
  it.each<[string, Partial<ReleaseService>, string]>([
    ['its image is another', { digest: `sha256:${'f'.repeat(64)}` }, 'migration: another image'],
    ['its definition is another', { definition: 'd2' }, 'migration: another definition or environment'],
    [
      'a file that it mounts is new',
      { mounts: { ...SQL, 'sql/V2__note.sql': SQL['sql/V1__users.sql'] } },
      'migration: sql/V2__note.sql',
    ],
    [
      'a file that it mounts is another',
      { mounts: { 'sql/V1__users.sql': 'b'.repeat(64) } },
      'migration: sql/V1__users.sql',
    ],
    ['a file that it mounted is gone', { mounts: {} }, 'migration: sql/V1__users.sql'],
    [
      'its image, which no registry has, is another',
      { digest: null, imageId: `sha256:${'e'.repeat(64)}` },
      'migration: another image',
    ],
  ])('when %s', (_what, more, why) => {
    expect(reasons(ran, with_({ ...flyway, since: '2-v2', ...more }))).toEqual([why]);
    expect(reasons(ran, with_({ ...flyway, since: '2-v2', ...more }), false)).toBeNull();
  });

  it('when none is recorded, or one of which nothing is known', () => {
    expect(reasons(hostOf(null), with_(flyway))).toEqual(['migration: no migration is recorded on this host']);
    expect(reasons(hostOf(record('x', '9-gone')), with_(flyway))).toEqual([
      'migration: differs from the migration that ran for release 9-gone',
    ]);
  });

  it('once where an earlier version recorded its image alone, and says so', () => {
    const old = hostOf(record(flyway.digest ?? ''));
    expect(reasons(old, with_(flyway))).toEqual([
      'migration: an earlier version of this action recorded the last migration, by its image only',
    ]);
    const digest = `sha256:${'f'.repeat(64)}`;
    expect(reasons(old, with_({ ...flyway, digest }))).toEqual(['migration: another image']);
  });
});

describe('a migration does not run again', () => {
  const ran = hostOf(record(schemaName(flyway)));

  it('where only its number, its tag or the release is another', () => {
    expect(reasons(ran, with_({ ...flyway, image: 'registry/migrate:latest', replicas: 2, since: '2-v2' }))).toBeNull();
  });

  it('by a change that nobody can see, and the plan names what it does not compare', () => {
    const volumes = ['bind:/srv/shop/sql:/sql', 'bind:/opt/sql:/more', 'volume:seeds:/seeds', 'tmpfs::/tmp'];
    const mounting = { ...flyway, traits: { ...traits, volumes } };
    const notes = (state: State, target: Release) => diff(state, target, { runbook, migrate: true }).notes;
    const there = hostOf(record(schemaName(mounting)), mounting);
    expect(notes(there, with_(mounting))).toEqual([
      expect.stringContaining('The content of /opt/sql, seeds is only on the host'),
    ]);
    expect(notes(there, with_({ ...mounting, definition: 'd2' }))).toEqual([]);
    expect(notes(there, with_(mounting, '1-v1'))).toEqual([]);
    expect(notes(ran, with_(flyway))).toEqual([]);
  });
});

describe('a migration that is unchanged on data with the schema of a later one', () => {
  const old = record(schemaName(flyway));
  const later = record(schemaName({ ...flyway, mounts: { ...SQL, 'sql/V2__note.sql': 'b'.repeat(64) } }), '2-v2');
  const fix = with_(flyway, '3-fix');
  const notesOf = (state: State, target: Release) => diff(state, target, { runbook, migrate: true }).notes;

  it('is not run, after a rollback or after a run that failed when it had migrated, and the plan says so', () => {
    const state = { ...hostOf(null), migrations: [old, later] };
    expect(reasons(state, fix)).toBeNull();
    expect(notesOf(state, fix)).toEqual([expect.stringMatching(/^migrate is not run: .* that of release 2-v2\./)]);
    // Nor by the releases that come after that one.
    expect(reasons({ ...state, current: fix, releases: [fix] }, with_(flyway, '4-more'))).toBeNull();
  });

  it('is not run with another password, which it got by the rollback', () => {
    const rotated = { ...flyway, definition: 'd2' };
    const state = { ...hostOf(null, rotated), migrations: [old, later] };
    expect(reasons(state, with_(rotated, '3-fix'))).toBeNull();
  });

  it('is not run where an earlier version recorded it by its image alone', () => {
    const state = { ...hostOf(null), migrations: [record(flyway.digest ?? ''), later] };
    expect(reasons(state, fix)).toBeNull();
  });

  it('runs where it is asked for, and is another than that of the current release', () => {
    const state = { ...hostOf(null), migrations: [old, later] };
    const { changes } = diff(state, fix, { runbook, migrate: true, asked: true });
    expect(changes.find(({ service }) => service === 'migrate')?.reasons).toEqual(['migration: asked for']);
    const onLater = { ...state, current: with_({ ...flyway, definition: 'd9' }) };
    expect(reasons(onLater, fix)).not.toBeNull();
  });

  it('runs where a person declares that the release breaks the schema', () => {
    const state = { ...hostOf(null), migrations: [old, later] };
    expect(reasons(state, { ...fix, schemaCompatible: false })).not.toBeNull();
  });

  it('runs where the data was restored since, or where it never ran', () => {
    const unknown = { ...later, schema: '', restored: 'backup', whole: false, swap: 't1' };
    expect(reasons({ ...hostOf(null), migrations: [old, later, unknown] }, fix)).not.toBeNull();
    expect(reasons({ ...hostOf(null), migrations: [later] }, fix)).not.toBeNull();
  });
});

describe('a breaking migration', () => {
  const release1 = with_(flyway, '1-v1');
  const none = release('1-v1', {});

  it.each<[string, Release, MigrationRecord[], string | null]>([
    ['that came later', release1, [record('a'), record('b', '2-v2', false)], '2-v2'],
    ['that came later to a release without a schema', none, [record('b', '2-v2', false)], '2-v2'],
    [
      'is not forgotten by an older version',
      release1,
      [record('a'), record('b', '2-v2', false), record('a', '3-v1')],
      '2-v2',
    ],
    ['that came before', with_(flyway, '3-v3'), [record('a'), record('b', '2-v2', false)], null],
    ['of its own', with_(flyway, '2-v2'), [record('a'), record('b', '2-v2', false)], null],
    ['that is none', release1, [record('a'), record('b', '2-v2')], null],
  ])('%s', (_what, target, records, found) => {
    expect(breakingSince(records, target)?.release ?? null).toBe(found);
  });
});

describe('the migrations that data has behind it', () => {
  const [a, b, c] = [record('a'), record('b', '2-v2', false), record('c', '3-v3')];
  const names = (records: MigrationRecord[]) => appliedOf(records).map(({ schema }) => schema);
  const restore = (
    records: MigrationRecord[],
    schema: string | null,
    swap = 't1',
    whole = true,
    migrated: string | null = null,
  ) => [...records, restoredRecord({ id: 'backup', schema, migrated }, whole, swap, records)];
  const undo = (records: MigrationRecord[], undoes: string | null, swap = 't9') => [
    ...records,
    undoneRecord(undoes, swap, records),
  ];

  it('are those of the backup after a restore, and those from before after its undo', () => {
    const restored = restore([a, b, c], 'b');
    expect(names(restored)).toEqual(['a', 'b']);
    expect(names(undo(restored, 't1'))).toEqual(['a', 'b', 'c']);
    expect(names(undo([...restored, record('d', '4-v4')], 't1'))).toEqual(['a', 'b', 'c']);
  });

  it('come back by a newer backup, with what they broke', () => {
    const back = restore(restore([a, b, c], 'a'), 'c', 't2');
    expect(names(back)).toEqual(['a', 'b', 'c']);
    expect(breakingSince(back, release('1-v1', {}))?.release).toBe('2-v2');
    expect(breakingSince(restore(back, 'a', 't3'), release('1-v1', {}))).toBeNull();
  });

  it('tell the first run of a schema from a later one', () => {
    const again = record('a', '3-v1');
    expect(names(restore([a, b, again], 'a', 't1', true, '1-v1'))).toEqual(['a']);
    expect(names(restore([a, b, again], 'a', 't1', true, '3-v1'))).toEqual(['a', 'b', 'a']);
  });

  it.each<[string, MigrationRecord[]]>([
    ['of a backup that does not say its schema', restore([a], null)],
    ['of a backup of another host', restore([a], 'x')],
    ['of some databases alone', restore([a], 'a', 't1', false)],
    ['that is undone in part', undo(restore([a], 'a'), null)],
    ['that is undone and that nobody recorded', undo([a], 't7')],
  ])('are to be migrated after a restore %s', (_what, records) => {
    expect(appliedOf(records).at(-1)?.schema).not.toBe('a');
    const state = {
      ...hostOf(null),
      migrations: records.map((one) => ({ ...one, schema: one.schema === 'a' ? schemaName(flyway) : one.schema })),
    };
    expect(reasons(state, with_(flyway, '1-v1'))).toEqual([expect.stringMatching(/^migration: /)]);
  });

  it('are to be migrated after a restore, and the plan says of which backup', () => {
    const records = restore([record('a'), record(schemaName(flyway), '2-v2')], 'a');
    expect(reasons({ ...hostOf(null), migrations: records }, with_(flyway))).toEqual([
      'migration: the data was restored from the backup backup',
    ]);
    expect(reasons({ ...hostOf(null), migrations: undo(records, 't1') }, with_(flyway))).toBeNull();
  });
});
