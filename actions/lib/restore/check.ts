/**
 * Refuses a restore that cannot succeed, before anything is changed; compares the result with the backup afterwards.
 */

import type { DatabasePart, Manifest, Part, VolumePart } from '../backup/manifest';
import { mib } from '../bytes';
import type { Runbook } from '../config/runbook';
import { UserError } from '../errors';
import type { ServerFacts } from '../postgres/facts';
import type { TableCount } from '../postgres/facts-sql';
import { besideId } from '../postgres/names';
import { localeOf } from '../postgres/properties';
import { compareSchema } from '../stack/migrations';
import type { State } from '../stack/model';
import type { VolumeFacts } from '../volumes/facts';
import { isEncrypted } from './feed';

/** Factor of the size that the database had: building indexes needs more room, and so does the write-ahead log. */
const ROOM = 1.2;
const LEAST_ROOM = 64 * 2 ** 20;

/** The place that parts of a backup are restored to, and the inputs that decide about conflicts. */
export interface Meeting {
  readonly manifest: Manifest;
  readonly servers: ReadonlyMap<string, ServerFacts>;
  readonly volumeFacts: ReadonlyMap<string, VolumeFacts>;
  readonly state: Pick<State, 'current' | 'migrations'>;
  readonly runbook: Runbook;
  /** Whether missing roles are made from the backup. */
  readonly roles: boolean;
  /** Whether a newer major version of the server is accepted. */
  readonly newerServer: boolean;
  /** Whether the server may have a live database of the same name. */
  readonly beside: boolean;
  /** See the inputs of the action. */
  readonly locale: 'ask' | 'backup' | 'live';
  readonly tablespaces: 'keep' | 'default';
  /** Identity of age for encrypted parts. */
  readonly identity: string | null;
}

/**
 * @throws {UserError} RB-DATABASE-VERSION, RB-EXTENSION-MISSING, RB-EXTENSION-BOUND, RB-ROLE-MISSING,
 * RB-LOCALE-DIFFERS, RB-TABLESPACE-MISSING, RB-DISK-SHORT, RB-SCHEMA-NEWER
 */
export function checkDatabases(parts: readonly DatabasePart[], meeting: Meeting): void {
  const { servers } = meeting;
  for (const part of parts) {
    const server = servers.get(part.service);
    if (server === undefined) throw new Error(`no facts of ${part.service}`);
    checkVersion(part, server, meeting.newerServer);
    checkExtensions(part, server);
    if (!meeting.roles) checkRoles(part, server);
    if (meeting.beside) checkBound(part);
    if (meeting.locale === 'ask') checkLocale(part, server);
    if (meeting.tablespaces === 'keep') checkTablespaces(part, server);
  }
  for (const [service, server] of servers) {
    checkDisk(
      service,
      parts.filter((part) => part.service === service),
      server,
    );
  }
  if (parts.length > 0) checkSchema(meeting);
}

/** @throws {UserError} RB-IDENTITY */
export function checkIdentity(
  parts: readonly Part[],
  { manifest, identity }: Pick<Meeting, 'manifest' | 'identity'>,
): void {
  if (identity !== null || !parts.some(isEncrypted)) return;
  throw new UserError('RB-IDENTITY', {
    what: `the backup ${manifest.id} is encrypted, and no identity was given`,
    remedy: 'set the input identity to the line AGE-SECRET-KEY-… that belongs to a recipient of the backup',
  });
}

function checkVersion({ service, database, major }: DatabasePart, server: ServerFacts, newer: boolean): void {
  if (major === server.major || (newer && major < server.major)) return;
  throw new UserError('RB-DATABASE-VERSION', {
    what: `${database} was backed up from PostgreSQL ${major}, and ${service} is PostgreSQL ${server.major}`,
    why: 'an archive is only guaranteed to fit its own major version',
    remedy:
      major < server.major
        ? 'deploy the database image of that version, or accept the newer server with newer-server: true'
        : 'deploy the database image of that version',
  });
}

function checkExtensions({ service, database, extensions }: DatabasePart, server: ServerFacts): void {
  const missing = extensions.filter((name) => !server.extensions.has(name));
  if (missing.length === 0) return;
  throw new UserError('RB-EXTENSION-MISSING', {
    what: `${database} needs ${missing.join(', ')}, which ${service} does not have`,
    why: 'the database image has no such extension',
    remedy: 'deploy a database image that has it, and restore then',
  });
}

function checkRoles({ service, database, roles }: DatabasePart, server: ServerFacts): void {
  const missing = roles.filter((name) => !server.roles.has(name));
  if (missing.length === 0) return;
  throw new UserError('RB-ROLE-MISSING', {
    what: `${database} belongs to or grants to ${missing.join(', ')}, which ${service} does not have`,
    why: 'roles belong to the server and are in no archive of a database',
    remedy: 'create them, or restore with roles: true, which creates missing roles as in the backup',
  });
}

/** Extensions that can exist only in the database that the server's configuration names. Source: pg_cron's README. */
const BOUND: ReadonlySet<string> = new Set(['pg_cron']);

/**
 * Extensions whose archives load only between two calls of the extension's functions, in a database that has the
 * extension in the backup's version.
 * Source: TimescaleDB's documentation on logical backups with pg_dump and pg_restore.
 */
const BETWEEN: ReadonlyMap<string, readonly [before: string, after: string]> = new Map([
  ['timescaledb', ['timescaledb_pre_restore()', 'timescaledb_post_restore()']],
]);

/** Sentences on databases that cannot be restored beside the live data. */
export function sayBound(parts: readonly Pick<DatabasePart, 'database' | 'extensions'>[]): string[] {
  const between = parts.flatMap(({ database, extensions }) =>
    extensions.flatMap((name) => {
      const calls = BETWEEN.get(name);
      return calls === undefined
        ? []
        : `${database} has ${name}, whose archive loads only between ${calls.join(' and ')}: the action restore refuses this backup of it (RB-EXTENSION-BOUND); it can be restored by hand, see the page BY-HAND.md of that action.`;
    }),
  );
  const alone = parts.flatMap(({ database, extensions }) => {
    const bound = extensions.filter((name) => BOUND.has(name));
    return bound.length === 0
      ? []
      : `${database} has ${bound.join(', ')}, which a server allows only in this database: the action restore refuses this backup of it (RB-EXTENSION-BOUND); it can be restored by hand, see the page BY-HAND.md of that action.`;
  });
  return [...alone, ...between];
}

function checkBound({ database, extensions }: DatabasePart): void {
  for (const name of extensions) {
    const [before, after] = BETWEEN.get(name) ?? [];
    if (before === undefined) continue;
    throw new UserError('RB-EXTENSION-BOUND', {
      what: `${database} has ${name}, whose archive loads only between ${before} and ${after}`,
      why: 'a restore does not make such calls, and without them the loaded data would differ from the backup',
      remedy: `by hand, with the writers stopped: create extension ${name} in a new database, select ${before}, load the archive of the backup with pg_restore, and select ${after} (BY-HAND.md of this action)`,
    });
  }
  const bound = extensions.filter((name) => BOUND.has(name));
  if (bound.length === 0) return;
  throw new UserError('RB-EXTENSION-BOUND', {
    what: `${database} has ${bound.join(', ')}, which the server allows only in the database ${database}`,
    why: 'a restore fills a database of another name first, and its jobs would run in both',
    remedy: `by hand, with the writers stopped: drop extension ${bound.join(', ')} in a copy, or rename the live database away, create ${database}, and load the archive of the backup with pg_restore (BY-HAND.md of this action)`,
  });
}

function checkLocale({ service, database, properties }: DatabasePart, server: ServerFacts): void {
  const live = server.properties.get(database);
  if (properties === null || live === undefined || localeOf(properties) === localeOf(live)) return;
  throw new UserError('RB-LOCALE-DIFFERS', {
    what: `${database} of ${service} has ${localeOf(live)}, and in the backup it has ${localeOf(properties)}`,
    why: 'the comparison and order of texts, and which bytes are valid text, depend on it',
    remedy: 'restore with locale: backup (that of the backup) or locale: live (that of the live database)',
  });
}

function checkTablespaces({ service, database, properties, tablespaces }: DatabasePart, server: ServerFacts): void {
  const needed = [...new Set([...(properties === null ? [] : [properties.tablespace]), ...tablespaces])];
  const missing = needed.filter((name) => !server.tablespaces.has(name));
  if (missing.length === 0) return;
  throw new UserError('RB-TABLESPACE-MISSING', {
    what: `${database} has tables in the tablespace ${missing.join(', ')}, which ${service} does not have`,
    why: 'a tablespace is a directory of the server, which no backup contains',
    remedy: 'create it on the server, or restore with tablespaces: default, which puts everything into the default one',
  });
}

function checkDisk(service: string, parts: readonly DatabasePart[], { diskFree, databases }: ServerFacts): void {
  const needed = parts.reduce((sum, { databaseBytes }) => sum + databaseBytes * ROOM, LEAST_ROOM);
  if (diskFree === null || diskFree >= needed) return;
  throw new UserError('RB-DISK-SHORT', {
    what: `about ${mib(needed)} MiB are needed beside the live database of ${service}, ${mib(diskFree)} MiB are free`,
    why: 'a restore fills a second database before it swaps',
    remedy: `free space (${keptOf(parts, databases)}) and run it again`,
  });
}

function keptOf(parts: readonly DatabasePart[], databases: ServerFacts['databases']): string {
  const kept = [...databases].filter(([name]) =>
    parts.some(
      ({ database }) => besideId(name, database, 'before') !== null || besideId(name, database, 'undone') !== null,
    ),
  );
  if (kept.length === 0) return 'no former database is kept there';
  return `former databases may be dropped: ${kept.map(sized).join('; ')}`;
}

function keptIn(folders: ReadonlyMap<string, number> = new Map()): string {
  if (folders.size === 0) return 'no former content is kept in it';
  return `former content in it may be removed: ${[...folders].map(sized).join('; ')}`;
}

function sized([name, bytes]: readonly [string, number]): string {
  return `${name}, ${mib(bytes)} MiB`;
}

/** For a while the restored content is beside the live content, and needs room. @throws {UserError} RB-DISK-SHORT */
export function checkVolumes(volumes: readonly VolumePart[], { volumeFacts }: Pick<Meeting, 'volumeFacts'>): void {
  for (const { name, bytes, volumeBytes } of volumes) {
    const free = volumeFacts.get(name)?.free ?? null;
    const needed = Math.max(bytes, volumeBytes ?? 0) + LEAST_ROOM;
    if (free === null || free >= needed) continue;
    throw new UserError('RB-DISK-SHORT', {
      what: `about ${mib(needed)} MiB are needed beside the content of ${name}, ${mib(free)} MiB are free`,
      why: 'a restore fills a folder in the volume before it swaps',
      remedy: `free space (${keptIn(volumeFacts.get(name)?.besideBytes)}) and run it again`,
    });
  }
}

function checkSchema({ manifest, state, runbook }: Meeting): void {
  if (compareSchema(manifest.schema, state, runbook) !== 'newer') return;
  const made = manifest.migrated ?? manifest.release;
  throw new UserError('RB-SCHEMA-NEWER', {
    what: `the backup ${manifest.id} has the schema of release ${made}, which release ${state.current?.id} does not know`,
    why: state.migrations.some(({ schema }) => schema === manifest.schema)
      ? 'its migration ran after that of the running release'
      : 'that migration never ran on this host',
    remedy: `deploy the version of release ${made} first, and restore then`,
  });
}

/**
 * Compares the numbers of rows. Of an extension's own tables only the rows that an archive holds are compared.
 *
 * @param accepted tables that may differ, as `schema.table`
 * @returns the differences that were accepted
 * @throws {UserError} RB-RESTORE-DIFFERS
 */
export function compareRows(
  { database, tables }: DatabasePart,
  counted: readonly TableCount[],
  accepted: readonly string[],
): readonly string[] {
  if (tables === null) return [];
  const found = new Map(counted.map(({ schema, table, rows }) => [`${schema}.${table}`, rows]));
  const wanted = new Map(tables.map(({ schema, table, rows }) => [`${schema}.${table}`, rows]));
  const names = [...new Set([...wanted.keys(), ...found.keys()])].filter(
    (name) => found.get(name) !== null && wanted.get(name) !== null && wanted.get(name) !== found.get(name),
  );
  const said = (name: string): string =>
    `${name}: ${found.get(name) ?? 'absent'} instead of ${wanted.get(name) ?? 'absent'}`;
  const differing = names.filter((name) => !accepted.includes(name));
  if (differing.length === 0) return names.map(said);
  throw new UserError('RB-RESTORE-DIFFERS', {
    what: `the rows of ${database} as restored differ from the counts of the backup: ${differing.slice(0, 5).map(said).join('; ')}`,
    why: `${differing.length} of ${wanted.size} tables differ; the live database was not touched`,
    remedy: `restore another backup (\`list: true\` shows the backups); or, if this is the only one and the difference is acceptable, accept-differences: ${[...accepted, ...differing].join(', ')}`,
  });
}

/** @throws {UserError} RB-RESTORE-DIFFERS */
export function compareVolume({ name, entries }: VolumePart, found: number): void {
  if (found === entries) return;
  throw new UserError('RB-RESTORE-DIFFERS', {
    what: `${name} as restored has ${found} files, folders and links instead of ${entries}`,
    why: 'the archive differs from the manifest; the live content was not touched',
    remedy: 'restore another backup; `list: true` shows the backups',
  });
}
