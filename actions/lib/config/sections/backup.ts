/** What a backup copies, where it goes and how long it stays. */
import { z } from 'zod';
import { keys, type Read } from './keys';
import { keep } from './retention';
import { s3 } from './s3';
import { duration, serviceName, volumeName } from './values';

const database = keys({
  service: serviceName.describe('The Compose service of the server.'),
  user: z.string().describe('A user of the server who may do everything there.'),
  database: z.string().describe('Name of the database.'),
});

const qdrant = keys({
  service: serviceName.default('qdrant').describe('The Compose service of the server.'),
  port: z.int().min(1).max(65535).default(6333).describe('Port of its HTTP API, in the container.'),
  'api-key-variable': z
    .string()
    .regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'is not a name of a variable')
    .default('QDRANT__SERVICE__API_KEY')
    .describe("Variable of the container's environment that holds the API key; where it is not set no key is sent."),
});

export const backup = keys({
  directory: z
    .string()
    .default('/opt/backups')
    .describe('Folder of the backups on the host; they lie in `<directory>/<stack>/<id>/`.'),
  databases: z
    .array(database)
    .default([{ service: 'db', user: 'postgres', database: 'app' }])
    .describe('PostgreSQL databases.'),
  format: z
    .enum(['custom', 'sql'])
    .default('custom')
    .describe("`custom`: pg_dump's own, packed by zstd; `sql`: plain SQL, packed by gzip, to be read by hand."),
  'blocked-timeout': duration
    .nullable()
    .default(600)
    .describe(
      'How long the dump of a database may wait for a lock that another session has, before the database is left out and the run is red; `null`: however long.',
    ),
  volumes: z
    .array(volumeName)
    .transform((names) => [...new Set(names)])
    .default([])
    .describe('Volumes as the Compose file names them, and folders of the host by their absolute paths.'),
  qdrant: z.array(qdrant).default([]).describe('Qdrant servers; all collections are copied.'),
  ignore: z
    .array(z.string().min(1))
    .default([])
    .describe('Databases, volumes and folders that no backup has to copy, by the names that the summary has for them.'),
  redpanda: z
    .array(serviceName)
    .transform((names) => [...new Set(names)])
    .default([])
    .describe('Services of Redpanda brokers whose state is recorded with the backup; their messages are not copied.'),
  to: z
    .array(z.enum(['host', 's3', 'file']))
    .optional()
    .describe(
      'Where each backup goes: `host`, to `directory`; `s3`, to the bucket; `file`, to a folder on the runner, for an artifact. Without it `host`, and `s3` where a bucket is given.',
    ),
  recipients: z
    .array(z.string().startsWith('age1'))
    .default([])
    .describe('Public keys of age; what leaves the host is encrypted to them.'),
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
