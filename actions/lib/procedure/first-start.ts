/**
 * Refuses a new value of a variable that a server reads only at its first start, unless the server is seen to have it.
 */
import { UserError } from '../errors';
import type { Host } from '../host/host';
import { quote } from '../host/quote';
import { whyNoLogin } from '../postgres/login';
import type { FirstStart } from '../stack/plan/first-start';
import type { Recorder } from './record';

interface FirstStartRequest {
  readonly host: Host;
  readonly stack: string;
  readonly found: readonly FirstStart[];
  /** Variables whose new values the server has already, as a person has confirmed. */
  readonly accepted: readonly string[];
}

/** @throws {UserError} RB-SECRET-FIRST-START */
export async function checkFirstStarts(
  { host, stack, found, accepted }: FirstStartRequest,
  recorder: Recorder,
): Promise<void> {
  for (const one of found) {
    const { service, server } = one;
    const names = one.names.filter((name) => !accepted.includes(name));
    if (names.length === 0) continue;
    const login = server === 'postgres' ? loginOf(one) : null;
    const why =
      login === null
        ? `${service} has its data already, and it was not seen or confirmed that the value was changed there`
        : await whyNoLogin(host, { stack, service, ...login });
    if (why === null) {
      recorder.info(`${service} takes the new ${names.join(', ')}: seen by a query over TCP as ${login?.user}`);
      continue;
    }
    const again = `then run this again with first-start: ${names.join(',')}`;
    throw new UserError('RB-SECRET-FIRST-START', {
      what: `${service} reads ${names.join(', ')} only at its first start, and would keep the old value`,
      why,
      remedy:
        login === null
          ? `change it in ${service} first, ${again}`
          : `change it in the server first (\`docker exec -it … psql -U ${quote(login.user)}\`, then \\password), and run this again; where that is not possible, ${again}`,
    });
  }
}

function loginOf({ environment }: FirstStart): { user: string; database: string; password: string } {
  const user = environment.POSTGRES_USER || environment.POSTGRESQL_USERNAME || 'postgres';
  return {
    user,
    database: environment.POSTGRES_DB || environment.POSTGRESQL_DATABASE || user,
    password: environment.POSTGRES_PASSWORD ?? environment.POSTGRESQL_PASSWORD ?? '',
  };
}
