/** Which services have a value of an env file, by their environment, and which parts of the Compose files use it. Pure. */
import { parse } from 'yaml';
import type { ComposeModel } from '../lib/stack/compose-model';
import { environmentOf } from './environment';

interface UsersRequest {
  /** Texts of the Compose files. */
  readonly compose: readonly string[];
  /** What Compose makes of them. */
  readonly model: ComposeModel;
  /** Text of the env file. */
  readonly env: string;
  /** Its values: a variable of that name with another value has it from elsewhere. */
  readonly values: ReadonlyMap<string, string>;
}

/** `${NAME…}` and `$NAME`, but not `$$NAME`. */
const USED = /(?<!\$)(?:\$\$)*\$(?:\{([A-Za-z_]\w*)|([A-Za-z_]\w*))/g;

/** Names of the services that have it, sorted. */
export function usersOf(name: string, { compose, model, env, values }: UsersRequest): string[] {
  const users = new Set<string>();
  for (const [service, { environment }] of Object.entries(model.services))
    if (environmentOf(environment)[name] === (values.get(name) ?? null)) users.add(service);
  for (const text of compose) {
    for (const [service, definition] of Object.entries(servicesIn(text)))
      if (uses(JSON.stringify(definition ?? null), name)) users.add(service);
    if (users.size === 0 && uses(text, name)) users.add('the Compose files');
  }
  if (users.size === 0 && uses(env, name)) users.add('another value');
  return [...users].sort();
}

function uses(text: string, name: string): boolean {
  return [...text.matchAll(USED)].some(([, braced, plain]) => (braced ?? plain) === name);
}

function servicesIn(text: string): Readonly<Record<string, unknown>> {
  try {
    const found = parse(text, { merge: true, logLevel: 'silent' }) as { services?: Record<string, unknown> } | null;
    return found?.services ?? {};
  } catch {
    // With tags that only Compose knows.
    return {};
  }
}
