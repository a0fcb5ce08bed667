/** Databases of many kinds, each with what a copy of it might lose: statements that make them. */

/** What is made on a server, in this order. */
export interface Made {
  /** Of whom all servers have one; the roles that the databases need come first. */
  readonly database: string;
  /** By the superuser, in `postgres`, without the server's rows. */
  readonly create: string;
  /** By the superuser, in the database. */
  readonly inside: string;
  /** The last, in `postgres`: what would be in the way of those before. */
  readonly finish?: string;
  /** In the database, before it is looked at: what each login of the tool itself leaves there. */
  readonly own?: string;
  /** Of the versions that have it; default: all. */
  readonly since?: number;
}

export const TABLESPACES = ['fast', 'slow'] as const;

/** Roles and what belongs to the server, by the version. */
export function serverStatements(version: number): string {
  const options = version >= 16 ? ' with inherit false, set true' : '';
  return `
create role owners; create role app_rw login password 'a "secret"'; create role "Größe Team";
create role "odd ""name" login connection limit 3 valid until '2099-01-01 00:00:00+00';
create role auditor login bypassrls createrole nosuperuser noinherit;
grant owners to app_rw; grant owners to "Größe Team" with admin option; grant pg_monitor to app_rw;
grant "Größe Team" to auditor${options};
alter role app_rw set search_path to app, "$user", "Odd ""x"", y"; alter role app_rw set work_mem to '8MB';
alter role "Größe Team" set datestyle to 'ISO, DMY';
comment on role owners is 'it''s; theirs -- all';
grant set on parameter log_min_duration_statement to app_rw;
alter role all set lock_timeout to '1min';
alter system set log_min_messages to 'error'; select pg_reload_conf();`;
}

const objects = `
set role owners;
create schema app; create schema "Sch ema";
create type app.mood as enum ('sad', 'ok', 'it''s'); create type app.pair as (a int, b text);
create domain app.mail as text check (value ~ '@') default 'a@b' not null;
create type app.span as range (subtype = float8);
create sequence app.counter start 5 increment 3 cycle maxvalue 50; select nextval('app.counter'), nextval('app.counter');
create function app.twice(n int) returns int language sql immutable as 'select n * 2';
create procedure app.nothing() language plpgsql as $$ begin null; end $$;
create aggregate app.total (int) (sfunc = int4pl, stype = int, initcond = '0');
create collation app.loose (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
create table app.people (id bigint generated always as identity, name text collate app.loose not null, mail app.mail, feeling app.mood,
  doubled int generated always as (app.twice(length(name))) stored, tags text[] default '{x,"y z"}', raw bytea,
  primary key (id), constraint "ch eck" check (length(name) < 99) not valid);
insert into app.people (name, mail, feeling, raw) select 'n' || n, n || '@x', 'ok', decode(md5(n::text), 'hex') from generate_series(1, 20) n;
create unique index "people by name" on app.people (lower(name)) include (mail) where id > 3;
alter table app.people cluster on people_pkey; alter table app.people replica identity using index people_pkey;
alter table app.people alter name set statistics 77; alter table app.people set (fillfactor = 70);
alter table app.people alter raw set storage external;
create statistics app.stat (dependencies) on id, name from app.people;
alter table app.people enable row level security; alter table app.people force row level security;
create policy mine on app.people for select to app_rw using (name = current_user);
create table app.events (at date not null, n int) partition by range (at);
create table app.events_1 partition of app.events for values from ('2026-01-01') to ('2026-02-01');
create table app.events_rest partition of app.events default; create index on app.events (n);
insert into app.events values ('2026-01-05', 1), ('2027-01-05', 2);
create table "Sch ema".parent (a int); create table "Sch ema".child (b int) inherits ("Sch ema".parent);
insert into "Sch ema".parent values (1); insert into "Sch ema".child values (2, 3);
create unlogged table app.cache (k text primary key, v text); insert into app.cache values ('k', 'v');
create table app.ref (id bigint references app.people deferrable initially deferred, during int4range,
  exclude using gist (during with &&)); insert into app.ref values (1, '[1,3)');
create view app.shown with (security_barrier) as select id, name from app.people with check option;
create materialized view app.sums as select count(*) as n from app.events; create materialized view app.later as select 1 as n with no data;
create rule quiet as on insert to "Sch ema".parent where new.a is null do instead nothing;
create function app.touch() returns trigger language plpgsql as $$ begin return new; end $$;
create trigger touched before update of name on app.people for each row when (old.name is distinct from new.name) execute function app.touch();
create trigger asleep after insert on app.events for each row execute function app.touch(); alter table app.people disable trigger touched;
grant select (id, name), update (name) on app.people to app_rw; grant usage on schema app to app_rw, "Größe Team";
grant execute on function app.twice to "odd ""name" with grant option; revoke execute on function app.twice from public;
alter default privileges in schema app grant select on tables to app_rw; alter default privileges revoke execute on functions from public;
create publication news for table app.people (id, name), app.events with (publish = 'insert', publish_via_partition_root);
select lo_from_bytea(4711, 'large');
grant select on large object 4711 to app_rw; comment on large object 4711 is 'the large one';
comment on column app.people.name is E'back\\\\slash\\nand line'; comment on constraint "ch eck" on app.people is 'c';
reset role;
grant create on database objects to owners;
create extension postgres_fdw; create server far foreign data wrapper postgres_fdw options (host 'far.example', dbname 'd');
create user mapping for app_rw server far options (user 'u', password 'p');
create foreign table app.away (n int options (column_name 'm')) server far options (schema_name 's'); grant usage on foreign server far to app_rw;
create function public.guard() returns event_trigger language plpgsql as $$ begin null; end $$;
create event trigger guarded on ddl_command_end when tag in ('DROP TABLE') execute function public.guard(); alter event trigger guarded enable always;
create publication everything for all tables;
create text search configuration app.simple_de (copy = pg_catalog.german); alter text search configuration app.simple_de drop mapping for hword;
create operator app.=== (leftarg = int, rightarg = int, function = int4eq, commutator = operator(app.===));
create cast (app.pair as text) with inout as assignment;
revoke all on schema public from public; revoke execute on function pg_catalog.pg_sleep(double precision) from public;`;

export const DATABASES: readonly Made[] = [
  {
    database: 'acme',
    create: '',
    inside: "create table of_the_entrypoint (n int); comment on database acme is 'the first'",
  },
  { database: 'postgres', create: '', inside: 'create table in_postgres as select 1 as n' },
  { database: 'empty', create: 'create database empty', inside: '' },
  {
    database: 'shop',
    create: `create database shop owner owners template template0 encoding 'UTF8' lc_collate 'de_DE.UTF-8' lc_ctype 'de_DE.UTF-8'
      locale_provider icu icu_locale 'de-u-co-phonebk' connection limit 7`,
    inside: "create table words as select unnest(array['zebra', 'Äpfel', 'apfel']) as word",
    finish: `comment on database shop is 'it''s the "shop" \\ \${x} :y'; revoke all on database shop from public; grant connect, temp on database shop to app_rw;
      alter database shop set search_path to shop, "$user", "Odd ""x"", y"; alter database shop set statement_timeout to '300ms';
      alter database shop set default_transaction_read_only to on; alter database shop set "acme.key" to 'a''b\\c';
      alter database shop set temp_tablespaces to ''; alter database shop set datestyle to 'SQL, DMY'; alter database shop set timezone to 'Europe/Berlin';
      alter database shop set default_transaction_isolation to 'serializable'; alter database shop set session_preload_libraries to 'auto_explain';
      alter role app_rw in database shop set role to owners; alter role "odd ""name" in database shop set work_mem to '9MB'`,
  },
  {
    database: 'latin',
    create: "create database latin template template0 encoding 'LATIN1' lc_collate 'de_DE' lc_ctype 'de_DE'",
    inside: `create schema "Größen"; create table "Größen"."Länge" ("Maß" text default 'ß'); insert into "Größen"."Länge" values ('ä'), ('ö');
      comment on table "Größen"."Länge" is 'für alle'`,
    finish: "comment on database latin is 'für alle'; alter database latin set \"acme.name\" to 'Größe'",
  },
  {
    database: 'ascii',
    create: "create database ascii template template0 encoding 'SQL_ASCII' lc_collate 'C' lc_ctype 'C'",
    inside: `create table "Länge" (t text); insert into "Länge" values ('ä'), (convert_from('\\xff'::bytea, 'SQL_ASCII'));
      do $$ begin execute convert_from('\\x637265617465207461626c6520636166e920286e20696e7429'::bytea, 'SQL_ASCII'); end $$;
      do $$ begin execute convert_from('\\x696e7365727420696e746f20636166e92076616c756573202831292c20283229'::bytea, 'SQL_ASCII'); end $$`,
  },
  {
    database: 'Odd "n\'ame" \\ Größe',
    create: `create database "Odd ""n'ame"" \\ Größe" owner "Größe Team"`,
    inside: `create table "T ""a"" \\ 'b' $1 %I" ("c ol" int); insert into "T ""a"" \\ 'b' $1 %I" values (1);
      create table "line
break" (n int); create table "ünïcödé_with_exactly_sixty_three_bytes_of_a_name_1234567890" (n int); create schema "Pg_x"; create table "Pg_x"."UPPER" (n int)`,
  },
  {
    database: 'mixed',
    create: "create database mixed template template0 encoding 'UTF8' lc_collate 'sv_SE.UTF-8' lc_ctype 'en_US.UTF-8'",
    inside: "create table w as select 'ö'::text as w",
  },
  {
    database: 'spread',
    create: 'create database spread tablespace fast',
    inside:
      'create table here (n int primary key); create table there (n int) tablespace slow; create index there_n on there (n) tablespace pg_default; insert into there values (1)',
    finish: 'alter database spread set default_tablespace to slow',
  },
  { database: 'objects', create: 'create database objects owner owners', inside: objects },
  {
    database: 'extended',
    create: 'create database extended owner app_rw',
    inside: `create schema ext authorization app_rw; create extension hstore schema ext; create extension pg_trgm;
      set role app_rw; create extension pgcrypto; reset role;
      create extension kit version '1.0'; insert into kit_settings values (2), (3); insert into kit_runs values (1), (2);
      create table own (h ext.hstore); insert into own values ('a=>1')`,
  },
  {
    database: 'bare',
    create: 'create database bare',
    inside:
      "drop schema public; drop extension plpgsql; create schema only_one; create table only_one.t (n int); comment on schema only_one is 'x'",
  },
  {
    database: 'granted',
    create: 'create database granted owner owners',
    inside: 'create table t (n int)',
    finish: `revoke all on database granted from public; grant connect on database granted to auditor with grant option;
      set role auditor; grant connect on database granted to app_rw; reset role; grant create, temp on database granted to "odd ""name"`,
  },
  {
    database: 'fed',
    create: 'create database fed',
    inside: `create table t (n int); select pg_create_logical_replication_slot('cdc', 'pgoutput');
      create publication p for table t; create subscription feed connection 'dbname=nowhere' publication p with (connect = false)`,
  },
  {
    database: 'pattern',
    create: 'create database pattern',
    inside: 'create table seed (n int)',
    finish: 'alter database pattern with is_template true',
  },
  {
    database: 'ruled',
    since: 16,
    create:
      "create database ruled template template0 encoding 'UTF8' lc_collate 'C' lc_ctype 'C' locale_provider icu icu_locale 'en' icu_rules '&a < g'",
    inside: "create table w as select unnest(array['b', 'g', 'a']) as w",
  },
  {
    database: 'builtin',
    since: 17,
    create:
      "create database builtin template template0 encoding 'UTF8' locale_provider builtin builtin_locale 'C.UTF-8' lc_collate 'C' lc_ctype 'C'",
    inside: "create table w as select 'x'::text as w",
  },
  {
    database: 'watched',
    own: 'truncate logins',
    since: 17,
    create: 'create database watched',
    inside: `create table logins (at timestamptz); create function seen() returns event_trigger language plpgsql as $$ begin insert into public.logins values (now()); end $$;
      create event trigger seen on login execute function seen(); alter event trigger seen enable always`,
  },
  {
    database: 'virtual',
    since: 18,
    create: 'create database virtual',
    inside:
      'create table v (a int, b int generated always as (a * 2) virtual, constraint nn not null a no inherit); insert into v values (2)',
  },
];

/** The extension `kit`, as its author wrote it: two tables of its own, one of them with rows that are the user's. */
export const KIT = {
  'kit.control': "default_version = '1.1'\n",
  'kit--1.0.sql': `create table kit_runs (n int); create table kit_settings (n int);
select pg_catalog.pg_extension_config_dump('kit_settings', 'where n > 1');
insert into kit_settings values (1);\n`,
  'kit--1.0--1.1.sql': 'select 1;\n',
} as const;
