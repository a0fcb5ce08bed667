/** What a stack has that no backup contains, and what a backup contains but may copy half-written. */
import { mib } from '../bytes';
import { STATE } from '../certificates/state';
import type { Runbook } from '../config/runbook';
import type { Facts } from '../postgres/facts';
import { besideId } from '../postgres/names';
import type { Container, State } from '../stack/model';
import type { MountFacts, VolumeFacts } from '../volumes/facts';

/** Data that a backup does not contain. */
export interface Bare {
  readonly kind: 'database' | 'volume' | 'directory';
  /** The name in messages. */
  readonly name: string;
  /** Other names that `backup.ignore` may use for it. */
  readonly aliases: readonly string[];
  /** `null`: the size was not measured. */
  readonly bytes: number | null;
  /** The kind of database that has its files here; `null`: none was found. */
  readonly live: string | null;
  /** An argument for Docker's --mount; `null` for databases. */
  readonly mount: string | null;
  /** A PostgreSQL server whose databases are backed up may keep its data here. */
  readonly ofServer: boolean;
}

/** Folders of the host's own system, and folders whose content may be lost. */
const SYSTEM = [
  '/proc',
  '/sys',
  '/dev',
  '/run',
  '/var/run',
  '/tmp',
  '/var/tmp',
  '/usr',
  '/bin',
  '/sbin',
  '/boot',
].concat(['/lib', '/lib64', '/var/log', '/var/lib/docker']);
const ANONYMOUS = /^[0-9a-f]{64}$/;

type Settings = Pick<Runbook, 'stack' | 'directory' | 'files' | 'backup'>;

/** Databases of these servers that are not backed up. */
export function bareDatabases({ backup }: Settings, { servers }: Pick<Facts, 'servers'>): Bare[] {
  return [...servers].flatMap(([service, { databases, properties, unused }]) => {
    const named = backup.databases.filter((one) => one.service === service).map(({ database }) => database);
    // Images come with template databases of their own.
    const all = [...databases.keys()].filter((name) => named.includes(name) || !properties.get(name)?.template);
    const isBeside = (name: string): boolean =>
      all.some((live) =>
        (['restore', 'before', 'undone'] as const).some((kind) => besideId(name, live, kind) !== null),
      );
    return all
      .filter((name) => !named.includes(name) && !isBeside(name) && !(name === 'postgres' && unused))
      .map((name): Bare => {
        const at = { live: null, mount: null, ofServer: false };
        return {
          ...at,
          kind: 'database',
          name: `${name} of ${service}`,
          aliases: [name, `${service}/${name}`],
          bytes: databases.get(name) ?? null,
        };
      });
  });
}

/**
 * Volumes and directories that a container of the stack may write to and that no backup contains, and certbot's folder:
 * accounts, keys and renewal files. Left out are those
 * that only database servers write to, if the databases of these servers are backed up.
 *
 * @param volumes those that are backed up
 */
export function bareMounts(
  settings: Settings,
  { containers, engine }: Pick<State, 'containers' | 'engine'>,
  volumes: ReadonlyMap<string, Pick<VolumeFacts, 'source'>>,
): Bare[] {
  const { backup, stack } = settings;
  const servers = new Set(backup.databases.map(({ service }) => service));
  const saved = new Set([...servers, ...backup.qdrant.map(({ service }) => service)]);
  const sources = [...volumes.values()].map(({ source }) => source);
  const found = new Map<string, Bare & { readonly users: Set<string> }>();
  for (const { service, target, type, source } of writable(containers)) {
    const [name = ''] = type === 'volume' ? source.split('/') : [source];
    const path = type === 'volume' ? `${engine.root}/volumes/${name}/_data` : name;
    if (sources.some((one) => one === name || isBelow(path, one))) continue;
    if (type === 'bind' && isNoData(name, settings, engine.root)) continue;
    const known = found.get(name);
    if (known !== undefined) {
      known.users.add(service);
      continue;
    }
    const title = ANONYMOUS.test(name)
      ? `${service}:${target}`
      : type === 'volume' && name.startsWith(`${stack}_`)
        ? name.slice(stack.length + 1)
        : name;
    found.set(name, {
      kind: type === 'volume' ? 'volume' : 'directory',
      name: title,
      aliases: [title, name],
      bytes: null,
      live: null,
      ofServer: false,
      mount: `type=${type},source=${name}`,
      users: new Set([service]),
    });
  }
  return [...found.values()]
    .filter(({ users }) => ![...users].every((one) => saved.has(one)))
    .map(({ users, ...bare }) => ({ ...bare, ofServer: [...users].some((one) => servers.has(one)) }));
}

function writable(containers: readonly Container[]) {
  return containers
    .filter(({ oneOff }) => !oneOff)
    .flatMap(({ service, mounts }) =>
      // The proxy only reads certbot's folder, and certbot, which writes it, has no container between two renewals.
      mounts.filter(({ writable, target }) => writable || target === STATE).map((mount) => ({ service, ...mount })),
    );
}

function isNoData(path: string, { directory, files, backup }: Settings, docker: string): boolean {
  const ours = [backup.directory, `${directory}/.runbook`, docker, ...files.map((file) => `${directory}/${file}`)];
  return path === '/' || [...SYSTEM, ...ours].some((folder) => isBelow(path, folder));
}

function isBelow(path: string, folder: string): boolean {
  return path === folder || path.startsWith(`${folder.replace(/\/$/, '')}/`);
}

/** Without the data that `backup.ignore` says is not wanted. */
export function unignored(bare: readonly Bare[], ignore: readonly string[]): Bare[] {
  return bare.filter(({ aliases }) => !aliases.some((alias) => ignore.includes(alias)));
}

/**
 * Adds what was found in each mount. Leaves out files, and volumes that others see but in which a server that is backed
 * up keeps its data.
 */
export function measured(bare: readonly Bare[], facts: readonly (MountFacts | null)[]): Bare[] {
  return bare.flatMap((one, index) => {
    const found = facts[index] ?? null;
    if (found === null) return [one];
    if (found.absent || (one.ofServer && found.live === 'PostgreSQL')) return [];
    return [{ ...one, bytes: found.bytes, live: found.live }];
  });
}

/** The name in a manifest. */
export function titleOfBare({ kind, name }: Bare): string {
  return `${kind} ${name}`;
}

/** A sentence for the report; `null`: the backup contains everything, or the rest is not wanted. */
export function sayBare(bare: readonly Bare[]): string | null {
  if (bare.length === 0) return null;
  const items = bare.map((one) => {
    const facts = [
      ...(one.bytes === null ? [] : [`${mib(one.bytes)} MiB`]),
      ...(one.live === null ? [] : [`holds a live database of ${one.live}`]),
    ];
    return facts.length === 0 ? titleOfBare(one) : `${titleOfBare(one)} (${facts.join(', ')})`;
  });
  return `Not backed up: ${items.join(', ')}. Add what you need to backup.databases or backup.volumes of the runbook file, and the rest to backup.ignore.`;
}

/**
 * A sentence on data that is not backed up and that the backup before did not name as such.
 *
 * @param earlier the data that the backup before named as not contained; `null`: it does not tell
 */
export function sayNew(bare: readonly Bare[], earlier: readonly string[] | null): string | null {
  if (earlier === null) return null;
  const fresh = bare.map(titleOfBare).filter((title) => !earlier.includes(title));
  return fresh.length === 0 ? null : `New since the backup before, and not backed up: ${fresh.join(', ')}.`;
}

/** Sentences on volumes that are backed up file by file while a database writes to them. */
export function sayLive(volumes: ReadonlyMap<string, Pick<VolumeFacts, 'live'>>, ignore: readonly string[]): string[] {
  return [...volumes].flatMap(([name, { live }]) =>
    live === null || ignore.includes(name)
      ? []
      : `${name} is backed up file by file, and holds a live database of ${live}: its files are only consistent if nothing writes there. Save it with its own tools (backup.databases for PostgreSQL), or name it in backup.ignore if you know that nothing writes to it.`,
  );
}

/**
 * Sentences on volumes that were found by their own name only, and that no container of the stack mounts: the Compose file
 * may give the volume of this key another name.
 */
export function sayUnused(
  volumes: ReadonlyMap<string, Pick<VolumeFacts, 'source'>>,
  { containers }: Pick<State, 'containers'>,
  ignore: readonly string[],
): string[] {
  const mounted = new Set(
    containers.flatMap(({ mounts }) =>
      mounts.flatMap(({ type, source }) => (type === 'volume' ? source.split('/')[0] : [])),
    ),
  );
  return [...volumes].flatMap(([name, { source }]) =>
    source !== name || name.startsWith('/') || mounted.has(name) || ignore.includes(name)
      ? []
      : `${name} is a volume of Docker that no container of this stack mounts, and none of this stack by its labels: if the Compose file gives its volume ${name} another name, write that name in backup.volumes.`,
  );
}
