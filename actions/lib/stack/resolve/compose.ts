/** Reads the output of `docker compose config`: a model with the paths of the stack's directory, or a failure. */
import { UserError } from '../../errors';
import type { ComposeModel, ComposeService } from '../compose-model';
import { type Elsewhere, hint } from './elsewhere';
import { withDefinitions } from './pin';
import type { MountedVolume } from './traits';

const UNSET = /The \\?"([^"\\]+)\\?" variable is not set/g;
const REQUIRED = /required variable (\S+) is missing a value(?:: (.*))?/;
const MESSAGE = /^time="[^"]*" level=(\w+) msg=("(?:[^"\\]|\\.)*"|\S+)/;

/** The failure that Compose's standard error describes. */
export function composeFailure(stderr: string, elsewhere: Elsewhere = new Map()): UserError {
  const lines = messages(stderr);
  const required = REQUIRED.exec(stderr);
  if (required !== null) {
    const names = [required[1] ?? ''];
    const said = required[2] === undefined ? undefined : `the Compose file says: ${required[2]}`;
    return variableUnset(names, hint(names, elsewhere) ?? said);
  }
  const errors = lines.filter(({ level }) => level !== 'warning').map(({ text }) => text);
  return new UserError('RB-COMPOSE-INVALID', {
    what: 'Docker Compose refuses the Compose files',
    why: errors.slice(0, 5).join('; ') || 'it gave no reason',
    remedy: 'try "docker compose config" with the same files and correct what it names; nothing was changed',
    log: lines.map(({ text }) => text),
    logOf: 'docker compose config',
  });
}

/**
 * Warnings of a run that succeeded.
 *
 * @param idle variables that only services without an active profile need: these may be unset
 * @throws {UserError} RB-VARIABLE-UNSET: Compose would go on with an empty value, which is how a database
 *   gets an empty password
 */
export function composeWarnings(
  stderr: string,
  elsewhere: Elsewhere = new Map(),
  idle: ReadonlySet<string> = new Set(),
): string[] {
  const unset = [...new Set([...stderr.matchAll(UNSET)].map(([, name = '']) => name))].filter(
    (name) => !idle.has(name),
  );
  if (unset.length > 0) throw variableUnset(unset, hint(unset, elsewhere));
  return [...new Set(messages(stderr).map(({ text }) => text))];
}

function variableUnset(names: readonly string[], why?: string): UserError {
  const [first = ''] = names;
  return new UserError('RB-VARIABLE-UNSET', {
    what: `${names.join(', ')} ${names.length > 1 ? 'are' : 'is'} not set, and the Compose files or env files need ${names.length > 1 ? 'them' : 'it'}`,
    why,
    remedy: `set ${names.length > 1 ? 'them' : 'it'} in the env file, or give a default: \${${first}:-}; for a literal dollar sign write $$ in a Compose file and single quotes around the value in an env file`,
  });
}

function messages(stderr: string): { level: string; text: string }[] {
  return stderr
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => {
      const [, level = 'error', quoted] = MESSAGE.exec(line) ?? [];
      return { level, text: quoted === undefined ? line : unquoted(quoted) };
    });
}

function unquoted(text: string): string {
  return text.startsWith('"') ? text.slice(1, -1).replace(/\\(.)/g, '$1') : text;
}

/**
 * Compose's model, in which every path below the staging tree is replaced by the path below the stack's directory.
 *
 * @param tree the folder in which Compose was asked; its name is unique, so no other text equals it by chance
 */
export function parseModel(config: string, tree: string, directory: string): ComposeModel {
  // Compose's output writes a dollar sign as two, in paths as well.
  const escaped = directory.replaceAll('$', '$$$$');
  const place = (value: string): string => value.replaceAll(tree, () => escaped);
  const model = withDefinitions(
    JSON.parse(config, (_key, value: unknown) => (typeof value === 'string' ? place(value) : value)) as ComposeModel,
  );
  refuseEnvironmentFiles(model);
  for (const [name, service] of Object.entries(model.services ?? {})) refuseUnpinned(name, service);
  const names = Object.keys(model.services ?? {});
  const services = Object.entries(model.services ?? {}).map(([name, { profiles: _active, ...service }]) => [
    name,
    withoutIdle(withoutUnset(service), names),
  ]);
  const rest = Object.entries(model).filter(([key]) => !key.startsWith('x-'));
  return { ...Object.fromEntries(rest), services: Object.fromEntries(services) as Record<string, ComposeService> };
}

/**
 * Without variables that the shell should pass on but does not have: Compose leaves them out, so a release does, too.
 */
function withoutUnset(service: ComposeService): ComposeService {
  if (service.environment === undefined) return service;
  const set = Object.entries(service.environment as Record<string, string | null>).filter(
    ([, value]) => value !== null,
  );
  return { ...service, environment: Object.fromEntries(set) };
}

/**
 * Without `depends_on` of services that no active profile asks for. Compose accepted these where they are not
 * `required`; in a release, which has no profiles, it would report an undefined service.
 */
function withoutIdle(service: ComposeService, names: readonly string[]): ComposeService {
  const needs = Object.entries((service.depends_on ?? {}) as Record<string, unknown>);
  if (needs.every(([name]) => names.includes(name))) return service;
  const { depends_on: _all, ...rest } = service;
  const active = needs.filter(([name]) => names.includes(name));
  return active.length > 0 ? { ...rest, depends_on: Object.fromEntries(active) } : rest;
}

/** A release must not need the environment of the run that made it. */
function refuseEnvironmentFiles(model: ComposeModel): void {
  for (const kind of ['secrets', 'configs']) {
    for (const [name, entry] of Object.entries((model[kind] ?? {}) as Record<string, { environment?: string }>)) {
      if (entry.environment === undefined) continue;
      throw new UserError('RB-COMPOSE-INVALID', {
        what: `${kind}.${name} takes its content from the environment variable ${entry.environment}`,
        why: 'a release could not be rolled back to without the environment of the run that deployed it',
        remedy: `use "file:" for ${name}, and upload the file`,
      });
    }
  }
}

/** Refuses what no digest can pin and no release can bring back: providers, and images that are mounted. */
function refuseUnpinned(name: string, { provider, volumes }: ComposeService): void {
  if (provider !== undefined && provider !== null) {
    const { type = '' } = provider as { type?: string };
    throw new UserError('RB-COMPOSE-INVALID', {
      what: `${name} has no image but the provider ${JSON.stringify(type)}`,
      why: 'a provider is a program on the host that makes something outside the containers: a release cannot pin, check or bring back what it makes',
      remedy: `remove ${name} from the Compose files, or give it a profile that runbook.yml does not name, and set up on the host what it provides; a service that depends on ${name} needs \`required: false\` there, and in the env file the variables that the provider sets`,
    });
  }
  const mounted = ((volumes ?? []) as MountedVolume[]).find(({ type }) => type === 'image');
  if (mounted === undefined) return;
  throw new UserError('RB-COMPOSE-INVALID', {
    what: `${name} mounts the image ${mounted.source ?? ''} at ${mounted.target} (type: image)`,
    why: 'a release pins and pulls only the images that services run: the content of this mount could change without a deploy, and a rollback would not bring it back',
    remedy: `copy the files into the image that ${name} runs (COPY --from=${mounted.source ?? 'IMAGE'}), or upload them and mount them with \`type: bind\``,
  });
}
