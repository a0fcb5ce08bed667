/**
 * Differences between roles of the server and of the backup: a restore leaves existing roles as they are, and says so.
 */
import { groupBy } from '../group';
import { bare, type Membership, type ParameterRight, type Role, type Roles } from './globals';

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
  'memberships', (select coalesce(json_agg(distinct jsonb_build_object('role', g.rolname, 'member', m.rolname, 'options',
      array_remove(array['ADMIN ' || upper(a.admin_option::text),
        'INHERIT ' || upper(to_jsonb(a) ->> 'inherit_option'), 'SET ' || upper(to_jsonb(a) ->> 'set_option')], null))), '[]')
    from pg_auth_members a join pg_roles g on g.oid = a.roleid join pg_roles m on m.oid = a.member));
select 'select json_agg(json_build_object(''role'', r.rolname, ''parameter'', p.parname, ''right'', a.privilege_type))
  from pg_parameter_acl p cross join aclexplode(p.paracl) a join pg_roles r on r.oid = a.grantee'
where to_regclass('pg_parameter_acl') is not null
\\gexec
`;

interface Answer {
  roles: { name: string; attributes: (string | null)[]; validUntil: string | null; settings: string[] }[];
  memberships: Membership[];
}

/** @param text the answer to {@link ROLE_FACTS} */
export function parseRoles(text: string): Roles {
  const [answer = '', rights = ''] = text.split('\n');
  const { roles, memberships } = JSON.parse(answer) as Answer;
  return {
    memberships,
    parameters: rights === '' ? [] : (JSON.parse(rights) as ParameterRight[]),
    labels: [],
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
  /** Statements for lacking memberships, each with an explanation. Without them a role may be locked out. */
  readonly memberships: readonly string[];
  /** Sentences on all other differences. */
  readonly others: readonly string[];
}

/**
 * What the server's roles lack of what they have in the backup. What they have beyond that does not matter.
 *
 * @param made roles that the restore makes from the backup, and that therefore do not differ
 */
export function roleDifferences(backup: Roles, server: Roles, made: ReadonlySet<string> = new Set()): RoleDifferences {
  const there = (name: string): boolean => server.roles.has(name) && !made.has(name);
  const has = groupBy(server.memberships, key);
  const memberships = backup.memberships
    .filter((one) => there(one.role) && there(one.member) && !has.has(key(one)))
    .map(({ role, member }) => `grant ${quoted(role)} to ${quoted(member)};`);
  const others = [...backup.roles].flatMap(([name, wanted]) => {
    const found = server.roles.get(name);
    return found === undefined || made.has(name) ? [] : differences(name, wanted, found);
  });
  const otherwise = [...groupBy(backup.memberships, key)].flatMap(([name, wanted]) => {
    const found = has.get(name);
    const [one] = wanted;
    if (found === undefined || one === undefined || !there(one.role) || !there(one.member)) return [];
    return membershipDifferences(one, optionsOf(wanted), optionsOf(found));
  });
  const rights = new Set(server.parameters.map(rightKey));
  const lacking = backup.parameters
    .filter((one) => there(one.role) && !rights.has(rightKey(one)))
    .map(
      ({ role, parameter, right }) =>
        `role ${role} lacks a right here that it has in the backup: grant ${right.toLowerCase()} on parameter ${parameter} to ${quoted(role)};`,
    );
  const labels = backup.labels.map(
    (statement) => `the backup has a security label, which a restore does not set: ${statement}`,
  );
  return { memberships, others: [...others, ...otherwise, ...lacking, ...labels] };
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

/** The options that several grants of the same membership give together. */
function optionsOf(grants: readonly Membership[]): ReadonlySet<string> {
  const all = grants.flatMap(({ options }) => options);
  return new Set(all.filter((word) => word.endsWith(' TRUE') || !all.includes(word.replace(/ FALSE$/, ' TRUE'))));
}

/** Differences in options that both versions know. */
function membershipDifferences(
  { role, member }: Membership,
  wanted: ReadonlySet<string>,
  found: ReadonlySet<string>,
): string[] {
  const opposite = (word: string): string =>
    word.endsWith(' TRUE') ? word.replace(/TRUE$/, 'FALSE') : word.replace(/FALSE$/, 'TRUE');
  const other = [...wanted].filter((word) => found.has(opposite(word)));
  if (other.length === 0) return [];
  return [
    `role ${member} is a member of ${role} with ${other.map((word) => opposite(word).toLowerCase()).join(', ')} here, and with ${other.map((word) => word.toLowerCase()).join(', ')} in the backup`,
  ];
}

function rightKey({ role, parameter, right }: ParameterRight): string {
  return `${role}\n${parameter.toLowerCase()}\n${right}`;
}

function time(text: string | null): number | string | null {
  if (text === null || text === 'infinity') return null;
  const parsed = Date.parse(text.replace(/([+-]\d\d)$/, '$1:00'));
  return Number.isNaN(parsed) ? text : parsed;
}

function key({ role, member }: Pick<Membership, 'role' | 'member'>): string {
  return `${role}\n${member}`;
}

function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
