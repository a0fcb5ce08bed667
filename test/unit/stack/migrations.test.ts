import { describe, expect, it } from 'vitest';
import { diff } from '../../../actions/lib/stack/diff';
import { breakingSince, schemaName } from '../../../actions/lib/stack/migrations';
import type { MigrationRecord, Release, ReleaseService, State } from '../../../actions/lib/stack/model';
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
    expect(reasons(hostOf(null), with_(flyway))).toEqual(['migration: none is recorded on this host']);
    expect(reasons(hostOf(record('x', '9-gone')), with_(flyway))).toEqual([
      'migration: other than what ran for release 9-gone',
    ]);
  });

  it('once where an earlier version recorded its image alone, and says so', () => {
    const old = hostOf(record(flyway.digest ?? ''));
    expect(reasons(old, with_(flyway))).toEqual([
      'migration: the last one is recorded by its image alone, by an earlier version of this action',
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
    expect(notes(there, with_(mounting))).toEqual([expect.stringContaining('from /opt/sql, seeds is on the host')]);
    expect(notes(there, with_({ ...mounting, definition: 'd2' }))).toEqual([]);
    expect(notes(there, with_(mounting, '1-v1'))).toEqual([]);
    expect(notes(ran, with_(flyway))).toEqual([]);
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
