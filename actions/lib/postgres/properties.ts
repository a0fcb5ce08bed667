/**
 * Properties of a database that no archive of its content holds: encoding, locale, owner, tablespace, limit, comment,
 * grants and settings. Pure.
 */
import { z } from 'zod';
import { ident, literal } from './names';

export const propertiesSchema = z.object({
  owner: z.string(),
  encoding: z.string(),
  collate: z.string(),
  ctype: z.string(),
  /** `c`: libc, `i`: ICU, `b`: builtin. */
  provider: z.string(),
  /** Locale of ICU or of the builtin provider. */
  locale: z.string().nullable(),
  rules: z.string().nullable(),
  tablespace: z.string(),
  /** The most connections; -1: no limit. */
  limit: z.number(),
  comment: z.string().nullable(),
  /** `null`: the grants that PostgreSQL gives by default. `to`: a role; `null`: all roles. */
  grants: z
    .array(
      z.object({
        to: z.string().nullable(),
        right: z.string(),
        grantable: z.boolean(),
        /** The role that granted the right; `null`: the owner. */
        by: z.string().nullable().default(null),
      }),
    )
    .nullable(),
  /** `name=value` as in the catalogue. `role`: the setting is for this role only, in this database; `null`: for all. */
  settings: z.array(z.object({ role: z.string().nullable(), setting: z.string() })),
  /** Whether every role that may make databases may copy this one. */
  template: z.boolean().default(false),
});

export type DatabaseProperties = Readonly<z.infer<typeof propertiesSchema>>;

/**
 * An SQL expression that gives a JSON object for a row `d` of `pg_database`. Columns that not all versions have, or
 * that have another name in some, are read by way of JSON.
 */
export const PROPERTIES = `json_build_object(
  'owner', pg_get_userbyid(d.datdba), 'encoding', pg_encoding_to_char(d.encoding),
  'collate', d.datcollate, 'ctype', d.datctype, 'provider', coalesce(to_jsonb(d) ->> 'datlocprovider', 'c'),
  'locale', coalesce(to_jsonb(d) ->> 'datlocale', to_jsonb(d) ->> 'daticulocale'), 'rules', to_jsonb(d) ->> 'daticurules',
  'tablespace', (select t.spcname from pg_tablespace t where t.oid = d.dattablespace),
  'template', d.datistemplate, 'limit', d.datconnlimit, 'comment', shobj_description(d.oid, 'pg_database'),
  'grants', case when d.datacl is not null then (
    select coalesce(json_agg(json_build_object('to', r.rolname, 'right', a.privilege_type, 'grantable', a.is_grantable,
      'by', case when a.grantor <> d.datdba then pg_get_userbyid(a.grantor) end) order by r.rolname, a.privilege_type, a.grantor), '[]')
    from aclexplode(d.datacl) a left join pg_roles r on r.oid = a.grantee where a.grantee = 0 or r.rolname is not null) end,
  'settings', (
    select coalesce(json_agg(json_build_object('role', r.rolname, 'setting', c.setting) order by r.rolname, c.setting), '[]')
    from pg_db_role_setting s left join pg_roles r on r.oid = s.setrole cross join unnest(s.setconfig) as c (setting)
    where s.setdatabase = d.oid and (s.setrole = 0 or r.rolname is not null)))`;

/** Roles that a server must have for these properties. */
export function rolesOf({ owner, grants, settings }: DatabaseProperties): string[] {
  const named = [owner, ...(grants ?? []).flatMap(({ to, by }) => [to, by]), ...settings.map(({ role }) => role)];
  return [...new Set(named.filter((name) => name !== null && !name.startsWith('pg_')))] as string[];
}

/** Encoding and locale as one text for people. Two databases with the same text sort and compare alike. */
export function localeOf({ encoding, collate, ctype, provider, locale, rules }: DatabaseProperties): string {
  const libc = collate === ctype ? collate : `${collate}, ctype ${ctype}`;
  const name = provider === 'i' ? `ICU ${locale}` : provider === 'b' ? `builtin ${locale}` : libc;
  return `${encoding}, ${name}${provider === 'c' ? '' : ` (libc ${libc})`}${rules ? ', with rules' : ''}`;
}

/** Texts on the properties that differ in the live database, encoding and locale left out. */
export function propertyDifferences(backup: DatabaseProperties, live: DatabaseProperties): string[] {
  const facts = (one: DatabaseProperties): Map<string, string> =>
    new Map([
      ['owner', one.owner],
      ['tablespace', one.tablespace],
      ['connection limit', one.limit === -1 ? 'none' : String(one.limit)],
      ['comment', one.comment ?? 'none'],
      ['template', one.template ? 'yes' : 'no'],
      ['grants', grantsText(one)],
      ...one.settings.map(({ role, setting }): [string, string] => {
        const at = setting.indexOf('=');
        return [`${setting.slice(0, at)}${role === null ? '' : ` for ${role}`}`, setting.slice(at + 1)];
      }),
    ]);
  const [wanted, found] = [facts(backup), facts(live)];
  return [...new Set([...wanted.keys(), ...found.keys()])]
    .filter((name) => wanted.get(name) !== found.get(name))
    .map((name) => `${name}: ${wanted.get(name) ?? 'unset'} in the backup, ${found.get(name) ?? 'unset'} live`);
}

function grantsText({ grants }: DatabaseProperties): string {
  if (grants === null) return 'as by default';
  return (
    grants
      .map(
        ({ to, right, grantable, by }) =>
          `${right} to ${to ?? 'everybody'}${grantable ? ' (may grant)' : ''}${by === null ? '' : ` by ${by}`}`,
      )
      .sort()
      .join(', ') || 'none'
  );
}

/** @param major major version of the server: before 15 there is only one provider, and no option for it */
export function createStatement(name: string, own: DatabaseProperties, major: number, inTablespace: boolean): string {
  const { owner, encoding, collate, ctype, provider, locale, rules, tablespace } = own;
  const words = [
    `create database ${ident(name)} template template0 owner ${ident(owner)} encoding ${literal(encoding)}`,
    `lc_collate ${literal(collate)} lc_ctype ${literal(ctype)}`,
  ];
  if (provider === 'i') words.push(`locale_provider icu icu_locale ${literal(locale ?? '')}`);
  else if (provider === 'b') words.push(`locale_provider builtin builtin_locale ${literal(locale ?? '')}`);
  else if (major >= 15) words.push('locale_provider libc');
  if (rules) words.push(`icu_rules ${literal(rules)}`);
  if (inTablespace && tablespace !== 'pg_default') words.push(`tablespace ${ident(tablespace)}`);
  return `${words.join(' ')};`;
}

/** Statements for limit, grants and settings of a database that exists, with its owner. */
export function propertyStatements(
  name: string,
  { owner, limit, grants, settings, template }: DatabaseProperties,
): string[] {
  const database = ident(name);
  return [
    ...(grants === null ? [] : grantStatements(database, owner, grants)),
    ...settings.map(({ role, setting }) => {
      const at = setting.indexOf('=');
      const whom = role === null ? `database ${database}` : `role ${ident(role)} in database ${database}`;
      return `alter ${whom} set ${setting.slice(0, at).split('.').map(ident).join('.')} to ${valueText(setting.slice(0, at), setting.slice(at + 1))};`;
    }),
    `alter database ${database} connection limit ${limit};`,
    ...(template ? [`alter database ${database} is_template true;`] : []),
  ];
}

function grantStatements(database: string, owner: string, grants: NonNullable<DatabaseProperties['grants']>): string[] {
  return [
    // If the owner still had its rights, they are among the grants that follow.
    `revoke all on database ${database} from public, ${ident(owner)};`,
    ...inOrder(grants, owner).map(({ to, right, grantable, by }) => {
      const grant = `grant ${right.toLowerCase()} on database ${database} to ${to === null ? 'public' : ident(to)}${grantable ? ' with grant option' : ''};`;
      return by === null ? grant : `set role ${ident(by)}; ${grant} reset role;`;
    }),
  ];
}

/** The grants, in an order in which each role has a right before it grants that right. */
function inOrder(grants: NonNullable<DatabaseProperties['grants']>, owner: string) {
  const done: (typeof grants)[number][] = [];
  let left = grants;
  while (left.length > 0) {
    const may = ({ by, right }: (typeof grants)[number]): boolean =>
      by === null || by === owner || done.some((one) => one.to === by && one.right === right && one.grantable);
    const next = left.filter(may);
    // The rest was granted by superusers, who need no right themselves.
    done.push(...(next.length > 0 ? next : left));
    left = next.length > 0 ? left.filter((one) => !next.includes(one)) : [];
  }
  return done;
}

/**
 * Settings that are lists of names, each quoted by itself. Source: `variable_is_guc_list_quote` in dumputils.c of
 * PostgreSQL.
 */
const LISTS: ReadonlySet<string> = new Set([
  'local_preload_libraries',
  'search_path',
  'session_preload_libraries',
  'shared_preload_libraries',
  'temp_tablespaces',
  'unix_socket_directories',
]);

function valueText(setting: string, value: string): string {
  if (!LISTS.has(setting.toLowerCase())) return literal(value);
  const names = [...value.matchAll(/"((?:[^"]|"")*)"|([^\s,"]+)/g)].map(
    ([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain ?? '',
  );
  return names.length === 0 ? "''" : names.map(literal).join(', ');
}
