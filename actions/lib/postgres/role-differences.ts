/** Roles that are there and are other than the backup has them: a restore leaves them, and says so. */
import { bare, type Membership, type Role, type Roles } from './globals';

/** The server's roles as one JSON object. */
export const ROLE_FACTS = `select json_build_object(
  'roles', (select json_agg(json_build_object('name', rolname, 'attributes', array[
      case when rolsuper then '' else 'NO' end || 'SUPERUSER', case when rolinherit then '' else 'NO' end || 'INHERIT',
      case when rolcreaterole then '' else 'NO' end || 'CREATEROLE', case when rolcreatedb then '' else 'NO' end || 'CREATEDB',
      case when rolcanlogin then '' else 'NO' end || 'LOGIN', case when rolreplication then '' else 'NO' end || 'REPLICATION',
      case when rolbypassrls then '' else 'NO' end || 'BYPASSRLS',
      case when rolconnlimit <> -1 then 'CONNECTION LIMIT ' || rolconnlimit end],
    'validUntil', rolvaliduntil::text,
    'settings', (select coalesce(json_agg(c), '[]') from pg_db_role_setting s, unnest(s.setconfig) c
      where s.setrole = r.oid and s.setdatabase = 0))) from pg_roles r),
  'memberships', (select coalesce(json_agg(distinct jsonb_build_object('role', g.rolname, 'member', m.rolname)), '[]')
    from pg_auth_members a join pg_roles g on g.oid = a.roleid join pg_roles m on m.oid = a.member));`;

interface Answer {
  roles: { name: string; attributes: (string | null)[]; validUntil: string | null; settings: string[] }[];
  memberships: Membership[];
}

/** @param text what {@link ROLE_FACTS} answers */
export function parseRoles(text: string): Roles {
  const { roles, memberships } = JSON.parse(text) as Answer;
  return {
    memberships,
    roles: new Map(
      roles.map(({ name, attributes, validUntil, settings }): [string, Role] => [
        name,
        {
          attributes: attributes.filter((word) => word !== null),
          validUntil,
          settings: Object.fromEntries(
            settings.map((one) => [one.slice(0, one.indexOf('=')), bare(one.slice(one.indexOf('=') + 1))]),
          ),
        },
      ]),
    ),
  };
}

interface RoleDifferences {
  /** Statements, each with what it is about. Without these, somebody may be locked out. */
  readonly memberships: readonly string[];
  /** Sentences. */
  readonly others: readonly string[];
}

/**
 * What roles that both know lack on the server; what a server has besides is its own affair.
 *
 * @param made roles that come from the backup, with all that belongs to them
 */
export function roleDifferences(backup: Roles, server: Roles, made: ReadonlySet<string> = new Set()): RoleDifferences {
  const there = (name: string): boolean => server.roles.has(name) && !made.has(name);
  const has = new Set(server.memberships.map(key));
  const memberships = backup.memberships
    .filter((one) => there(one.role) && there(one.member) && !has.has(key(one)))
    .map(({ role, member }) => `grant ${quoted(role)} to ${quoted(member)};`);
  const others = [...backup.roles].flatMap(([name, wanted]) => {
    const found = server.roles.get(name);
    return found === undefined || made.has(name) ? [] : differences(name, wanted, found);
  });
  return { memberships, others };
}

function differences(name: string, wanted: Role, found: Role): string[] {
  const said: string[] = [];
  const lacks = wanted.attributes.filter((word) => !found.attributes.includes(word));
  const other = found.attributes.filter((word) => !wanted.attributes.includes(word));
  if (lacks.length + other.length > 0)
    said.push(
      `role ${name} is ${other.join(' ') || 'without a limit'} here, and ${lacks.join(' ') || 'without a limit'} in the backup`,
    );
  if (time(wanted.validUntil) !== time(found.validUntil))
    said.push(
      `role ${name} is valid until ${found.validUntil ?? 'for ever'} here, and until ${wanted.validUntil ?? 'for ever'} in the backup`,
    );
  for (const setting of new Set([...Object.keys(wanted.settings), ...Object.keys(found.settings)])) {
    const [there, here] = [wanted.settings[setting], found.settings[setting]];
    if (there !== here)
      said.push(`role ${name} has ${setting} ${here ?? 'unset'} here, and ${there ?? 'unset'} in the backup`);
  }
  return said;
}

function time(text: string | null): number | string | null {
  if (text === null || text === 'infinity') return null;
  const parsed = Date.parse(text.replace(/([+-]\d\d)$/, '$1:00'));
  return Number.isNaN(parsed) ? text : parsed;
}

function key({ role, member }: Membership): string {
  return `${role}\n${member}`;
}

function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
