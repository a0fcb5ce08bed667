/** A host that exists only as a State: carries operations out, whole or up to any point. */
import type { Runbook } from '../../../actions/lib/config/runbook';
import { hashOf } from '../../../actions/lib/stack/identity';
import { schemaName } from '../../../actions/lib/stack/migrations';
import type { Container, Plan, Release, ReleaseService, ServiceTraits, State } from '../../../actions/lib/stack/model';
import type { Operation } from '../../../actions/lib/stack/plan/program';

export const settings = { healthTimeout: 60, stableFor: 2, drainTimeout: 10 };

export const runbook: Runbook = {
  stack: 'shop',
  directory: '/srv/shop',
  compose: ['compose.yml'],
  envFile: null,
  envFileNamed: true,
  tag: '{version}',
  profiles: [],
  files: [],
  versioned: ['api'],
  services: {},
  defaults: settings,
  proxy: { service: 'proxy', url: 'https://localhost', probes: ['/healthz'] },
  maintenance: { page: null, pass: null, allow: [], retryAfter: 300 },
  watch: { duration: 5, errorRate: 0.05, p95: 2000, minimumSamples: 20 },
  migration: {
    ...{ service: 'migrate', timeout: 60, blockedTimeout: 60, grace: 30, databases: null, versionQuery: null },
  },
  backup: {
    directory: '/opt/backups',
    databases: [],
    format: 'custom',
    blockedTimeout: 600,
    volumes: [],
    qdrant: [],
    redpanda: [],
    ignore: [],
    to: ['host'],
    recipients: [],
    s3: null,
    keep: { days: 30, daily: 0, weekly: 0, monthly: 0 },
  },
  restore: { writers: [], healthTimeout: 60 },
  certificates: { consumers: [], names: [], every: 43_200 },
  commands: {},
  freeCommands: false,
  secrets: {},
  planLifetime: 86_400,
  keepReleases: 5,
};

export const traits: ServiceTraits = {
  containerName: null,
  hostPorts: [],
  networkMode: null,
  dependsOn: {},
  shares: {},
  restartsWith: [],
  hooks: [],
  networks: ['default'],
  fixed: [],
  writableVolumes: [],
  volumes: [],
  stopSignal: null,
  stopGracePeriod: 10,
  hasHealthcheck: true,
  memoryReservation: 0,
  restart: null,
};

/** `tag` stands for the image; equal tags have equal digests. */
export function service(name: string, tag: string, since: string, more: Partial<ReleaseService> = {}): ReleaseService {
  const image = `registry/${name}:${tag}`;
  return {
    image,
    digest: `sha256:${hashOf(image)}`,
    imageId: null,
    replicas: 1,
    definition: 'd1',
    mounts: {},
    since,
    traits,
    configHash: null,
    ...more,
  };
}

export function release(id: string, services: Record<string, ReleaseService>, more: Partial<Release> = {}): Release {
  return {
    format: 1,
    id,
    stack: 'shop',
    version: id,
    services,
    files: { 'compose.yml': hashOf(id) },
    compose: hashOf(services),
    shared: null,
    schema: services.migrate === undefined ? null : schemaName(services.migrate),
    schemaCompatible: true,
    maintenance: false,
    createdAt: '2026-01-01T00:00:00Z',
    createdBy: 'somebody',
    run: 'run',
    adopted: false,
    writer: '',
    ...more,
  };
}

export const emptyHost: State = {
  engine: { docker: '28.5.0', compose: '2.40.0', root: '/var/lib/docker', redirectRefused: null, portsRefused: null },
  machine: '0123456789abcdef',
  memoryAvailable: 4 * 2 ** 30,
  diskFree: 40 * 2 ** 30,
  directory: 'ready',
  physicalDirectory: '/srv/shop',
  containers: [],
  networks: {},
  volumes: {},
  current: null,
  releases: [],
  history: [],
  folders: [],
  unreadable: [],
  images: {},
  files: {},
  ports: [],
  migrations: [],
  unfinished: null,
  replacements: {},
  interrupted: null,
  freeze: { now: '2026-01-01T00:00:00Z', held: null },
};

let number = 0;

/** A container as `release` starts it. `listens` makes it one that others call. */
export function containerOf(name: string, wanted: ReleaseService, listens: boolean): Container {
  number += 1;
  return {
    id: `${name}-${number}`,
    name: `shop-${name}-${number}`,
    service: name,
    imageId: imageIdOf(wanted),
    image: wanted.image,
    state: 'running',
    health: 'healthy',
    exitCode: 0,
    restarts: 0,

    configHash: wanted.configHash ?? 'hash',
    release: wanted.configHash === null ? wanted.since : null,
    definition: wanted.configHash === null ? wanted.definition : null,
    oneOff: false,
    standIn: false,
    networks: { default: { ip: `10.0.0.${number}`, ip6: '' } },
    published: wanted.traits.hostPorts.map((port) => `${port}/tcp`),
    mounts: [],
    anonymousVolume: false,
    joins: [],
    listens: listens ? [8080] : [],
    ...(name === 'proxy' ? { proxy: { program: 'nginx', reloads: true } as const } : {}),
    memory: { used: 64 * 2 ** 20 },
  };
}

export function imageIdOf(wanted: ReleaseService): string {
  return `sha256:${hashOf([wanted.digest ?? wanted.imageId])}`;
}

/** Pulls a release's images: needed before anything of it can start. */
export function pulled(state: State, target: Release): State {
  const images = { ...state.images };
  for (const wanted of Object.values(target.services)) {
    const repository = wanted.image.slice(0, wanted.image.lastIndexOf(':'));
    images[`${repository}@${wanted.digest}`] = imageIdOf(wanted);
    images[imageIdOf(wanted)] = imageIdOf(wanted);
  }
  return { ...state, images };
}

/** The state after one operation of a plan. */
export function carryOut(
  state: State,
  operation: Operation,
  plan: Plan,
  target: Release,
  listeners: ReadonlySet<string>,
): State {
  const made = (name: string, count: number): Container[] =>
    Array.from({ length: Math.max(0, count) }, () => ({
      ...containerOf(name, target.services[name] as ReleaseService, listeners.has(name)),
      joins: Object.keys(target.services[name]?.traits.shares ?? {}).flatMap((leader) => of(leader)[0]?.id ?? []),
    }));
  const of = (name: string): Container[] => state.containers.filter((container) => container.service === name);
  const without = (gone: readonly string[]): Container[] =>
    state.containers.filter((container) => !gone.includes(container.id));
  switch (operation.op) {
    case 'make-shared': {
      const there = { facts: {}, users: [] };
      const made = (kind: 'networks' | 'volumes') =>
        Object.fromEntries(operation.shared.filter((s) => s.kind === kind).map(({ name }) => [name, there]));
      return {
        ...state,
        networks: { ...state.networks, ...made('networks') },
        volumes: { ...state.volumes, ...made('volumes') },
      };
    }
    case 'create':
    case 'start-beside': {
      // Compose does not count a stand-in.
      const missing = operation.total - of(operation.service).filter(({ oneOff }) => !oneOff).length;
      return { ...state, containers: [...state.containers, ...made(operation.service, missing)] };
    }
    case 'start-stand-in':
      return {
        ...state,
        containers: [
          ...state.containers,
          ...made(operation.service, 1).map((c) => ({ ...c, oneOff: true, standIn: true })),
        ],
      };
    case 'replace-behind': {
      const others = state.containers.filter((c) => c.service !== operation.service || c.oneOff);
      return { ...state, containers: [...others, ...made(operation.service, 1)] };
    }
    case 'end-stand-in':
      return { ...state, containers: state.containers.filter((c) => c.service !== operation.service || !c.oneOff) };
    case 'replace': {
      const others = state.containers.filter((container) => container.service !== operation.service);
      return { ...state, containers: [...others, ...made(operation.service, operation.total)] };
    }
    case 'one-shot': {
      if (!operation.migration || target.schema === null) return state;
      const record = { schema: target.schema, release: target.id, compatible: target.schemaCompatible };
      return { ...state, migrations: [...state.migrations, record] };
    }
    case 'place': {
      const files = { ...state.files };
      for (const [path, change] of Object.entries(plan.files)) {
        if (change === 'remove') delete files[path];
        else files[path] = target.files[path] as string;
      }
      return { ...state, files };
    }
    case 'commit':
      return { ...state, current: target };
    case 'retire':
    case 'remove':
      return { ...state, containers: without(operation.containers) };
    default:
      return state;
  }
}

/** Running and healthy containers of a service. */
export function serving(state: State, name: string): number {
  return state.containers.filter((c) => c.service === name && c.state === 'running' && c.health === 'healthy').length;
}
