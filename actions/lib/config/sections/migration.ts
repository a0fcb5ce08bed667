/** The service that migrates the database's schema. */
import { z } from 'zod';
import { keys, type Read } from './keys';
import { duration, serviceName } from './values';

const database = keys({
  service: serviceName.describe('The Compose service of the server.'),
  user: z.string().min(1).describe('A user of the server who sees the sessions of all others.'),
  database: z.string().min(1).describe('Name of the database.'),
});

export const migration = keys({
  service: serviceName
    .nullable()
    .default('migrate')
    .describe('The Compose service that migrates the schema and then ends; `null` when there is none.'),
  timeout: duration.default(600).describe('How long it may run before it is ended.'),
  'blocked-timeout': duration
    .nullable()
    .default(60)
    .describe(
      'How long it may wait for a lock of another session of the database before it is ended; `null`: until its timeout.',
    ),
  grace: duration
    .default(30)
    .describe(
      'How long it may take to end after its stop signal (`stop_signal` of the Compose file), when it has to be ended.',
    ),
  databases: z
    .array(database)
    .nullable()
    .default(null)
    .describe('PostgreSQL databases that it migrates; `null`: those of `backup.databases`.'),
  'version-query': z
    .string()
    .min(1)
    .nullable()
    .default(null)
    .describe(
      'SQL that returns the version of the schema, one row or a few; `null`: the version is read from the tables of migration tools such as golang-migrate, Flyway, Liquibase, Alembic, Django, Prisma, Rails and Laravel.',
    ),
})
  .prefault({})
  .describe("The service that migrates the database's schema.");

export type MigrationDatabase = NonNullable<Read<typeof migration>['databases']>[number];
