/** A backup brought back: what is in it comes back whole, what was live stays beside it, and the way back works. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Stage, succeeded } from '../stage';
import { makeBackup, sql } from './backups';

let stage: Stage;

beforeAll(async () => {
  stage = await Stage.open();
  succeeded(await stage.deploy('v1'));
});
afterAll(() => stage?.close());

/** What makes a database more than its tables. */
const CONTENT = `
create role "Reporting Team" login;
create schema "Odd Schema";
create extension pg_trgm;
create extension hstore schema "Odd Schema";
create table public.orders (id serial primary key, note text, tags "Odd Schema".hstore);
insert into orders (note, tags) select 'order ' || n, 'a=>1' from generate_series(1, 500) n;
create index on orders using gin (note gin_trgm_ops);
create table "Odd Schema"."select * from ""x"" 'y' \\z" ("Ünïcode" text);
insert into "Odd Schema"."select * from ""x"" 'y' \\z" values (E'line\\nbreak'), ('ü');
create table "Odd Schema".parts (id int, at date) partition by range (at);
create table "Odd Schema".parts_2026 partition of "Odd Schema".parts for values from ('2026-01-01') to ('2027-01-01');
insert into "Odd Schema".parts values (1, '2026-02-03');
create view totals as select count(*) from orders;
grant select on orders to "Reporting Team";
alter table "Odd Schema".parts owner to "Reporting Team";
select lo_from_bytea(4711, '\\x00ff0a0d'::bytea);
alter database acme set search_path to "$user", public, "Odd Schema";
alter database acme set statement_timeout to '45s';
grant connect on database acme to "Reporting Team";
comment on database acme is 'Acme''s data';
`;

/** Everything of it that a program could see. */
const SEEN = `
select 'orders', count(*), sum(hashtext(note || tags::text)) from orders;
select 'odd', * from "Odd Schema"."select * from ""x"" 'y' \\z" order by 2;
select 'part', * from "Odd Schema".parts_2026;
select 'owner', tableowner from pg_tables where tablename = 'parts';
select 'grant', has_table_privilege('Reporting Team', 'orders', 'select');
select 'next', nextval('orders_id_seq') > 500;
select 'large', lo_get(4711);
select 'extensions', string_agg(extname, ',' order by extname) from pg_extension;
select 'indexes', count(*) from pg_indexes where tablename = 'orders';
select 'path', current_setting('search_path'), current_setting('statement_timeout');
select 'comment', shobj_description(oid, 'pg_database'),
  (select string_agg(item::text, ' ' order by item::text) from unnest(datacl) item) from pg_database where datname = 'acme';
`;

let before: string[];

it('a restore brings everything back, and keeps the former data', async () => {
  await sql(stage.host, CONTENT);
  before = await sql(stage.host, SEEN);
  const { id } = await makeBackup(stage.host);
  await sql(
    stage.host,
    'delete from orders; drop table "Odd Schema".parts; insert into orders (note) values (\'later\')',
  );

  const result = await stage.restore();
  succeeded(result);
  // No session of ours failed on the way.
  expect(result.stdout).not.toContain('psql: error');
  expect(await sql(stage.host, SEEN)).toEqual(before);
  expect(result.outputs.backup).toBe(id);
  const { acme = '' } = JSON.parse(result.outputs.former ?? '') as Record<string, string>;
  expect(acme).toMatch(/^acme_before_\d{8}T\d{6}Z$/);
  expect(await sql(stage.host, 'select note from orders', acme)).toEqual(['later']);
  expect(result.summary).toContain(acme.replaceAll('_', '&#95;'));
  await stage.serving();
  expect(await stage.remains()).toBe('');
});

it('undo brings the former data back', async () => {
  const result = await stage.restore({ undo: 'true' });
  succeeded(result);
  expect(await sql(stage.host, 'select note from orders')).toEqual(['later']);
  const names = await sql(stage.host, "select datname from pg_database where datname like 'acme%' order by 1");
  expect(names).toEqual(['acme', expect.stringMatching(/^acme_undone_/)]);
  await stage.serving();
});

it('a second undo has no former data to go back to', async () => {
  const result = await stage.restore({ undo: 'true' });
  expect(result.code).toBe(1);
  expect(result.stdout).toContain('::error::RB-UNDO-UNKNOWN: ');
});

it('a list and a dry run of a restore change nothing', async () => {
  await makeBackup(stage.host, { id: '20260301T000000Z' });
  const listed = await stage.restore({ list: 'true', confirm: '' });
  succeeded(listed);
  expect((JSON.parse(listed.outputs.backups ?? '') as { id: string }[]).map(({ id }) => id)).toEqual([
    '20260101T000000Z',
    '20260301T000000Z',
  ]);
  const databases = await sql(stage.host, 'select datname from pg_database order by 1');
  const planned = await stage.restore({ 'dry-run': 'true', confirm: '', before: '2026-02-01' });
  succeeded(planned);
  expect(planned.outputs.backup).toBe('20260101T000000Z');
  expect(await sql(stage.host, 'select datname from pg_database order by 1')).toEqual(databases);
});
