/** Reads Compose files, with those that they include and extend, as one model. Replaces no variables. */
import { existsSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { parseDocument } from 'yaml';
import { UserError } from '../errors';
import { asRecord, keepTags, list, type Model, merged } from './compose-merge';

interface ComposeModel {
  readonly name: string | null;
  readonly services: Model;
  /** Files that others include or extend, relative to the folder. */
  readonly followed: readonly string[];
  /** A sentence for each part that could not be followed. */
  readonly notFollowed: readonly string[];
}

/** @param files relative to the folder, in the order of `-f` @throws {UserError} RB-COMPOSE-INVALID */
export function composeModel(folder: string, files: readonly string[]): ComposeModel {
  const names: string[] = [];
  const followed = new Set<string>();
  const notFollowed = new Set<string>();

  /** The path of a file that another one names; `null`: it is not in the folder. */
  const follow = (from: string, base: string, name: unknown, how: string): string | null => {
    const path = posix.normalize(posix.join(base, String(name)));
    if (/^[/~]|\$|:/.test(String(name)) || !existsSync(join(folder, path))) {
      notFollowed.add(`${from} ${how} ${String(name)}, which init could not read.`);
      return null;
    }
    followed.add(path);
    return path;
  };

  /** @param base folder from which the file's paths count @param seen services that lead here */
  const service = (file: string, base: string, definition: unknown, all: Model, seen: readonly string[]): Model => {
    const own = placed(asRecord(definition), base);
    const { file: other, service: named } = asRecord(own.extends);
    const name = typeof own.extends === 'string' ? own.extends : named;
    if (typeof name !== 'string') return own;
    const path = other === undefined ? file : follow(file, base, other, 'extends a service of');
    const key = `${path} ${name}`;
    if (path === null || seen.includes(key)) return own;
    const services = other === undefined ? all : asRecord(readCompose(join(folder, path)).services);
    const there = other === undefined ? base : posix.dirname(path);
    return merged(service(path, there, services[name], services, [...seen, key]), own);
  };

  /** The models of a file's includes, and its own: Compose's tags in it count for those before it. */
  const models = (file: string, base: string, seen: readonly string[]): Model[] => {
    const read = readCompose(join(folder, file));
    if (typeof read.name === 'string' && seen.length === 0) names.push(read.name);
    const services = asRecord(read.services);
    const own = Object.fromEntries(
      Object.entries(services).map(([name, one]) => [name, service(file, base, one, services, [`${file} ${name}`])]),
    );
    const included = list(read.include).flatMap((entry) => {
      const { path = entry, project_directory: project } = asRecord(entry);
      const paths = list(path).map((one) => follow(file, base, one, 'includes'));
      const [first] = paths;
      const at = typeof project === 'string' ? posix.join(base, project) : posix.dirname(first ?? '.');
      return paths.flatMap((one) => (one === null || seen.includes(one) ? [] : models(one, at, [...seen, file])));
    });
    return [...included, own];
  };

  const services = files.flatMap((file) => models(file, '.', [])).reduce(merged, {});
  return {
    name: names.at(-1) ?? null,
    services,
    followed: [...followed].filter((path) => !files.includes(path)),
    notFollowed: [...notFollowed],
  };
}

/** The same service with its paths as seen from the stack's folder: Compose resolves them from the file that has them. */
function placed(service: Model, base: string): Model {
  if (base === '.') return service;
  const moved = (path: unknown): unknown => {
    if (typeof path !== 'string' || /^[/~$]/.test(path)) return path;
    const joined = posix.join(base, path);
    return joined.startsWith('..') ? joined : `./${joined}`;
  };
  const { volumes, env_file: envFiles, ...rest } = service;
  return {
    ...rest,
    ...(Array.isArray(volumes)
      ? {
          volumes: volumes.map((mount) => {
            if (typeof mount === 'string')
              return mount.startsWith('.') ? mount.replace(/^[^:]+/, (path) => String(moved(path))) : mount;
            const { type, source } = asRecord(mount);
            return type === 'bind' ? { ...asRecord(mount), source: moved(source) } : mount;
          }),
        }
      : volumes === undefined
        ? {}
        : { volumes }),
    ...(envFiles === undefined
      ? {}
      : {
          env_file: list(envFiles).map((one) =>
            typeof one === 'string' ? moved(one) : { ...asRecord(one), path: moved(asRecord(one).path) },
          ),
        }),
  };
}

/** @throws {UserError} RB-COMPOSE-INVALID */
export function readCompose(file: string): Model {
  if (!existsSync(file))
    throw new UserError('RB-COMPOSE-INVALID', {
      what: `${file} is not there`,
      remedy: 'name a Compose file of this repository',
    });
  const document = parseDocument(readFileSync(file, 'utf8'), { merge: true, logLevel: 'silent' });
  const [error] = document.errors;
  if (error !== undefined)
    throw new UserError('RB-COMPOSE-INVALID', {
      what: `${file} is not YAML that Compose could read`,
      why: error.message,
      remedy: 'correct it; `docker compose config` says the same',
    });
  keepTags(document);
  return asRecord(document.toJS({ maxAliasCount: 1000 }));
}
