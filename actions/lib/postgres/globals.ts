/** Reads the output of `pg_dumpall --globals-only`, as statements and as facts. Pure. */

export const ROLE_NAME = '("(?:[^"]|"")+"|[^\\s";]+)';

export interface Membership {
  /** The role that is granted. */
  readonly role: string;
  readonly member: string;
  /** Words of `GRANT … WITH`, such as `ADMIN TRUE`, `SET FALSE`; without options that the version does not know. */
  readonly options: readonly string[];
}

/** `GRANT SET ON PARAMETER work_mem TO app`, since version 15. */
export interface ParameterRight {
  readonly role: string;
  readonly parameter: string;
  /** `SET`, `ALTER SYSTEM`. */
  readonly right: string;
}

export interface Role {
  /** Words as in `ALTER ROLE … WITH`, without password and expiry: `LOGIN`, `NOSUPERUSER`, `CONNECTION LIMIT 5`. */
  readonly attributes: readonly string[];
  /** Time when the password expires, as text; `null`: never. */
  readonly validUntil: string | null;
  /** Name of a setting → its value without quotes and blanks, for all databases. */
  readonly settings: Readonly<Record<string, string>>;
}

export interface Roles {
  readonly roles: ReadonlyMap<string, Role>;
  readonly memberships: readonly Membership[];
  readonly parameters: readonly ParameterRight[];
  /** Statements that give roles security labels. A server may not know the provider of a label. */
  readonly labels: readonly string[];
}

/** The statements, without comments and commands of psql; line breaks in quotes stay. */
export function statementsOf(globals: string): string[] {
  const found: string[] = [];
  const token =
    /--[^\n]*\n|^\\[^\n]*\n|[eE]'(?:\\.|''|[^'\\])*'|'(?:''|[^'])*'|"(?:""|[^"])*"|;|[^'";\\\-eE]+|[\s\S]/gmy;
  let statement = '';
  for (const [text] of globals.matchAll(token)) {
    if (/^--|^\\/.test(text) && statement.trim() === '' && text.length > 1) continue;
    statement += text;
    if (text !== ';') continue;
    found.push(statement.trim());
    statement = '';
  }
  return found;
}

export function nameIn(statement: string, pattern: RegExp, group = 1): string | null {
  const found = pattern.exec(statement)?.[group];
  if (found === undefined) return null;
  return found.startsWith('"') ? found.slice(1, -1).replaceAll('""', '"') : found;
}

const GRANT = new RegExp(`^GRANT ${ROLE_NAME} TO ${ROLE_NAME}[ ;]`);

/** `null` for a statement that does not grant a role. */
export function membershipIn(statement: string): Membership | null {
  const role = nameIn(statement, GRANT, 1);
  const member = nameIn(statement, GRANT, 2);
  if (role === null || member === null) return null;
  // Before version 16 `WITH ADMIN OPTION` was the only option.
  const inherit = /[ ,]INHERIT (TRUE|FALSE)/.exec(statement)?.[1];
  const options = [
    `ADMIN ${/ ADMIN (OPTION|TRUE)/.test(statement) ? 'TRUE' : 'FALSE'}`,
    ...(inherit === undefined ? [] : [`INHERIT ${inherit}`, `SET ${/ SET FALSE/.test(statement) ? 'FALSE' : 'TRUE'}`]),
  ];
  return { role, member, options };
}

const PARAMETER = new RegExp(`^GRANT (.*) ON PARAMETER ("(?:[^"]|"")+"|\\S+) TO ${ROLE_NAME}[ ;]`);

/** Empty for a statement that does not grant a right on a parameter. */
export function parameterRightsIn(statement: string): ParameterRight[] {
  const [, rights = '', parameter = ''] = PARAMETER.exec(statement) ?? [];
  const role = nameIn(statement, PARAMETER, 3);
  if (role === null) return [];
  const words = /^ALL/.test(rights) ? ['SET', 'ALTER SYSTEM'] : rights.split(/, ?/);
  return words.map((right) => ({ role, parameter: parameter.replaceAll('"', ''), right }));
}

/** The role that a statement gives a security label; `null` for all others. */
function labelledIn(statement: string): string | null {
  return nameIn(statement, new RegExp(`^SECURITY LABEL FOR \\S+ ON ROLE ${ROLE_NAME} IS `));
}

export function parseGlobals(globals: string): Roles {
  const roles = new Map<
    string,
    { attributes: string[]; validUntil: string | null; settings: Record<string, string> }
  >();
  const memberships: Membership[] = [];
  const parameters: ParameterRight[] = [];
  const labels: string[] = [];
  const create = new RegExp(`^CREATE ROLE ${ROLE_NAME};$`);
  const attributes = new RegExp(`^ALTER ROLE ${ROLE_NAME} WITH ([\\s\\S]*);$`);
  const setting = new RegExp(`^ALTER ROLE ${ROLE_NAME} SET ("[^"]+"|\\S+) TO ([\\s\\S]*);$`);
  for (const statement of statementsOf(globals)) {
    const created = nameIn(statement, create);
    if (created !== null) roles.set(created, { attributes: [], validUntil: null, settings: {} });
    const changed = roles.get(nameIn(statement, attributes) ?? '');
    if (changed !== undefined) {
      const words = attributes.exec(statement)?.[2] ?? '';
      changed.validUntil = / VALID UNTIL '([^']*)'/.exec(words)?.[1] ?? null;
      const plain = words.replace(/ PASSWORD '(?:''|[^'])*'/, '').replace(/ VALID UNTIL '[^']*'/, '');
      changed.attributes = plain.match(/CONNECTION LIMIT -?\d+|\S+/g) ?? [];
    }
    const set = roles.get(nameIn(statement, setting) ?? '');
    const [, , name = '', value = ''] = setting.exec(statement) ?? [];
    if (set !== undefined) set.settings[name.replaceAll('"', '')] = bare(value);
    const membership = membershipIn(statement);
    if (membership !== null) memberships.push(membership);
    parameters.push(...parameterRightsIn(statement));
    if (labelledIn(statement) !== null) labels.push(statement);
  }
  return { roles, memberships, parameters, labels };
}

/** A setting's value for comparisons, without quotes and blanks, which differ between statements and the catalogue. */
export function bare(value: string): string {
  return value.replace(/['"\s]/g, '');
}
