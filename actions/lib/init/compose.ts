/**
 * Reads a repository's Compose files as they are written: replaces no variables and follows no files outside of their
 * folder. For a first look; later Compose's own model counts.
 */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { asRecord, list, type Model, pairs } from './compose-merge';
import { composeModel, readCompose } from './compose-model';

export interface Port {
  /** As written: may contain a variable. `null`: Docker chooses the port. */
  readonly published: string | null;
  readonly target: string;
  readonly udp: boolean;
}

interface Mount {
  readonly source: string;
  readonly target: string;
  readonly readOnly: boolean;
  readonly kind: 'volume' | 'bind';
}

export interface Service {
  readonly name: string;
  readonly image: string | null;
  readonly builds: boolean;
  readonly command: string;
  readonly entrypoint: string;
  readonly ports: readonly Port[];
  readonly mounts: readonly Mount[];
  readonly environment: ReadonlyMap<string, string>;
  readonly envFiles: readonly string[];
  /** Service → the condition for which this service waits. */
  readonly dependsOn: ReadonlyMap<string, string>;
  readonly healthcheck: string;
  readonly labels: ReadonlyMap<string, string>;
  readonly profiles: readonly string[];
  readonly restart: string;
  readonly containerName: boolean;
  readonly hostNetwork: boolean;
}

export interface Project {
  /** Relative to the repository, in the order of `-f`. */
  readonly files: readonly string[];
  /** `name:` of the last file that has one. */
  readonly name: string | null;
  readonly services: readonly Service[];
  /** Files that these include or extend, relative to the repository. */
  readonly followed: readonly string[];
  /** A sentence for each file that this reader could not follow. */
  readonly notFollowed: readonly string[];
}

const NAME = /^(docker-)?compose(\.[A-Za-z0-9_-]+)?\.ya?ml$/;
const PRODUCTION = /\.(prod|production|live)\.ya?ml$/;
const BASE = /^(docker-)?compose\.ya?ml$/;

/**
 * The files with which production is started, judged by their names.
 *
 * @returns `others`: Compose files that are not among them
 */
export function composeFilesIn(folder: string): {
  readonly files: readonly string[];
  readonly others: readonly string[];
} {
  const names = readdirSync(folder)
    .filter((name) => NAME.test(name))
    .sort();
  const production = names.filter((name) => PRODUCTION.test(name));
  const base = names.find((name) => BASE.test(name));
  const [only] = production;
  // A file with images for all of its services stands alone; otherwise it only holds differences.
  const files =
    only === undefined
      ? base === undefined
        ? []
        : [base]
      : base === undefined || isWhole(join(folder, only))
        ? [only]
        : [base, only];
  return { files, others: names.filter((name) => !files.includes(name)) };
}

function isWhole(file: string): boolean {
  const services = Object.values(asRecord(readCompose(file).services)).map(asRecord);
  return services.length > 0 && services.every((one) => ['image', 'build', 'extends'].some((key) => key in one));
}

/** @throws {UserError} RB-COMPOSE-INVALID */
export function readProject(folder: string, files: readonly string[]): Project {
  const { services, ...model } = composeModel(folder, files);
  return { ...model, files, services: Object.entries(services).map(([name, own]) => serviceOf(name, asRecord(own))) };
}

/** A plain value, or the default after `:-`; `null`: only the environment tells. */
export function defaultOf(value: string | null): string | null {
  if (value === null || value === '') return null;
  if (!value.includes('$')) return value;
  return /^\$\{\w+:?-([^${}]*)\}$/.exec(value)?.[1] ?? null;
}

function serviceOf(name: string, own: Model): Service {
  return {
    name,
    image: typeof own.image === 'string' ? own.image : null,
    builds: own.build !== undefined && own.build !== null,
    command: words(own.command),
    entrypoint: words(own.entrypoint),
    ports: list(own.ports).map(portOf),
    mounts: list(own.volumes).flatMap(mountOf),
    environment: pairs(own.environment),
    envFiles: list(own.env_file).map((one) => (typeof one === 'string' ? one : String(asRecord(one).path ?? ''))),
    dependsOn: new Map(
      Array.isArray(own.depends_on)
        ? own.depends_on.map((one) => [String(one), 'service_started'])
        : Object.entries(asRecord(own.depends_on)).map(([on, how]) => [
            on,
            String(asRecord(how).condition ?? 'service_started'),
          ]),
    ),
    healthcheck: words(asRecord(own.healthcheck).test),
    labels: pairs(own.labels),
    profiles: list(own.profiles).map(String),
    restart: String(own.restart ?? ''),
    containerName: own.container_name !== undefined,
    hostNetwork: own.network_mode === 'host',
  };
}

function portOf(port: unknown): Port {
  if (typeof port === 'object' && port !== null) {
    const { target, published, protocol } = asRecord(port);
    return {
      published: published === undefined ? null : String(published),
      target: String(target),
      udp: protocol === 'udp',
    };
  }
  // `[[ADDRESS:]PUBLISHED:]TARGET[/PROTOCOL]`; a variable in it may contain colons.
  const [, text = '', protocol = 'tcp'] = /^(.*?)(?:\/(tcp|udp))?$/.exec(String(port)) ?? [];
  const parts = text.match(/(?:\$\{[^}]*\}|\[[^\]]*\]|[^:])+/g) ?? [];
  return {
    published: parts.length > 1 ? (parts.at(-2) ?? null) : null,
    target: parts.at(-1) ?? '',
    udp: protocol === 'udp',
  };
}

function mountOf(mount: unknown): Mount[] {
  if (typeof mount === 'object' && mount !== null) {
    const { type, source, target, read_only } = asRecord(mount);
    if ((type !== 'volume' && type !== 'bind') || source === undefined) return [];
    return [{ source: String(source), target: String(target), readOnly: read_only === true, kind: type }];
  }
  const [source = '', target, mode = ''] = String(mount).match(/(?:\$\{[^}]*\}|[^:])+/g) ?? [];
  if (target === undefined) return [];
  const kind = /^[./~$]/.test(source) ? 'bind' : 'volume';
  return [{ source, target, readOnly: mode.split(',').includes('ro'), kind }];
}

function words(value: unknown): string {
  return Array.isArray(value) ? value.map(String).join(' ') : typeof value === 'string' ? value : '';
}
