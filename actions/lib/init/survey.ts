/** What belongs to a stack, read from its Compose files and the host. Pure. */
import { normalized } from '../stack/project-name';
import { defaultOf, type Project, type Service } from './compose';
import { type Door, doorOf } from './door';
import { type Asked, healthOf } from './health';
import type { HostLook } from './host-look';
import { isMigrator, type Role, roleOf } from './images';
import { callsService, interruption, shareable } from './interruption';
import { lookAt, MIGRATES } from './look-at';
import { activeIn } from './profiles';
import { siteIn } from './site';
import { versionedOf } from './versioned';

interface Database {
  readonly service: string;
  readonly user: string;
  readonly database: string;
}

export interface Survey {
  readonly stack: string;
  readonly directory: string;
  readonly compose: readonly string[];
  /** Folders of files that are mounted by a path with a variable. */
  readonly files: readonly string[];
  /** `null`: neither the repository nor the host has one. */
  readonly envFile: string | null;
  /** Services whose image tag is the application's version. */
  readonly versioned: readonly string[];
  /** Active profiles of the Compose files. */
  readonly profiles: readonly string[];
  readonly proxy: { readonly service: string; readonly kind: Role; readonly tls: boolean } | null;
  /** Where the stack answers if it has no proxy; `null`: not known. */
  readonly door: Door | null;
  /** The site's name, where a label or a variable holds it. */
  readonly domain: string | null;
  /** Paths that a healthcheck requests, or that answered on the host. */
  readonly probes: readonly string[];
  /** Service → path and port of its healthcheck, where the image's own healthcheck is not known. */
  readonly health: ReadonlyMap<string, Asked>;
  readonly migration: string | null;
  readonly databases: readonly Database[];
  readonly qdrant: readonly string[];
  readonly redpanda: readonly string[];
  /** Volumes with files of the application. */
  readonly volumes: readonly string[];
  readonly writers: readonly string[];
  /** Whether certbot orders the certificates, or its certificates are mounted. */
  readonly certbot: boolean;
  /** Service → why a deploy interrupts it. */
  readonly interrupted: ReadonlyMap<string, string>;
  /** Interrupted services → the volumes to which they write, if nothing else interrupts them. */
  readonly shareable: ReadonlyMap<string, readonly string[]>;
  /** Sentences: findings, and points that the operator should look at. */
  readonly found: readonly string[];
  readonly look: readonly string[];
}

/**
 * @param folder name of the repository's folder
 * @param envFiles env files in the repository
 * @param filesOf texts of the files that a service mounts from the repository
 */
export function survey(
  project: Project,
  {
    folder,
    envFiles,
    host,
    filesOf,
  }: {
    readonly folder: string;
    readonly envFiles: readonly string[];
    readonly host: HostLook | null;
    readonly filesOf: (service: string) => readonly string[];
  },
): Survey {
  const { services, profiles, look: leftOut } = activeIn(project.services, host?.running ?? new Set());
  const found: string[] = [];
  const look: string[] = [...project.notFollowed, ...leftOut];
  const proxy = proxyOf(services);
  const own = normalized(project.name?.includes('$') === false ? project.name : folder) || 'app';
  const directory = host?.directory ?? `/opt/${own}`;
  const { services: versioned, others } = versionedOf(services);
  const databases = databasesOf(services, host, look);
  const migration = migrationOf(services);
  const dataServices = new Set(services.filter(({ image }) => isData(roleOf(image))).map(({ name }) => name));
  const inFront = proxy?.service ?? null;
  const application = services.filter(({ name }) => !dataServices.has(name) && name !== inFront);
  const envFile = host?.envFile ?? envFiles[0] ?? application.flatMap((one) => one.envFiles)[0] ?? null;
  const proxyFiles = services.filter(({ image }) => isProxy(roleOf(image))).flatMap(({ name }) => filesOf(name));
  // What runs to its end serves nobody.
  const serving = application.filter(({ name }) => name !== migration && !awaitedIn(services).has(name));
  const interrupted = new Map(serving.flatMap((one) => interruption(one, services, proxyFiles)));
  const volumes = volumesOf(application);
  const qdrant = named(services, 'qdrant');
  const door = proxy === null ? doorOf(application) : null;
  const domain = domainIn(services) ?? (inFront === null ? null : siteIn(filesOf(inFront)));
  look.push(
    ...lookAt(services, { directory, proxy, door, domain, migration, databases, copied: [...volumes, ...qdrant] }),
  );
  const open = envFile === null ? openIn(services) : [];
  if (open.length > 0)
    look.push(
      `The Compose files use ${open.join(', ')} without a default, and no env file was found. If the server has one, write its path as env-file in runbook.yml: without it a deploy is refused (RB-VARIABLE-UNSET).`,
    );
  if (proxy !== null) found.push(`${proxy.service} is the proxy in front (${proxy.kind}).`);
  if (migration !== null)
    found.push(`${migration} migrates the database; a deploy runs it to its end before anything changes.`);
  for (const one of databases) found.push(`PostgreSQL in ${one.service}: user ${one.user}, database ${one.database}.`);
  if (others.length > 0)
    found.push(
      `${others.join(', ')} ${others.length === 1 ? 'keeps the image tag' : 'keep the image tags'} of the Compose files.`,
    );
  if (versioned.length === 0)
    look.push(
      'No service was found whose image has the version of a deploy. Write such services under versioned in runbook.yml. Without them, a tag changes only files and settings.',
    );
  const health = new Map(
    services.flatMap((one): [string, Asked][] => {
      const asked = healthOf(one);
      return asked === null || dataServices.has(one.name) ? [] : [[one.name, asked]];
    }),
  );
  const known = host?.probes ?? [];
  return {
    stack: host?.stack ?? own,
    directory,
    compose: project.files,
    files: foldersOf(services),
    envFile,
    versioned,
    profiles,
    proxy,
    door,
    domain,
    probes: known.length > 0 ? known : [...new Set([...health.values()].map(({ path }) => path))],
    health,
    migration,
    databases,
    qdrant,
    redpanda: named(services, 'redpanda'),
    volumes,
    writers: application
      .filter((one) => one.name !== migration && databases.some(({ service }) => callsService(one, service)))
      .map(({ name }) => name),
    certbot: services.some(
      ({ image, mounts }) =>
        roleOf(image) === 'certbot' || mounts.some(({ target }) => target.startsWith('/etc/letsencrypt')),
    ),
    interrupted,
    shareable: new Map(serving.filter(({ name }) => interrupted.has(name)).flatMap(shareable)),
    found,
    look,
  };
}

function named(services: readonly Service[], role: Role): string[] {
  return services.filter(({ image }) => roleOf(image) === role).map(({ name }) => name);
}

function isData(role: Role | null): boolean {
  return role === 'postgres' || role === 'qdrant' || role === 'redpanda' || role === 'other-data';
}

function proxyOf(services: readonly Service[]): Survey['proxy'] {
  const publishing = (port: string) =>
    services.filter(({ ports, hostNetwork, image }) =>
      hostNetwork ? isProxy(roleOf(image)) : ports.some(({ published, udp }) => !udp && defaultOf(published) === port),
    );
  const tls = publishing('443');
  const candidates = tls.length > 0 ? tls : publishing('80');
  const service = candidates.find(({ image }) => isProxy(roleOf(image)));
  const kind = roleOf(service?.image ?? null);
  return service === undefined || kind === null ? null : { service: service.name, kind, tls: tls.length > 0 };
}

function isProxy(role: Role | null): boolean {
  return role === 'nginx' || role === 'caddy' || role === 'traefik' || role === 'haproxy' || role === 'apache';
}

function migrationOf(services: readonly Service[]): string | null {
  const awaited = awaitedIn(services);
  const oneShots = services.filter(({ name, restart }) => awaited.has(name) || restart === 'no' || restart === 'false');
  const tools = services.filter(
    ({ image, restart }) => isMigrator(image) && !/^(always|unless-stopped)$/.test(restart),
  );
  const migrates = oneShots.filter((one) => MIGRATES.test(`${one.name} ${one.command} ${one.entrypoint}`));
  return (migrates.find(({ name }) => awaited.has(name)) ?? migrates[0] ?? tools[0])?.name ?? null;
}

/** Services that others wait for to end well. */
function awaitedIn(services: readonly Service[]): ReadonlySet<string> {
  return new Set(
    services.flatMap(({ dependsOn }) =>
      [...dependsOn].flatMap(([name, how]) => (how === 'service_completed_successfully' ? [name] : [])),
    ),
  );
}

/** The names of the same variables in Bitnami's image. */
const BITNAMIS = { POSTGRES_USER: 'POSTGRESQL_USERNAME', POSTGRES_DB: 'POSTGRESQL_DATABASE' } as const;

function databasesOf(services: readonly Service[], host: HostLook | null, look: string[]): Database[] {
  return services
    .filter(({ image }) => roleOf(image) === 'postgres')
    .map(({ name, environment, envFiles }) => {
      const seen = host?.postgres.get(name);
      const value = (key: keyof typeof BITNAMIS): string | undefined =>
        environment.get(key) ?? environment.get(BITNAMIS[key]);
      const user = seen?.user ?? defaultOf(value('POSTGRES_USER') ?? '') ?? 'postgres';
      const database = seen?.database ?? defaultOf(value('POSTGRES_DB') ?? '') ?? user;
      const keys = ['POSTGRES_USER', 'POSTGRES_DB'] as const;
      const open = keys.filter((key) => value(key) && defaultOf(value(key) ?? '') === null);
      const unread = envFiles.length === 0 ? [] : keys.filter((key) => value(key) === undefined);
      if (seen === undefined && unread.length > 0)
        look.push(
          `${unread.join(' and ')} of ${name} may be set in ${envFiles.join(', ')}, which init did not read: correct backup.databases in runbook.yml.`,
        );
      if (seen === undefined && open.length > 0)
        look.push(`${open.join(' and ')} of ${name} come from a variable: correct backup.databases in runbook.yml.`);
      const filed = keys.filter((key) => environment.has(`${key}_FILE`) || environment.has(`${BITNAMIS[key]}_FILE`));
      if (seen === undefined && filed.length > 0)
        look.push(`${filed.join(' and ')} of ${name} come from a file: correct backup.databases in runbook.yml.`);
      return { service: name, user: user || 'postgres', database: database || user || 'postgres' };
    });
}

/** Volumes of services that are neither databases nor proxies; a volume that they only read belongs to another service. */
function volumesOf(services: readonly Service[]): string[] {
  const names = services.flatMap(({ mounts }) =>
    mounts.filter(({ kind, readOnly }) => kind === 'volume' && !readOnly).map(({ source }) => source),
  );
  return [...new Set(names)];
}

/** `./nginx/${VARIANT:-plain}` → `nginx`: a deploy itself finds paths without variables. */
function foldersOf(services: readonly Service[]): string[] {
  const folders = services.flatMap(({ mounts }) =>
    mounts.flatMap(({ source }) => /^\.\/([\w.-]+(?:\/[\w.-]+)*)\/[^/]*\$/.exec(source)?.[1] ?? []),
  );
  return [...new Set(folders)];
}

/** Names of variables that have no default, in what a container gets. */
function openIn(services: readonly Service[]): string[] {
  const texts = services.flatMap(({ command, environment }) => [command, ...environment.values()]);
  const names = texts.flatMap((text) =>
    [...text.matchAll(/(?<!\$)\$(?:\{(\w+)(?::?\?[^}]*)?\}|([A-Za-z_]\w*))/g)].map(
      ([, braced, bare]) => braced ?? bare ?? '',
    ),
  );
  return [...new Set(names)].sort();
}

/** The site's name in Traefik's rule, or in the variables of other proxies. */
function domainIn(services: readonly Service[]): string | null {
  for (const { labels, environment } of services) {
    for (const [name, value] of labels) {
      const [, domain] = /^traefik\.http\.routers\..*\.rule$/.test(name) ? (/Host\(`([^`$]+)`/.exec(value) ?? []) : [];
      if (domain !== undefined) return domain;
    }
    for (const name of ['VIRTUAL_HOST', 'DOMAIN', 'SERVER_NAME']) {
      const value = defaultOf(environment.get(name) ?? '');
      if (value !== null && /^[a-z0-9-]+(\.[a-z0-9-]+)+$/i.test(value)) return value;
    }
  }
  return null;
}
