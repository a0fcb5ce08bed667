/**
 * What a database has that its archive lacks or that a restore leaves out: versions and owners of extensions, slots,
 * subscriptions, dropped parts of `template0`, rows of extensions' own tables, security labels of the database, and
 * settings of the server for all databases. Pure.
 */
import { z } from 'zod';
import { groupBy } from '../group';
import { ident, literal } from './names';

/** Parts of a new database that come from `template0`, and that no archive removes. */
const FROM_TEMPLATE = ['schema public', 'extension plpgsql'] as const;

export const beyondSchema = z.object({
  extensions: z.array(z.object({ name: z.string(), version: z.string(), owner: z.string() })),
  /** Logical replication slots. */
  slots: z.array(z.object({ name: z.string(), plugin: z.string() })),
  subscriptions: z.array(
    z.object({ name: z.string(), slot: z.string().nullable(), publications: z.array(z.string()) }),
  ),
  /** Parts that a new database has, and this one does not. */
  lacks: z.array(z.enum(FROM_TEMPLATE)),
  /** Tables of extensions that have rows and that no archive gets rows of: the extension did not ask for that. */
  own: z.array(z.object({ extension: z.string(), table: z.string() })).default([]),
  /** Security labels of the database itself. */
  labels: z.array(z.object({ provider: z.string(), label: z.string() })).default([]),
  /** `name=value`: settings for every session on the server, by `ALTER ROLE ALL`. */
  everyone: z.array(z.string()),
  /** Names of the settings that `ALTER SYSTEM` made on the server. Their values may be secret, so they are not kept. */
  system: z.array(z.string()),
});

export type Beyond = Readonly<z.infer<typeof beyondSchema>>;

/** SQL expressions for the last two keys, which belong to a server. */
export const SERVER_SETTINGS = `'everyone', (select coalesce(json_agg(c order by c), '[]')
    from pg_db_role_setting s cross join unnest(s.setconfig) as c where s.setrole = 0 and s.setdatabase = 0),
  'system', (select coalesce(json_agg(name order by name), '[]') from pg_settings where sourcefile like '%postgresql.auto.conf')`;

/** An SQL expression that gives all of it as a JSON object; to be asked in the database itself. */
export const BEYOND = `json_build_object(
  'extensions', (select coalesce(json_agg(json_build_object('name', extname, 'version', extversion, 'owner', pg_get_userbyid(extowner))
    order by extname), '[]') from pg_extension),
  'slots', (select coalesce(json_agg(json_build_object('name', slot_name, 'plugin', plugin) order by slot_name), '[]')
    from pg_replication_slots where database = current_database() and not temporary),
  'subscriptions', (select coalesce(json_agg(json_build_object('name', s.subname, 'slot', s.subslotname, 'publications', s.subpublications)
    order by s.subname), '[]') from pg_subscription s join pg_database d on d.oid = s.subdbid where d.datname = current_database()),
  'lacks', (select coalesce(json_agg(name), '[]') from (values
    ('schema public', exists (select from pg_namespace where nspname = 'public')),
    ('extension plpgsql', exists (select from pg_extension where extname = 'plpgsql'))) as t (name, there) where not there),
  'own', (select coalesce(json_agg(json_build_object('extension', e.extname, 'table', format('%I.%I', n.nspname, c.relname))
    order by n.nspname, c.relname), '[]')
    from pg_depend d join pg_extension e on e.oid = d.refobjid join pg_class c on c.oid = d.objid join pg_namespace n on n.oid = c.relnamespace
    where d.classid = 'pg_class'::regclass and d.refclassid = 'pg_extension'::regclass and d.deptype = 'e'
      and c.relkind = 'r' and pg_relation_size(c.oid) > 0 and c.oid <> all(coalesce(e.extconfig, '{}'))),
  'labels', (select coalesce(json_agg(json_build_object('provider', l.provider, 'label', l.label) order by l.provider), '[]')
    from pg_shseclabel l join pg_database d on d.oid = l.objoid
    where l.classoid = 'pg_database'::regclass and d.datname = current_database()),
  ${SERVER_SETTINGS})`;

/** The same facts of the server that a backup is restored to. */
export interface ServerBeyond {
  /** Extension → the version that the server installs by default; archives name no version. */
  readonly versions: ReadonlyMap<string, string>;
  readonly everyone: readonly string[];
  readonly system: readonly string[];
  readonly slots: readonly { readonly database: string; readonly name: string }[];
  readonly subscriptions: readonly { readonly database: string; readonly name: string }[];
}

/** Statements that drop what the database does not have; for the new database, before it is filled. */
export function lacksSql({ lacks }: Pick<Beyond, 'lacks'>): string {
  return lacks.map((one) => `drop ${one};\n`).join('');
}

/**
 * Sentences on what a database lacks, or has otherwise, after a restore.
 *
 * @param user role that loads the archive
 */
export function beyondRemarks(database: string, user: string, backup: Beyond, server: ServerBeyond): string[] {
  const versions = backup.extensions.flatMap(({ name, version }) => {
    const given = server.versions.get(name);
    return given === undefined || given === version
      ? []
      : `The extension ${name} of ${database} has version ${given} after the restore, and ${version} in the backup: an archive names no version, and the server installs its default version.`;
  });
  const owners = backup.extensions
    .filter(({ name, owner }) => owner !== user && name !== 'plpgsql')
    .map(
      ({ name, owner }) =>
        `The extension ${name} of ${database} belongs to ${user} after the restore, and to ${owner} in the backup: an archive names no owner of extensions. Only ${user} can update or drop it then, not ${owner}.`,
    );
  const isThere = (all: ServerBeyond['slots'], name: string): boolean =>
    all.some((one) => one.database === database && one.name === name);
  // A subscription or slot of the live database goes aside with it, and another sentence tells of that.
  const subscriptions = backup.subscriptions
    .filter(({ name }) => !isThere(server.subscriptions, name))
    .map(
      ({ name, slot, publications }) =>
        `The subscription ${name} of ${database} is not restored, as two copies of it would read from one slot: the restored database gets nothing from its publisher. If you need it: create subscription ${ident(name)} with its connection, publication ${publications.map(ident).join(', ')}, and (create_slot = false, slot_name = ${literal(slot ?? name)}, copy_data = false), or with a fresh copy of the tables.`,
    );
  const slots = backup.slots
    .filter(({ name }) => !isThere(server.slots, name))
    .map(
      ({ name, plugin }) =>
        `The replication slot ${name} of ${database} is not restored: no backup can contain one. If you need its consumer, in ${database}: select pg_create_logical_replication_slot(${literal(name)}, ${literal(plugin)}); then let the consumer start again, from a copy of the tables.`,
    );
  const own = groupBy(backup.own, ({ extension }) => extension);
  const rows = [...own].map(
    ([extension, tables]) =>
      `Rows of ${listed(tables.map(({ table }) => table))} are not restored: these tables belong to the extension ${extension} of ${database}, which gives no archive their rows. After the restore they have the rows that create extension makes; a table that was added to the extension by hand is missing.`,
  );
  const labels = backup.labels.map(
    ({ provider, label }) =>
      `The security label of ${database} is not restored. If you need it: security label for ${ident(provider)} on database ${ident(database)} is ${literal(label)};`,
  );
  return [...versions, ...owners, ...subscriptions, ...slots, ...rows, ...labels];
}

function listed(names: readonly string[]): string {
  const shown = names.slice(0, 5).join(', ');
  return names.length > 5 ? `${shown} and ${names.length - 5} more` : shown;
}

/** Sentences on settings that the server of the backup had for all databases, and this server does not have. */
export function serverRemarks(service: string, backup: Beyond, server: ServerBeyond): string[] {
  const split = (one: string): [string, string] => [one.slice(0, one.indexOf('=')), one.slice(one.indexOf('=') + 1)];
  const here = new Map(server.everyone.map(split));
  return [
    ...backup.everyone
      .map(split)
      .flatMap(([name, value]) =>
        here.get(name) === value
          ? []
          : `On ${service} the setting for all roles ${name} is ${here.get(name) ?? 'unset'}, and ${value} in the backup (alter role all set …); it stays as it is.`,
      ),
    ...backup.system
      .filter((name) => !server.system.includes(name))
      .map(
        (name) =>
          `On ${service} the setting of the server ${name} was set by alter system on the server of the backup, but not here; it stays as it is.`,
      ),
  ];
}
