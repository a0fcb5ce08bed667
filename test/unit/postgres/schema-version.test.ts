/** What the tables of migration tools say, before and after. */
import { describe, expect, it } from 'vitest';
import { UserError } from '../../../actions/lib/errors';
import { tablesQuery } from '../../../actions/lib/postgres/schema-tables';
import { parseSchema, type SchemaVersion, schemaScript } from '../../../actions/lib/postgres/schema-version';
import {
  sayBroken,
  saySchema,
  schemaAfter,
  schemaBefore,
  schemaBlocks,
  whatStayed,
} from '../../../actions/lib/procedure/migration';
import type { Applied } from '../../../actions/lib/stack/apply/apply';
import type { Plan } from '../../../actions/lib/stack/model';
import { emptyHost, release, runbook, service } from '../stack/model-host';

const at = (version: string | null, more: Partial<SchemaVersion> = {}): SchemaVersion => ({
  ...{ tool: 'golang-migrate', table: 'public.schema_migrations', version, count: null, broken: '' },
  ...more,
});
const state = (...versions: SchemaVersion[]) => ({ name: 'db/app', versions, invalid: [], problem: null });
const unknown = { name: 'db/app', versions: [], invalid: [], problem: 'psql: error' };
const index = { invalid: 'public.by_price', of: 'orders' };

describe('what a database answers', () => {
  it('is a line for each table, or why there is none', () => {
    expect(parseSchema('db/app', [JSON.stringify(at('3'))])).toEqual(state(at('3')));
    expect(parseSchema('db/app', [])).toEqual(state());
    expect(parseSchema('db/app', [JSON.stringify(index), JSON.stringify(at('3'))])).toEqual({
      ...state(at('3')),
      invalid: [index],
    });
    expect(parseSchema('db/app', ['down']).problem).toBe('no container of db runs');
    expect(parseSchema('db/app', [JSON.stringify(at('3')), 'ERROR:  permission denied']).problem).toContain('denied');
  });

  it('is asked by the query of the runbook, whose semicolon is none of ours', () => {
    const migration = { ...runbook.migration, databases: [{ service: 'db', user: 'u', database: 'd' }] };
    const script = schemaScript({ ...runbook, migration: { ...migration, versionQuery: 'select max(v) from t;\n' } });
    expect(script).toContain('(select max(v) from t\n) as q');
    expect(script).not.toContain('flyway');
    // An empty answer is not a version.
    expect(script).toContain('string_agg(nullif(v, ');
    expect(script).toContain('not i.indisvalid');
  });

  it('is asked for the tables of migration tools, which are known by their columns, and for their locks', () => {
    const query = tablesQuery();
    const rows = query.split('\n').filter((line) => /^\(\d+, /.test(line));
    const found = rows.map((row) =>
      /^\(\d+, '([\w-]+)', '(\w+)', array\[(.*?)\], (?:'(\w+)'|null), /.exec(row)?.slice(1),
    );
    expect(found).toEqual(
      expect.arrayContaining([
        ['golang-migrate', 'schema_migrations', "'version', 'dirty'", undefined],
        ['rows', 'schema_migrations', "'version'", undefined],
        ['liquibase', 'databasechangelog', "'id', 'orderexecuted'", 'databasechangeloglock'],
        ['knex', 'knex_migrations', "'id', 'name', 'migration_time'", 'knex_migrations_lock'],
        ['rows', 'django_migrations', "'id', 'app', 'name'", undefined],
        ['rows', 'migrations', "'id', 'migration', 'batch'", undefined],
        ['rows', 'migrations', "'id', 'timestamp', 'name'", undefined],
        ['atlas', 'atlas_schema_revisions', "'version', 'applied', 'total', 'type', 'executed_at'", undefined],
        ['rows', 'changes', "'change_id', 'change', 'project', 'committed_at'", undefined],
        ['rows', 'pgmigrations', "'id', 'name', 'run_on'", undefined],
        ['rows', '__diesel_schema_migrations', "'version', 'run_on'", undefined],
        ['rows', 'kysely_migration', "'name', 'timestamp'", undefined],
      ]),
    );
    for (const [, table = '', , lock] of found as string[][]) {
      expect(query).toMatch(new RegExp(`relname in \\(.*'${table}'`));
      if (lock !== undefined) expect(query).toMatch(new RegExp(`relname in \\(.*'${lock}'`));
    }
    // As text, version 9 comes after version 10.
    for (const table of ["'schema_migrations', array['version']", "'seaql_migrations'"])
      expect(rows.find((row) => row.includes(table))).toMatch(/::numeric end desc nulls last/);
    // Where the table of the lock is missing, only the other query is valid.
    const liquibase = rows.find((row) => row.includes("'databasechangelog'"))!;
    expect(liquibase.match(/%2\$s/g)).toHaveLength(1);
    expect(liquibase.indexOf('%2$s')).toBeGreaterThan(liquibase.lastIndexOf("'select "));
  });
});

describe('a migration that changed nothing', () => {
  it('is one after which all tables say what they said', () => {
    expect(whatStayed([state(at('3', { count: 2 }))], [state(at('3', { count: 2 }))])).toBe(
      'db/app stays at 3 (2 migrations) by public.schema_migrations',
    );
  });

  it.each([
    ['another version', [state(at('2'))], [state(at('3'))]],
    ['one more row', [state(at('3', { count: 1 }))], [state(at('3', { count: 2 }))]],
    ['a table that is new', [state()], [state(at('3'))]],
    ['nobody knows', [unknown], [state(at('3'))]],
    ['nobody knows now', [state(at('3'))], [unknown]],
    ['no table of a tool', [state()], [state()]],
    ['nobody looked', [], []],
  ])('is not known where there is %s', (_name, before, after) => {
    expect(whatStayed(before, after)).toBeNull();
  });
});

describe('what is said', () => {
  it('names the way out of a state that the tool does not leave by itself', () => {
    const tools = [
      'golang-migrate',
      'flyway',
      'prisma',
      'liquibase',
      'knex',
      'atlas',
      'alembic',
      'rows',
      'query',
    ] as const;
    const said = tools.map((tool) => sayBroken(state(at('3', { tool, broken: 'dirty at version 3' })))[0]);
    expect(
      said.map((text) =>
        /migrate force|migrate set|flyway repair|migrate resolve|release-locks|migrate:unlock|alembic current|See which/.test(
          text ?? '',
        ),
      ),
    ).toEqual(tools.map(() => true));
    expect(sayBroken(state(at('3')))).toEqual([]);
  });

  it('does not take what nobody knows for a version', () => {
    expect(saySchema(unknown)).toEqual(['The version of the schema of db/app is not known: psql: error.']);
    expect(saySchema(state())[0]).toContain('migration.version-query');
    expect(schemaBlocks([state(at('3'))], [unknown])[1]).toMatchObject({
      rows: [['db/app', { code: 'public.schema_migrations' }, [{ code: '3' }, ''], 'not known']],
    });
  });

  it('names what is not looked at where no database of PostgreSQL is known', async () => {
    const notes: string[] = [];
    const said: string[] = [];
    const recorder = { info: (text: string) => said.push(text), warning: (text: string) => said.push(text) };
    const run = { session: { host: {} }, recorder, notes } as unknown as Parameters<typeof schemaBefore>[0];
    const current = release('1', { migrate: service('migrate', 'v1', '1') });
    const look = (...services: string[]) => {
      const plan = { changes: services.map((name) => ({ service: name })) } as unknown as Plan;
      return schemaBefore(run, plan, { ...emptyHost, current }, runbook);
    };
    await look('api');
    expect(notes).toEqual([]);
    await look('migrate');
    expect(notes).toEqual([
      expect.stringMatching(/^Nothing was asked about the schema.* names no PostgreSQL database/),
    ]);
    expect(said).toEqual(notes);
  });
});

describe('a migration that ended', () => {
  const database = { service: 'db', user: 'u', database: 'app' };
  const migrating = { ...runbook, migration: { ...runbook.migration, databases: [database] } };
  const plan = { changes: [{ service: 'migrate', reasons: ['another image'] }] } as unknown as Plan;
  const target = release('2', { migrate: service('migrate', 'v2', '2') });
  const told = { waited: null, operation: 'one-shot migrate', holders: [], sessionsEnded: 0, code: null };
  const none = { ...told, suspects: [] as string[], unseen: 0 };

  /** What is said where the database then answers with these rows. */
  const ended = async (
    {
      error = null,
      before,
      ...more
    }: { error?: UserError | null; before: ReturnType<typeof state>[] } & Partial<typeof none>,
    ...rows: object[]
  ) => {
    const migration = { ...none, ...more };
    const stdout = ['#rb-section schema-0', ...rows.map((row) => JSON.stringify(row))].join('\n');
    const host = { connected: true, run: async () => ({ outcome: 'exited', code: 0, stdout, stderr: '' }) };
    const warnings: string[] = [];
    const recorder = { info: () => {}, warning: (text: string) => void warnings.push(text) };
    const run = { session: { host }, recorder, notes: [] } as unknown as Parameters<typeof schemaAfter>[0];
    const applied = { error, migrated: error === null, migration } as unknown as Applied;
    const outcome = { applied, plan, target, runbook: migrating, backup: null };
    const after = await schemaAfter(run, { migrates: true, schemas: before }, outcome);
    expect(run.notes.slice(0, warnings.length)).toEqual(warnings);
    return { ...after, warnings, others: run.notes.slice(warnings.length) };
  };
  const said = async (before: ReturnType<typeof state>[], ...rows: object[]) =>
    (await ended({ before }, ...rows)).warnings;

  it('well and left nothing wrong is not spoken of', async () => {
    expect(await said([state(at('2'))], at('3'))).toEqual([]);
    expect((await ended({ before: [] }, at('3'))).others).toEqual([]);
  });

  it('with exit status 0 and is marked as dirty is warned of, with the way out', async () => {
    expect(await said([state(at('2'))], at('3', { broken: 'dirty at version 3' }))).toEqual([
      expect.stringMatching(
        /^migrate ended with exit status 0, and yet something is wrong\. db\/app: public\.schema_migrations says dirty at version 3\. .*migrate force/,
      ),
    ]);
  });

  it('with exit status 0 and left an index that is not valid is warned of, unless that was so before', async () => {
    expect(await said([state(at('2'))], at('3'), index)).toEqual([
      expect.stringMatching(/^db\/app: the index public\.by_price of orders is not valid.*reindex index concurrently/),
    ]);
    expect(await said([{ ...state(at('2')), invalid: [index] as never }], at('3'), index)).toEqual([]);
  });

  it('with a failure names such an index there', async () => {
    const failure = new UserError('RB-MIGRATION-FAILED', { what: 'it failed', why: 'see below', remedy: 'mend it' });
    const { error, warnings } = await ended({ error: failure, before: [state(at('2'))] }, at('2'), index);
    expect(warnings).toEqual([]);
    expect(error?.details.why).toMatch(/is at 2 by public\.schema_migrations; db\/app: the index public\.by_price/);
  });

  it('with exit status 0 where its log has errors is warned of, with what it says', async () => {
    const { warnings } = await ended({ before: [state(at('2'))], suspects: ['psql:1: ERROR:  x '] }, at('3'));
    expect(warnings).toEqual([
      expect.stringMatching(/^migrate ended with exit status 0, and yet its log has errors: "psql:1: ERROR: {2}x"\./),
    ]);
  });

  it('with exit status 0 behind which no tool has a table says that nothing is known, also on an empty host', async () => {
    for (const before of [[], [state()]])
      expect((await ended({ before })).others).toEqual([
        expect.stringMatching(/^Whether migrate changed anything is not known: .* db\/app has no table/),
      ]);
  });

  it('with exit status 0 behind which the database does not answer is warned of', async () => {
    const host = {
      connected: true,
      run: async () => ({ outcome: 'exited', code: 0, stdout: '#rb-section schema-0\ndown' }),
    };
    const warnings: string[] = [];
    const recorder = { info: () => {}, warning: (text: string) => void warnings.push(text) };
    const run = { session: { host }, recorder, notes: [] } as unknown as Parameters<typeof schemaAfter>[0];
    const applied = { error: null, migrated: true, migration: none } as unknown as Applied;
    const outcome = { applied, plan, target, runbook: migrating, backup: null };
    await schemaAfter(run, { migrates: true, schemas: [state(at('2'))] }, outcome);
    expect(warnings).toEqual(['Whether migrate changed db/app is not known: no container of db runs.']);
  });

  it('without a session that anybody saw says that nobody watched who blocks it', async () => {
    const { warnings, others } = await ended({ before: [state(at('2'))], unseen: 12 }, at('3'));
    expect(warnings).toEqual([]);
    expect(others).toEqual([
      expect.stringMatching(/^Which sessions block migrate was not watched: in 12 s .*PgBouncer/),
    ]);
  });
});

it('a first deploy whose migration was broken off is named by the next, which has no release yet', async () => {
  const notes: string[] = [];
  const recorder = { info: () => {}, warning: () => {} };
  const host = { run: async () => ({ outcome: 'exited', code: 0, stdout: '' }) };
  const run = { session: { host }, recorder, notes } as unknown as Parameters<typeof schemaBefore>[0];
  const plan = { changes: [{ service: 'migrate' }] } as unknown as Plan;
  const brokenOff = { at: '2026-01-02T03:04:05Z', release: '1-v1', run: 'r', backup: '', code: '1' };
  await schemaBefore(run, plan, { ...emptyHost, current: null, brokenOff }, runbook);
  expect(notes).toContainEqual(
    'The last migration (of release 1-v1, begun 2026-01-02T03:04:05Z, r) failed: it exited with status 1.',
  );
  notes.length = 0;
  await schemaBefore(run, plan, { ...emptyHost, current: null }, runbook);
  expect(notes).toEqual([]);
});
