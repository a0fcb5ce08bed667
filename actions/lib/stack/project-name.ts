/** The project's name that Compose takes from the files, when a person starts the stack by hand. Pure. */
import { parseDocument } from 'yaml';
import type { UploadedFile } from '../config/files';
import type { Runbook } from '../config/runbook';
import { UserError } from '../errors';
import { assignmentsIn } from '../secrets/assignments';
import type { Release } from './model';

const REFERENCE = /\$\$|\$(?:(\w+)|\{(\w+)(?:(:?[-])([^{}]*))?\})/g;

interface Named {
  readonly name: string;
  /** The file or variable that says so, in words. */
  readonly by: string;
}

/**
 * Refuses files that give the project another name than the runbook. Compose would get the runbook's name, but a stack
 * of the other name has volumes of its own, and it is not known which is meant.
 *
 * @param files uploaded files, including the env file if there is one
 * @throws {UserError} RB-STACK-MISMATCH
 */
export function checkProjectName(
  { stack, compose, envFile }: Pick<Runbook, 'stack' | 'compose' | 'envFile'>,
  files: readonly UploadedFile[],
  current: Pick<Release, 'id'> | null,
): void {
  const text = (path: string): string => files.find((file) => file.path === path)?.content.toString('utf8') ?? '';
  const variables = envFile === null ? new Map<string, string>() : variablesOf(text(envFile));
  const named = nameOf(
    compose.map((path) => ({ path, text: text(path) })),
    variables,
    envFile,
  );
  if (named === null || normalized(named.name) === stack) return;
  const name = normalized(named.name);
  throw new UserError('RB-STACK-MISMATCH', {
    what: `${named.by} calls the project ${named.name}, and runbook.yml says stack: ${stack}`,
    why: `started by hand the stack is called ${name}, started by the procedures ${stack}: these would be two stacks, each with volumes of its own`,
    remedy:
      current === null
        ? `write "stack: ${name}" in runbook.yml; if ${stack} is right, give the project that name in ${named.by}, or in a further file under "compose:"`
        : `release ${current.id} of ${stack} runs here: give the project the name ${stack} in ${named.by}, or in a further file under "compose:"`,
  });
}

/**
 * The name that Compose takes without `-p`: the variable, or `name:` of the last file that has it. `null`: not given.
 */
export function nameOf(
  files: readonly { readonly path: string; readonly text: string }[],
  variables: ReadonlyMap<string, string>,
  envFile: string | null,
): Named | null {
  const set = variables.get('COMPOSE_PROJECT_NAME') ?? '';
  if (set !== '') return set.includes('$') ? null : { name: set, by: `COMPOSE_PROJECT_NAME in ${envFile}` };
  const found = files.flatMap(({ path, text }) => {
    const name = topName(text);
    return name === null ? [] : [{ name, by: `"name:" in ${path}` }];
  });
  const last = found.at(-1);
  // A name that is made of the project's name gets the runbook's.
  if (last === undefined || /\$\{?COMPOSE_PROJECT_NAME\b/.test(last.name)) return null;
  const name = interpolated(last.name, variables);
  return name === null || name === '' ? null : { ...last, name };
}

/** The project's name that Compose makes of a folder's name. */
export function normalized(name: string): string {
  return name
    .toLowerCase()
    .replace(/[^a-z0-9_-]/g, '')
    .replace(/^[_-]+/, '');
}

function topName(text: string): string | null {
  // Compose itself refuses a file that is not YAML.
  const { contents } = parseDocument(text, { logLevel: 'silent', merge: true });
  const name = (contents as { get?: (key: string) => unknown } | null)?.get?.('name');
  return typeof name === 'string' && name !== '' ? name : null;
}

/** A name or path with its variables replaced; `null`: it has a form that only Compose understands. */
export function interpolated(name: string, variables: ReadonlyMap<string, string>): string | null {
  const value = name.replace(REFERENCE, (all, plain?: string, braced?: string, way = '', standard = '') => {
    if (all === '$$') return '\0';
    const known = variables.get(plain ?? braced ?? '');
    return known === undefined || (known === '' && way === ':-') ? standard : known;
  });
  return value.includes('$') ? null : value.replaceAll('\0', '$');
}

export function variablesOf(envFile: string): Map<string, string> {
  return new Map(
    assignmentsIn(envFile).map(({ name, double, single, plain = '' }) => [
      name,
      double ?? single ?? plain.replace(/\s+#.*$/, '').trim(),
    ]),
  );
}
