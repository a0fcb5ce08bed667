/** What makes a database of its rows comes back with it, or the plan says what does not. One host, several databases. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { sql } from '../e2e/restore/backups';
import { annotation, Stage, succeeded } from '../e2e/stage';

let stage: Stage;

beforeAll(async () => {
  stage = await Stage.open();
  stage.edit('docker-compose.prod.yml', (text) =>
    text.replace(
      '    image: localhost:5000/acme/postgres:v1\n',
      '    image: localhost:5000/acme/postgres:v1\n    command: ["-c", "wal_level=logical", "-c", "max_prepared_transactions=7"]\n',
    ),
  );
  succeeded(await stage.deploy('v1', { 'health-timeout': '120s' }));
  await stage.host.root('mkdir -p /opt/backups && chown deploy: /opt/backups');
});
afterAll(() => stage?.close());

/** The runbook file of a workspace that backs these databases up. */
function backs(...databases: string[]): void {
  stage.restoreFiles();
  const list = databases.map((database) => `    - { service: db, user: acme, database: ${database} }\n`);
  stage.edit('runbook.yml', (text) =>
    text.replace('    - { service: db, user: acme, database: acme }\n', list.join('')),
  );
}

it('roles come back with their members, and the rights that a role lacks are named', {
  tags: ['exhaustive'],
}, async () => {
  await sql(
    stage.host,
    `create role owners; create role app_rw login; create role auditors; create role reader login;
     grant owners to app_rw; grant auditors to reader; alter role app_rw set search_path to app, public;
     create database team owner owners;`,
  );
  await sql(stage.host, 'set role owners; create schema app; create table app.t as select 7 as n', 'team');
  backs('team');
  succeeded(await stage.backup());
  // As on a new host, where the stack's entrypoint makes the logins and nothing else.
  await sql(
    stage.host,
    'drop database team; drop role owners; revoke auditors from reader; alter role app_rw reset search_path; alter role app_rw connection limit 3',
  );
  const planned = await stage.restore({ 'dry-run': 'true', roles: 'true' });
  succeeded(planned);
  for (const words of ['grant "auditors" to "reader"', 'search_path unset here', 'CONNECTION LIMIT 3 here'])
    expect(planned.shown).toContain(words);
  expect(planned.shown).not.toContain('grant "owners"');
  const result = await stage.restore({ roles: 'true' });
  succeeded(result);
  expect(result.summary).toContain('auditors');
  expect(await sql(stage.host, "select pg_has_role('app_rw', 'owners', 'member')")).toEqual(['t']);
  expect(await sql(stage.host, 'set role app_rw; select n from app.t', 'team')).toEqual(['7']);
});

it('an archive that no search path loads is named with function and table, and the backup had said that it was not loaded', {
  tags: ['exhaustive'],
}, async () => {
  await sql(stage.host, 'create database places');
  await sql(
    stage.host,
    `create extension unaccent;
     create function plain(t text) returns text language sql immutable as 'select unaccent(t)';
     create table place (name text, key text generated always as (plain(name)) stored);
     insert into place (name) values ('Orléans');`,
    'places',
  );
  backs('places');
  const made = await stage.backup();
  succeeded(made);
  expect(made.summary).toContain('it was not loaded: a drill shows whether it can be');
  const result = await stage.restore();
  expect(annotation(result)).toMatch(
    /^RB-ARCHIVE-UNLOADABLE: [\s\S]*function unaccent\(text\) does not exist, called by SQL function "plain", in CREATE TABLE public\.place;/,
  );
  expect(annotation(result)).toContain('alter function … set search_path');
  expect(await sql(stage.host, 'select key from place', 'places')).toEqual(['Orleans']);
});

it('roles that cannot be made end the restore before anything else', { tags: ['exhaustive'] }, async () => {
  await sql(stage.host, 'drop database team; drop role owners');
  const container = (await stage.host.root('docker ps -q --filter label=com.docker.compose.service=db')).trim();
  await stage.host.root(
    `docker exec -i ${container} sh -c 'cat >/usr/local/bin/psql && chmod 755 /usr/local/bin/psql'`,
    {
      input: `#!/bin/sh
told=$(cat)
case "$told" in *'CREATE ROLE'*) echo 'psql: error: connection to server failed: FATAL:  sorry, too many clients already' >&2; exit 2 ;; esac
printf '%s\\n' "$told" | exec /usr/bin/psql "$@"
`,
    },
  );
  const result = await stage.restore({ roles: 'true' });
  await stage.host.root(`docker exec ${container} rm /usr/local/bin/psql`);
  expect(annotation(result)).toMatch(
    /^RB-RESTORE-FAILED: the missing roles of db could not be made\n.*too many clients/,
  );
  expect(await sql(stage.host, "select count(*) from pg_database where datname like 'team%'")).toEqual(['0']);
});

/** Everything of a database that is not in it. */
const ITSELF = (name: string): string => `
select rolname, pg_encoding_to_char(encoding), datcollate, datlocprovider, to_jsonb(d) ->> 'datlocale', spcname, datconnlimit,
  shobj_description(d.oid, 'pg_database'),
  (select string_agg(item::text, ' ' order by item::text) from unnest(datacl) item),
  (select string_agg(coalesce(s.setrole::regrole::text, '') || ' ' || c, ';' order by s.setrole::regrole::text, c)
    from pg_db_role_setting s, unnest(s.setconfig) c where s.setdatabase = d.oid)
from pg_database d join pg_roles r on r.oid = d.datdba join pg_tablespace t on t.oid = d.dattablespace where datname = '${name}'`;

it('a dropped database comes back with its properties, and differences of a live one are named', {
  tags: ['exhaustive'],
}, async () => {
  await stage.host.root(
    `docker exec $(docker ps -q --filter label=com.docker.compose.service=db) install -d -o postgres /var/lib/postgresql/fast`,
  );
  await sql(
    stage.host,
    `create role shop_owner; create role shop_lead; create role shop_app login; create tablespace fast location '/var/lib/postgresql/fast'`,
  );
  await sql(
    stage.host,
    `create database shop owner shop_owner template template0 encoding 'UTF8' lc_collate 'C' lc_ctype 'C'
      locale_provider icu icu_locale 'de' tablespace fast connection limit 7`,
  );
  await sql(
    stage.host,
    `comment on database shop is 'it''s the shop'; revoke all on database shop from public;
     grant connect on database shop to shop_lead with grant option;
     set role shop_lead; grant connect on database shop to shop_app; reset role;
     alter database shop set search_path to shop, "$user", "Odd ""x"", y";
     alter database shop set statement_timeout to '300ms'; alter database shop set default_transaction_read_only to on;
     alter role shop_app in database shop set work_mem to '8MB'`,
  );
  await sql(
    stage.host,
    `set statement_timeout = 0; set default_transaction_read_only = off; drop schema public; create schema shop;
     create table shop.words as select unnest(array['zebra', 'Äpfel', 'apfel', 'Zebra']) as word;
     create function shop.served() returns boolean language sql as 'select current_setting(''max_prepared_transactions'') = ''7''';
     create table shop.only_here as select 1 as n; alter table shop.only_here add check (shop.served());
     create table shop.many as select n, md5(n::text) as text from generate_series(1, 150000) n`,
    'shop',
  );
  const before = await sql(stage.host, ITSELF('shop'));
  const order = await sql(stage.host, 'set statement_timeout = 0; select word from shop.words order by word', 'shop');
  backs('shop');
  succeeded(await stage.backup({ drill: 'after' }));
  await sql(stage.host, 'drop database shop');
  succeeded(await stage.restore());
  expect(await sql(stage.host, ITSELF('shop'))).toEqual(before);
  expect(await sql(stage.host, 'set statement_timeout = 0; select word from shop.words order by word', 'shop')).toEqual(
    order,
  );
  expect(await sql(stage.host, "select nspname from pg_namespace where nspname = 'public'", 'shop')).toEqual([]);

  // As an entrypoint makes it on a new host.
  await sql(stage.host, 'drop database shop');
  await sql(stage.host, 'create database shop');
  expect(annotation(await stage.restore({ 'dry-run': 'true' }))).toMatch(/^RB-LOCALE-DIFFERS: .*ICU de/);
  const planned = await stage.restore({ 'dry-run': 'true', locale: 'backup' });
  for (const words of ['owner: shop_owner in the backup', 'connection limit: 7', 'search_path: shop, '])
    expect(planned.summary.replaceAll('&#95;', '_')).toContain(words);
  succeeded(await stage.restore({ locale: 'backup' }));
  expect(await sql(stage.host, ITSELF('shop'))).toEqual(before);
});

it('a missing tablespace is named beforehand, and can be left out', { tags: ['exhaustive'] }, async () => {
  const names = await sql(
    stage.host,
    "select datname from pg_database where datname like 'shop%' and datname <> 'shop'",
  );
  for (const name of names) await sql(stage.host, `drop database "${name}"`);
  await sql(stage.host, 'drop database shop');
  await sql(stage.host, 'drop tablespace fast');
  expect(annotation(await stage.restore())).toMatch(/^RB-TABLESPACE-MISSING: .*fast/);
  succeeded(await stage.restore({ tablespaces: 'default' }));
  expect(await sql(stage.host, 'set statement_timeout = 0; select count(*) from shop.words', 'shop')).toEqual(['4']);
});

it("rows of an extension's own table do not count as a difference, those of other tables do, unless they are accepted by name", {
  tags: ['exhaustive'],
}, async () => {
  await stage.host.root(
    `docker exec -i $(docker ps -q --filter label=com.docker.compose.service=db) sh -c 'cd $(pg_config --sharedir 2>/dev/null || echo /usr/share/postgresql/*)/extension &&
echo "default_version = 1.0" >kit.control && cat >kit--1.0.sql'`,
    {
      input: `create table kit_runs (n int); create table kit_settings (n int);
select pg_catalog.pg_extension_config_dump('kit_settings', 'where n > 1');
insert into kit_settings values (1);
`,
    },
  );
  await sql(stage.host, 'create database kit');
  await sql(
    stage.host,
    'create extension kit; insert into kit_runs values (1), (2); insert into kit_settings values (2), (3); create table own as select 1 as n',
    'kit',
  );
  backs('kit');
  succeeded(await stage.backup());
  succeeded(await stage.restore());
  expect(await sql(stage.host, 'select n from kit_settings order by 1; select count(*) from kit_runs', 'kit')).toEqual([
    '1',
    '2',
    '3',
    '0',
  ]);
  // As where a seed differs, or a counter was wrong.
  await stage.host.root(
    `f=$(ls -d /opt/backups/acme/2* | tail -n 1)/manifest.json; tr -d ' \\n' <$f | sed 's/"table":"own","rows":1/"table":"own","rows":5/' >$f.new && mv $f.new $f && chown deploy: $f`,
  );
  expect(annotation(await stage.restore())).toMatch(
    /^RB-RESTORE-DIFFERS: .*public.own: 1 instead of 5[\s\S]*accept-differences: public.own/,
  );
  await sql(
    stage.host,
    "select pg_create_logical_replication_slot('cdc', 'pgoutput'); create subscription feed connection 'dbname=nowhere' publication p with (connect = false)",
    'kit',
  );
  const accepted = await stage.restore({ 'accept-differences': 'public.own' });
  succeeded(accepted);
  expect(accepted.summary).toContain('public.own: 1 instead of 5');
  for (const words of ['replication slot cdc stays', "pg_drop_replication_slot('cdc')", 'subscription feed stays'])
    expect(accepted.shown).toContain(words);
});

it('the message of a failed load contains no row', { tags: ['exhaustive'] }, async () => {
  await sql(stage.host, 'create database people');
  await sql(
    stage.host,
    `create function grown(int) returns boolean language sql as 'select $1 < 10';
     create table aaa_people (age int check (grown(age)), mail text);
     insert into aaa_people values (1, 'alice@example.com RowTokenOfAlice');
     create or replace function grown(int) returns boolean language sql as 'select $1 > 10'`,
    'people',
  );
  backs('people');
  succeeded(await stage.backup());
  const result = await stage.restore();
  expect(annotation(result)).toContain('violates check constraint');
  expect(result.shown).not.toContain('RowTokenOfAlice');
  const [, path = ''] = /the whole text is in (\S+) on the host/.exec(result.shown) ?? [];
  expect(await stage.host.root(`cat ${path}; stat -c %a ${path}`)).toMatch(/RowTokenOfAlice[\s\S]*\n600\n$/);
});

it('a server that warns every session comes back as any other', { tags: ['exhaustive'] }, async () => {
  await sql(stage.host, 'create database greeted');
  await sql(stage.host, 'create table t as select 7 as n', 'greeted');
  // As after an image with a newer library for locales.
  await sql(stage.host, "update pg_database set datcollversion = '0' where datname <> 'template0'");
  backs('greeted');
  succeeded(await stage.backup());
  succeeded(await stage.restore());
  expect(await sql(stage.host, 'select n from t', 'greeted')).toEqual(['7']);
});

it('a database whose removal was cut off keeps no restore from beginning', { tags: ['exhaustive'] }, async () => {
  const left = 'greeted_restore_20260101T000000Z';
  await sql(stage.host, `create database "${left}" template template0`);
  // As the server leaves it if it dies while it drops a database.
  await sql(
    stage.host,
    `comment on database "${left}" is 'restore in progress'; update pg_database set datconnlimit = -2 where datname = '${left}'`,
  );
  succeeded(await stage.restore());
  expect(await sql(stage.host, `select count(*) from pg_database where datname = '${left}'`)).toEqual(['0']);
});

it('the superuser of the runbook file restores what a former one backed up', { tags: ['exhaustive'] }, async () => {
  await sql(stage.host, 'create role boss superuser login');
  backs('greeted');
  stage.edit('runbook.yml', (text) => text.replace('user: acme, database: greeted', 'user: boss, database: greeted'));
  succeeded(await stage.backup());
  await sql(stage.host, 'drop role boss');
  backs('greeted');
  succeeded(await stage.restore());
});
