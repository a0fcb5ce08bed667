/** Paths that Compose files name: what services mount and read, and further Compose files. Pure but for `read`. */
import { posix } from 'node:path';
import { parse } from 'yaml';

interface ComposePath {
  /** Below the stack's directory. */
  readonly path: string;
  /** Why the host's copy may be worth more than the repository's; `null`: services only read the path. */
  readonly care: string | null;
}

interface ComposePathsRequest {
  readonly compose: readonly string[];
  readonly profiles: readonly string[];
  /** The stack's directory on the host. */
  readonly directory: string;
  /** Text of a file of the repository; `null` where there is none. */
  readonly read: (path: string) => string | null;
  /**
   * A path of a file that Compose itself reads, with the values of its variables; `null`: a value is not known. Default:
   * such paths are left out.
   */
  readonly filled?: (path: string) => string | null;
}

type Mapping = Readonly<Record<string, unknown>>;

/**
 * Each path once. Left out are paths with variables, which only Compose can resolve, and paths elsewhere on the host.
 * If one service may write to a path or keeps secrets in it, this counts although others only read it.
 */
export function composePaths(request: ComposePathsRequest): ComposePath[] {
  const found = new Map<string, string | null>();
  const seen = new Set<string>();
  const add = (base: string, value: unknown, care: string | null): string | null => {
    const path = typeof value === 'string' ? below(base, value, request.directory) : null;
    if (path !== null) found.set(path, found.get(path) ?? care);
    return path;
  };
  /** Adds a file that Compose itself reads. */
  const addRead = (base: string, value: unknown, care: string | null): string | null =>
    add(base, typeof value === 'string' ? (request.filled?.(value) ?? value) : value, care);
  const documentOf = (path: string): Mapping => {
    const text = request.read(path);
    try {
      return mapping(text === null ? null : parse(text, { merge: true, logLevel: 'silent' }));
    } catch {
      return {};
    }
  };

  const service = (name: string, definition: Mapping, base: string, document: Mapping): void => {
    for (const volume of list(definition.volumes)) {
      const { source, writable } = bindOf(volume);
      add(base, source, writable ? `${name} may write to it` : null);
    }
    for (const file of [definition.env_file ?? []].flat()) {
      addRead(base, mapping(file).path ?? file, `it is an env file of ${name}`);
    }
    for (const file of [definition.label_file ?? []].flat()) addRead(base, file, null);
    const { file, service: other } = mapping(definition.extends);
    const own = typeof definition.extends === 'string' ? definition.extends : other;
    if (typeof own !== 'string') return;
    const path = file === undefined ? null : addRead(base, file, null);
    if (file !== undefined && path === null) return;
    if (seen.has(`${path} ${base} ${own}`)) return;
    seen.add(`${path} ${base} ${own}`);
    const there = path === null ? document : documentOf(path);
    service(own, mapping(mapping(there.services)[own]), path === null ? base : posix.dirname(path), there);
  };

  /** Profiles of services, by all Compose files together: lists are joined, and an empty list (`!reset`) ends those before. */
  const profiled = new Map<string, readonly string[]>();
  for (const path of request.compose)
    for (const [name, definition] of Object.entries(mapping(documentOf(posix.normalize(path)).services))) {
      const { profiles = null } = mapping(definition);
      const own = list(profiles).map(String);
      const isReset = Object.hasOwn(mapping(definition), 'profiles') && own.length === 0;
      profiled.set(name, isReset ? [] : [...(profiled.get(name) ?? []), ...own]);
    }

  const file = (path: string, base: string): void => {
    if (seen.has(`${path} ${base}`)) return;
    seen.add(`${path} ${base}`);
    const document = documentOf(path);
    for (const [name, definition] of Object.entries(mapping(document.services))) {
      const profiles = profiled.get(name) ?? list(mapping(definition).profiles).map(String);
      const active = ['*', ...profiles].some((profile) => request.profiles.includes(profile));
      if (active || profiles.length === 0) service(name, mapping(definition), base, document);
    }
    for (const [name, secret] of Object.entries(mapping(document.secrets)))
      add(base, mapping(secret).file, `it is the secret ${name}`);
    for (const config of Object.values(mapping(document.configs))) add(base, mapping(config).file, null);
    for (const included of list(document.include)) {
      const { path: paths = included, project_directory: project, env_file: environment } = mapping(included);
      for (const one of [environment ?? []].flat()) addRead(base, one, 'it is the env file of an include');
      const files = [paths].flat().map((one) => addRead(base, one, null));
      const [first] = files;
      const place = typeof project === 'string' ? below(base, project, request.directory) : null;
      for (const one of files) if (one !== null) file(one, place ?? posix.dirname(first ?? one));
    }
  };

  for (const path of request.compose) file(posix.normalize(path), '.');
  return [...found].map(([path, care]) => ({ path, care })).sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** Reads `./conf:/etc/conf:ro`, or the long form. */
function bindOf(volume: unknown): { source: unknown; writable: boolean } {
  if (typeof volume === 'string') {
    const [source = '', target] = volume.split(':');
    const bind = target !== undefined && /^[./~]/.test(source);
    return { source: bind ? source : null, writable: !/:(?:[^:]*,)?(?:ro|readonly)(?:,[^:]*)?$/.test(volume) };
  }
  const { type, source, read_only: only } = mapping(volume);
  return { source: type === 'bind' ? source : null, writable: only !== true };
}

/** The path relative to the stack's directory; `null`: it lies elsewhere. */
function below(base: string, value: string, directory: string): string | null {
  if (value === '' || /(?<!\$)(?:\$\$)*\$(?!\$)/.test(value)) return null;
  const plain = value.replaceAll('$$', '$');
  if (plain.startsWith('~')) return null;
  const path = plain.startsWith('/')
    ? posix.relative(posix.normalize(directory), posix.normalize(plain))
    : posix.normalize(posix.join(base, plain));
  const clean = path.replace(/\/+$/, '');
  return clean === '..' || clean.startsWith('../') ? null : clean || '.';
}

function mapping(value: unknown): Mapping {
  return value !== null && typeof value === 'object' && !Array.isArray(value) ? (value as Mapping) : {};
}

function list(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}
