/** What the tables of migration tools say, before and after. */
import { describe, expect, it } from 'vitest';
import { tablesQuery } from '../../../actions/lib/postgres/schema-tables';
import { parseSchema, type SchemaVersion, schemaScript } from '../../../actions/lib/postgres/schema-version';
import { sayBroken, saySchema, schemaBefore, schemaBlocks, whatStayed } from '../../../actions/lib/procedure/migration';
import type { Plan } from '../../../actions/lib/stack/model';
import { emptyHost, release, runbook, service } from '../stack/model-host';

const at = (version: string | null, more: Partial<SchemaVersion> = {}): SchemaVersion => ({
  ...{ tool: 'golang-migrate', table: 'public.schema_migrations', version, count: null, broken: '' },
  ...more,
});
const state = (...versions: SchemaVersion[]) => ({ name: 'db/app', versions, problem: null });
const unknown = { name: 'db/app', versions: [], problem: 'psql: error' };

describe('what a database answers', () => {
  it('is a line for each table, or why there is none', () => {
    expect(parseSchema('db/app', [JSON.stringify(at('3'))])).toEqual(state(at('3')));
    expect(parseSchema('db/app', [])).toEqual(state());
    expect(parseSchema('db/app', ['down']).problem).toBe('no container of db runs');
    expect(parseSchema('db/app', [JSON.stringify(at('3')), 'ERROR:  permission denied']).problem).toContain('denied');
  });

  it('is asked by the query of the runbook, whose semicolon is none of ours', () => {
    const migration = { ...runbook.migration, databases: [{ service: 'db', user: 'u', database: 'd' }] };
    const script = schemaScript({ ...runbook, migration: { ...migration, versionQuery: 'select max(v) from t;\n' } });
    expect(script).toContain('(select max(v) from t\n) as q');
    expect(script).not.toContain('flyway');
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
      ]),
    );
    for (const [, table = '', , lock] of found as string[][]) {
      expect(query).toMatch(new RegExp(`relname in \\(.*'${table}'`));
      if (lock !== undefined) expect(query).toMatch(new RegExp(`relname in \\(.*'${lock}'`));
    }
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
    const tools = ['golang-migrate', 'flyway', 'prisma', 'liquibase', 'knex', 'alembic', 'rows', 'query'] as const;
    const said = tools.map((tool) => sayBroken(state(at('3', { tool, broken: 'dirty at version 3' })))[0]);
    expect(
      said.map((text) =>
        /migrate force|flyway repair|migrate resolve|release-locks|migrate:unlock|alembic current|See which/.test(
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
