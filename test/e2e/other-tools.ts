/** Tables of migration tools in a database, and what migrate says of them. */

export const OTHER_TOOLS = `create schema other;
  create table other.schema_migrations (version text); insert into other.schema_migrations values ('20250101'), ('20250202');
  create table other.flyway_schema_history (installed_rank int, version text, description text, script text, success boolean);
  insert into other.flyway_schema_history values (1, '1', 'a', 'V1__a.sql', true), (2, '2', 'b', 'V2__b.sql', false);
  create table other.alembic_version (version_num text); insert into other.alembic_version values ('ae1027a6acf');
  create table other._prisma_migrations (migration_name text, started_at timestamptz, finished_at timestamptz, rolled_back_at timestamptz);
  insert into other._prisma_migrations values ('1_init', now(), now(), null), ('2_more', now(), null, null);
  create table other.databasechangelog (id text, orderexecuted int); insert into other.databasechangelog values ('1-init', 1);
  create table other.databasechangeloglock (id int, locked boolean, lockgranted timestamp, lockedby text);
  insert into other.databasechangeloglock values (1, true, '2026-01-01 02:03:04', 'build-7');
  create table other.knex_migrations (id int, name text, migration_time timestamptz); insert into other.knex_migrations values (1, 'a.js', now());
  create table other.knex_migrations_lock (index int, is_locked int); insert into other.knex_migrations_lock values (1, 1);
  create table other.atlas_schema_revisions (version text, type bigint, applied bigint, total bigint, executed_at timestamptz);
  insert into other.atlas_schema_revisions values ('.atlas_cloud_identifier', 2, 0, 0, now()), ('20250101', 2, 3, 3, now()), ('20250202', 6, 1, 2, now()), ('20250303', 2, 1, 2, now());
  create table other.changes (change_id text, change text, project text, committed_at timestamptz);
  insert into other.changes values ('a', 'users', 'app', now()), ('b', 'orders', 'app', now() + '1 s');
  create table other.pgmigrations (id int, name text, run_on timestamp); insert into other.pgmigrations values (1, '1_a', now());
  create table other.__diesel_schema_migrations (version text, run_on timestamp); insert into other.__diesel_schema_migrations values ('9', now()), ('10', now());
  create table other.twice (id int); insert into other.twice values (1), (1)`;

export const OTHERS_SAY = [
  'at 20250202 (2 migrations) by other.schema_migrations.',
  'at 1 (1 migration) by other.flyway_schema_history.',
  'other.flyway_schema_history says failed: V2__b.sql.',
  'at ae1027a6acf by other.alembic_version.',
  'at 1_init (1 migration) by other._prisma_migrations.',
  'other._prisma_migrations says begun and not finished: 2_more.',
  'at 1-init (1 migration) by other.databasechangelog.',
  'other.databasechangelog says locked since 2026-01-01 02:03:04 by build-7. Liquibase waits for that lock',
  'other.knex_migrations says locked by knex_migrations_lock.',
  'at 20250202 (2 migrations) by other.atlas_schema_revisions.',
  'other.atlas_schema_revisions says partially applied: 20250303 (1 of 2 statements). Atlas goes on',
  'at app:orders (2 migrations) by other.changes.',
  'at 1_a (1 migration) by other.pgmigrations.',
  'at 10 (2 migrations) by other.__diesel_schema_migrations.',
  'the index other.once of twice is not valid, so that no query uses it',
];
