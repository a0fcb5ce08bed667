/**
 * The roles that a PostgreSQL server makes at its first start, with their passwords, by the variables of its service: those of
 * the official image and those of Bitnami's, which makes `postgres` beside the role that it is told.
 */
import type { Host } from '../host/host';
import { quote } from '../host/quote';

type Environment = Readonly<Record<string, string>>;

interface FirstLogin {
  readonly user: string;
  readonly database: string;
  readonly password: string;
}

const USER = ['POSTGRES_USER', 'POSTGRESQL_USERNAME', 'POSTGRESQL_USER'];
const DATABASE = ['POSTGRES_DB', 'POSTGRESQL_DATABASE', 'POSTGRES_DATABASE'];
const PASSWORD = ['POSTGRES_PASSWORD', 'POSTGRESQL_PASSWORD'];
const SUPERUSER = 'postgres';
const SUPERUSER_PASSWORD = ['POSTGRESQL_POSTGRES_PASSWORD', 'POSTGRES_POSTGRES_PASSWORD'];
/** Names that only Bitnami's image knows. */
const BITNAMIS = [...USER.slice(1), ...SUPERUSER_PASSWORD];
/** At the end of a variable that holds the path of a file with the value. */
const FILE = '_FILE';

/** Milliseconds. */
const TIMEOUT = 60_000;

interface Place {
  readonly stack: string;
  readonly service: string;
}

/**
 * Reads the files that the variables name in the container that runs. A variable whose file it does not have stays unknown.
 *
 * @returns the environment, with the content of these files under the names that it stands for; may hold secrets
 */
export async function withFiles(host: Host, place: Place, environment: Environment): Promise<Environment> {
  return await withContent(host, place, environment, [...USER, ...DATABASE, ...PASSWORD, ...SUPERUSER_PASSWORD]);
}

/** The same for the user alone, which is no secret. */
export async function withUserFile(host: Host, place: Place, environment: Environment): Promise<Environment> {
  return await withContent(host, place, environment, USER);
}

async function withContent(
  host: Host,
  { stack, service }: Place,
  environment: Environment,
  names: readonly string[],
): Promise<Environment> {
  const found: Record<string, string> = { ...environment };
  for (const name of names) {
    const path = environment[`${name}${FILE}`];
    if (!path || environment[name]) continue;
    const outcome = await host.run(fileScript(stack, service, path), { timeout: TIMEOUT });
    // As in the entrypoints of the images, line feeds at the end do not belong to the value.
    if (outcome.outcome === 'exited' && outcome.code === 0) found[name] = outcome.stdout.replace(/\n+$/, '');
  }
  return found;
}

function fileScript(stack: string, service: string, path: string): string {
  return `id=$(docker ps -q --no-trunc --filter ${quote(`label=com.docker.compose.project=${stack}`)} \\
  --filter ${quote(`label=com.docker.compose.service=${service}`)} --filter label=com.docker.compose.oneoff=False | head -n 1)
[ -n "$id" ] && docker exec "$id" cat ${quote(path)} </dev/null 2>/dev/null`;
}

/** The login that proves that the server has the value of a variable; `null`: none can, or the values are not known. */
export function loginFor(variable: string, environment: Environment): FirstLogin | null {
  const name = variable.endsWith(FILE) ? variable.slice(0, -FILE.length) : variable;
  const database = toldBy(DATABASE, environment);
  const made = userOf(environment);
  if (made === null || database === null) return null;
  if (SUPERUSER_PASSWORD.includes(name)) {
    const password = toldBy(SUPERUSER_PASSWORD, environment);
    return password ? { user: SUPERUSER, database: database || SUPERUSER, password } : null;
  }
  const password = toldBy(PASSWORD, environment);
  if (![...USER, ...DATABASE, ...PASSWORD].includes(name) || !password) return null;
  return { user: made, database: database || (isBitnami(environment) ? SUPERUSER : made), password };
}

/** Names of the variables that hold the password of a role. */
export function passwordsOf(role: string, environment: Environment): readonly string[] {
  if (role === userOf(environment)) return PASSWORD;
  return role === SUPERUSER && isBitnami(environment) ? SUPERUSER_PASSWORD : [];
}

/** The role that may do everything; where a file that is not known tells it, the images' default. */
export function superuserOf(environment: Environment): string {
  return (isBitnami(environment) ? null : userOf(environment)) ?? SUPERUSER;
}

/** The role that the image is told to make; `null`: not known. */
function userOf(environment: Environment): string | null {
  const user = toldBy(USER, environment);
  return user === '' ? SUPERUSER : user;
}

/** Empty: not set; `null`: a file that is not known tells it. */
function toldBy(names: readonly string[], environment: Environment): string | null {
  const value = names.map((name) => environment[name]).find(Boolean);
  if (value !== undefined) return value;
  return names.some((name) => environment[`${name}${FILE}`]) ? null : '';
}

function isBitnami(environment: Environment): boolean {
  return BITNAMIS.some((name) => environment[name] || environment[`${name}${FILE}`]);
}
