/** Checks that containers get the values of an env file as they are meant, by Compose's own model on the host. Pure. */
import { UserError } from '../errors';
import { readEnv } from './dotenv';

type Services = Readonly<Record<string, { readonly environment?: unknown }>>;

/**
 * With `format: raw` of an `env_file` a container would get quotes and backslashes as parts of the values.
 *
 * @param path of the env file, for the message
 * @throws {UserError} RB-ENV-INVALID with each service and name
 */
export function checkContainers(services: Services, text: string, path: string): void {
  const quoted = readEnv(text).entries.filter((entry) => entry.text !== entry.value);
  const wrong = Object.entries(services).flatMap(([service, { environment }]) => {
    const given = (environment ?? {}) as Readonly<Record<string, string | null>>;
    // Compose's output doubles each dollar.
    const raw = quoted.filter((entry) => given[entry.name]?.replaceAll('$$', '$') === entry.text.replaceAll('$$', '$'));
    return raw.map(({ name }) => `${service} would get ${name} with its quotes`);
  });
  if (wrong.length === 0) return;
  throw new UserError('RB-ENV-INVALID', {
    what: `${path}: ${wrong.join('; ')}`,
    why: 'the Compose file takes it with `format: raw`, which reads no quotes',
    remedy: 'remove `format: raw` from the Compose file, or write these values without quotes',
  });
}
