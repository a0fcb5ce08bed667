/**
 * Refuses a new value of a variable that a server reads only at its first start, unless the server is seen to have it.
 */
import { UserError } from '../errors';
import { groupBy } from '../group';
import type { Host } from '../host/host';
import { quote } from '../host/quote';
import { loginFor, withFiles } from '../postgres/first-login';
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
  for (const { service, server, names, environment } of found) {
    const open = names.filter((name) => !accepted.includes(name));
    if (open.length === 0) continue;
    const given = server === 'postgres' ? await withFiles(host, { stack, service }, environment) : environment;
    for (const [name, value] of Object.entries(given))
      if (name.endsWith('_PASSWORD') && value !== environment[name]) recorder.secret(value);
    // A login proves nothing of another role's variable.
    const groups = groupBy(open, (name) => JSON.stringify(server === 'postgres' ? loginFor(name, given) : null));
    for (const [key, together] of groups) {
      const login = JSON.parse(key) as ReturnType<typeof loginFor>;
      const why =
        login === null
          ? `${service} has its data already, and it was not seen or confirmed that the value was changed there`
          : await whyNoLogin(host, { stack, service, ...login });
      const listed = together.join(', ');
      if (why !== null) throw refusal(service, together, why, login?.user ?? null);
      recorder.info(`${service} takes the new ${listed}: seen by a query over TCP as ${login?.user}`);
    }
  }
}

/** @param user by whom the value can be changed in the server; `null`: not known */
function refusal(service: string, names: readonly string[], why: string, user: string | null): UserError {
  const again = `then run this again with first-start: ${names.join(',')}`;
  return new UserError('RB-SECRET-FIRST-START', {
    what: `${service} reads ${names.join(', ')} only at its first start, and would keep the old value`,
    why,
    remedy:
      user === null
        ? `change it in ${service} first, ${again}`
        : `change it in the server first (\`docker exec -it … psql -U ${quote(user)}\`, then \\password), and run this again; where that is not possible, ${again}`,
  });
}
