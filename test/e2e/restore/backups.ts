/** Backups as they lie on a host, made by the database's own tools: what a restore reads. */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { basename } from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createZstdCompress } from 'node:zlib';
import { Encrypter } from 'age-encryption';
import { engineEndpoint } from '../../lab/engine';
import type { LabHost } from '../../lab/host';

export interface MadeBackup {
  readonly id: string;
  readonly folder: string;
  readonly manifest: MadeManifest;
}

export interface BackupOptions {
  readonly id?: string;
  readonly databases?: readonly string[];
  /** Changes the manifest before it is written. */
  readonly edit?: (manifest: MadeManifest) => void;
}

export interface MadeManifest {
  release: string | null;
  schema: string | null;
  databases: {
    file: string;
    sha256: string;
    bytes: number;
    major: number;
    databaseBytes: number;
    extensions: string[];
    roles: string[];
    tables: { schema: string; table: string; rows: number }[] | null;
  }[];
  globals: { file: string; sha256: string; bytes: number }[];
}

const DATABASE = '$(docker ps -q --filter label=com.docker.compose.service=db)';

/** SQL by the superuser of the sample's server; rows as `a|b`, one a line. */
export async function sql(host: LabHost, statements: string, database = 'acme'): Promise<string[]> {
  const name = `dbname='${database.replace(/[\\']/g, '\\$&')}'`.replaceAll("'", "'\\''");
  const text = await host.root(`docker exec -i ${DATABASE} psql -XqAt -v ON_ERROR_STOP=1 -U acme -d '${name}'`, {
    input: statements,
  });
  return text.trimEnd() === '' ? [] : text.trimEnd().split('\n');
}

export async function makeBackup(host: LabHost, options: BackupOptions = {}): Promise<MadeBackup> {
  const { id = '20260101T000000Z', databases = ['acme'], edit = () => {} } = options;
  const folder = `/opt/backups/acme/${id}`;
  await host.root('mkdir -p /opt/backups && chown deploy: /opt/backups');
  const release = JSON.parse(
    (await host.root('cat /srv/stack/.runbook/releases/$(cat /srv/stack/.runbook/current)/release.json')) || '{}',
  ) as { id: string; schema: string | null };
  const manifest = {
    stack: 'acme',
    id,
    createdAt: id.replace(/(....)(..)(..)T(..)(..)(..)Z/, '$1-$2-$3T$4:$5:$6Z'),
    release: release.id,
    schema: release.schema,
    databases: [] as Record<string, unknown>[],
    globals: [] as Record<string, unknown>[],
  };
  for (const database of databases) {
    const dump = `docker exec ${DATABASE} pg_dump -U acme -Fc -Z0 -d "dbname='${database}'"`;
    const part = await pack(host, dump, `${folder}/db-db-${database.replaceAll(' ', '-')}.dump.zst`);
    const tables = await sql(host, COUNTS, database);
    const [facts = '{}'] = await sql(host, FACTS, database);
    manifest.databases.push({
      ...part,
      ...(JSON.parse(facts) as object),
      service: 'db',
      database,
      user: 'acme',
      tables: tables.map((line) => JSON.parse(line) as object),
    });
  }
  const globals = `docker exec ${DATABASE} pg_dumpall -U acme --globals-only`;
  manifest.globals.push({ ...(await pack(host, globals, `${folder}/globals-db.sql.zst`)), service: 'db' });
  edit(manifest as unknown as MadeManifest);
  await host.put(`${folder}/manifest.json`, JSON.stringify(manifest, null, 2), 0o600);
  return { id, folder, manifest: manifest as unknown as MadeManifest };
}

/** Encrypts the archives of a backup in place, as `age` does. */
export async function encryptBackup(host: LabHost, { folder, manifest }: MadeBackup, recipient: string): Promise<void> {
  for (const part of [...manifest.databases, ...manifest.globals]) {
    const content = Buffer.from(await host.root(`base64 ${folder}/${part.file}`), 'base64');
    const encrypter = new Encrypter();
    encrypter.addRecipient(recipient);
    const encrypted = Buffer.from(await encrypter.encrypt(content));
    await host.root(`rm ${folder}/${part.file}`);
    part.file += '.age';
    Object.assign(part, { bytes: encrypted.length, sha256: createHash('sha256').update(encrypted).digest('hex') });
    await host.put(`${folder}/${part.file}`, encrypted, 0o600);
  }
  await host.put(`${folder}/manifest.json`, JSON.stringify(manifest), 0o600);
}

/** What a command of the host writes, packed into a file there. Flat in memory at any size. */
async function pack(host: LabHost, command: string, path: string) {
  await host.put(path, '', 0o600);
  const from = start(host, command);
  const to = start(host, `cat >${path}`);
  const hash = createHash('sha256');
  let bytes = 0;
  const count = new Transform({
    transform(chunk: Buffer, _encoding, next) {
      hash.update(chunk);
      bytes += chunk.length;
      next(null, chunk);
    },
  });
  const codes = Promise.all([from, to].map(async (child) => (await once(child, 'close'))[0] as number));
  await pipeline(from.stdout, createZstdCompress(), count, to.stdin);
  expectNone((await codes).filter((code) => code !== 0));
  return { file: basename(path), bytes, sha256: hash.digest('hex') };
}

function start(host: LabHost, script: string) {
  const endpoint = engineEndpoint();
  const env = { ...process.env, ...(endpoint === '' ? {} : { DOCKER_HOST: endpoint }) };
  return spawn('docker', ['exec', '-i', host.container, 'sh', '-c', script], {
    env,
    stdio: ['pipe', 'pipe', 'inherit'],
  });
}

function expectNone(codes: readonly number[]): void {
  if (codes.length > 0) throw new Error(`a backup could not be made: exit ${codes.join(', ')}`);
}

const COUNTS = `select format('select json_build_object(''schema'', %L, ''table'', %L, ''rows'', count(*)) from only %I.%I',
  n.nspname, c.relname, n.nspname, c.relname)
from pg_class c join pg_namespace n on n.oid = c.relnamespace
where c.relkind = 'r' and n.nspname <> 'information_schema' and n.nspname !~ '^pg_' order by 1
\\gexec
`;

const FACTS = `select json_build_object('major', current_setting('server_version_num')::int / 10000,
  'databaseBytes', pg_database_size(current_database()),
  'extensions', (select coalesce(json_agg(extname), '[]') from pg_extension),
  'roles', (select coalesce(json_agg(distinct r.rolname), '[]') from pg_roles r join pg_class c on c.relowner = r.oid));`;
