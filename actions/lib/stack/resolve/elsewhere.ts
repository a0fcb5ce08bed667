/** Variables that the host has where Compose is not told to look: in the login's environment, in a `.env`. */
import { assignmentsIn } from '../../secrets/assignments';
import type { ResolveRequest } from './types';

/** Name → where it is set, in words. */
export type Elsewhere = ReadonlyMap<string, string>;

const PLACES: Readonly<Record<string, string>> = {
  login: "the login's environment on the host",
  '.env': 'the .env on the host, which is not the env file of the runbook',
};

/** Lines `NAME PLACE`. */
export function parseElsewhere(text: string): Elsewhere {
  const lines = text.split('\n').map((line) => line.split(' '));
  return new Map(lines.flatMap(([name = '', place = '']) => (PLACES[place] ? [[name, PLACES[place]]] : [])));
}

/** Where unset variables have a value on the host, in words; `undefined` if that is not known. */
export function hint(names: readonly string[], elsewhere: Elsewhere): string | undefined {
  const known = names.filter((name) => elsewhere.has(name));
  if (known.length === 0) return undefined;
  const found = known.map((name) => `${name} is set in ${elsewhere.get(name)}`);
  return `${found.join('; ')}: a release takes nothing from there`;
}

/** `${NAME…}` and `$NAME`, but not `$$NAME`. */
const USED = /(?<!\$)(?:\$\$)*\$(?:\{([A-Za-z_]\w*)|([A-Za-z_]\w*))/g;

/**
 * Warnings about variables that the Compose files use and the host has, but not in the env file: in the containers they
 * now have their defaults, or are gone.
 *
 * @param config Compose's model as it printed it
 */
export function leftOut(config: string, { runbook, files }: ResolveRequest, elsewhere: Elsewhere): string[] {
  const text = (path: string): string => files.find((file) => file.path === path)?.content.toString('utf8') ?? '';
  const used = runbook.compose.flatMap((path) => [...text(path).matchAll(USED)].map(([, a, b]) => a ?? b ?? ''));
  const { services = {} } = JSON.parse(config) as { services?: Record<string, { environment?: object }> };
  const passed = Object.values(services).flatMap(({ environment = {} }) =>
    Object.entries(environment).flatMap(([name, value]) => (value === null ? [name] : [])),
  );
  const given = new Set(assignmentsIn(runbook.envFile === null ? '' : text(runbook.envFile)).map(({ name }) => name));
  const missing = [...new Set([...used, ...passed])].filter((name) => elsewhere.has(name) && !given.has(name));
  return missing.map(
    (name) =>
      `${name} is set in ${elsewhere.get(name)} and used by the Compose files: a release takes nothing from there; set it in the env file`,
  );
}
