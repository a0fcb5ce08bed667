/** What a backup copies, where it goes and how long it stays. */
import { z } from 'zod';
import { keys, type Read } from './keys';
import { keep } from './retention';
import { s3 } from './s3';
import { duration, serviceName, volumeName } from './values';

const database = keys({
  service: serviceName.describe('The Compose service of the server.'),
  user: z.string().describe('A superuser of the server.'),
  database: z.string().describe('Name of the database.'),
});

const qdrant = keys({
  service: serviceName.default('qdrant').describe('The Compose service of the server.'),
  port: z.int().min(1).max(65535).default(6333).describe('Port of the HTTP API, in the container.'),
  'api-key-variable': z
    .string()
    .regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'is not a name of a variable')
    .default('QDRANT__SERVICE__API_KEY')
    .describe("Variable of the container's environment with the API key; if it is not set, no key is sent."),
});

export const backup = keys({
  directory: z
    .string()
    .default('/opt/backups')
    .describe('Folder for backups on the host; each lies in `<directory>/<stack>/<id>/`.'),
  databases: z
    .array(database)
    .default([{ service: 'db', user: 'postgres', database: 'app' }])
    .describe('PostgreSQL databases.'),
  format: z
    .enum(['custom', 'sql'])
    .default('custom')
    .describe(
      "`custom`: pg_dump's own format, compressed by zstd; `sql`: plain SQL, compressed by gzip, for people to read.",
    ),
  'blocked-timeout': duration
    .nullable()
    .default(600)
    .describe(
      'How long the dump of a database may wait for a lock of another session. After that the database is left out and the run fails. `null`: no limit.',
    ),
  volumes: z
    .array(volumeName)
    .transform((names) => [...new Set(names)])
    .default([])
    .describe('Volumes by their names in the Compose file, and folders of the host by their absolute paths.'),
  qdrant: z.array(qdrant).default([]).describe('Qdrant servers; all collections are copied.'),
  ignore: z
    .array(z.string().min(1))
    .default([])
    .describe('Databases, volumes and folders that need no backup, by their names in the summary.'),
  redpanda: z
    .array(serviceName)
    .transform((names) => [...new Set(names)])
    .default([])
    .describe('Services of Redpanda brokers whose state is recorded with the backup; their messages are not copied.'),
  to: z
    .array(z.enum(['host', 's3', 'file']))
    .optional()
    .describe(
      'Where each backup goes: `host`, to `directory`; `s3`, to the bucket; `file`, to a folder on the runner, for an artifact. Default: `host`, and also `s3` if a bucket is given.',
    ),
  recipients: z
    .array(z.string().startsWith('age1'))
    .default([])
    .describe('Public keys of age; every copy that leaves the host is encrypted for them.'),
  s3: s3.optional(),
  keep,
})
  .transform(({ s3 = null, to = s3 === null ? ['host'] : ['host', 's3'], ...rest }) => ({ ...rest, s3, to }))
  .prefault({})
  .describe('What a backup copies, where it goes and how long it stays.');

export type BackupSettings = Read<typeof backup>;
export type QdrantSettings = BackupSettings['qdrant'][number];
export type DumpFormat = BackupSettings['format'];
export type BackupPlace = BackupSettings['to'][number];
