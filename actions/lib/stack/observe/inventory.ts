/** Containers and images as the host's Docker lists them. */
import { type InspectedLimits, inspectedLimits } from '../limits';
import type { Container, Digest, Mount, State } from '../model';
import type { SeenProxy } from '../proxy-files';

interface Process {
  readonly memory: number;
  readonly listens: readonly number[];
  readonly proxy?: SeenProxy;
}

interface InspectedAttachment {
  IPAddress: string;
  GlobalIPv6Address: string;
  Aliases?: string[] | null;
  /** Docker 25 and newer. */
  DNSNames?: string[] | null;
}

interface Inspected {
  id: string;
  name: string;
  labels: Record<string, string> | null;
  image: string;
  reference: string;
  state: Container['state'];
  health: Container['health'];
  exitCode: number;
  restarts: number;
  networks: Record<string, InspectedAttachment> | null;
  ports: Record<string, { HostPort: string }[] | null> | null;
  mounts: { Type: string; Name?: string; Source?: string; Destination: string; RW: boolean }[] | null;
  parts: { Target: string; VolumeOptions?: { Subpath?: string } | null }[] | null;
  joins: string[];
  limits?: InspectedLimits;
}

/** Lines `ID BYTES HEX,HEX, PROGRAM:PID:HOW` → per container ID. */
export function parseProcesses(lines: readonly string[]): Map<string, Process> {
  return new Map(
    lines.map((line) => {
      const [id = '', memory = '0', ports = '', proxy = ''] = line.split(' ');
      return [id, { memory: Number(memory), listens: parsePorts(ports), ...parseProxy(proxy) }];
    }),
  );
}

/** The proxy in `nginx:4711:reloads`; nothing for an empty text. */
function parseProxy(text: string): { proxy?: SeenProxy } {
  const [program = '', , how] = text.split(':');
  return program === '' ? {} : { proxy: { program: program as SeenProxy['program'], reloads: how === 'reloads' } };
}

/** `1F90,0050,` → `[80, 8080]`. */
export function parsePorts(list: string): number[] {
  return list
    .split(',')
    .filter((port) => port !== '')
    .map((port) => Number.parseInt(port, 16))
    .sort((a, b) => a - b);
}

export function parseContainers(lines: readonly string[], processes: Map<string, Process>, stack: string): Container[] {
  return lines
    .map((line) => JSON.parse(line) as Inspected)
    .map((inspected): Container => {
      const labels = inspected.labels ?? {};
      const process = processes.get(inspected.id);
      const mounts = mountsOf(inspected);
      const ours = labels['runbook.stack'] === stack;
      return {
        id: inspected.id,
        name: inspected.name.replace(/^\//, ''),
        service: labels['com.docker.compose.service'] ?? '',
        imageId: inspected.image,
        image: inspected.reference,
        state: inspected.state,
        health: inspected.health,
        exitCode: inspected.exitCode,
        restarts: inspected.restarts,
        configHash: labels['com.docker.compose.config-hash'] ?? '',
        release: ours ? (labels['runbook.release'] ?? null) : null,
        definition: ours ? (labels['runbook.definition'] ?? null) : null,
        oneOff: labels['com.docker.compose.oneoff'] === 'True',
        standIn: labels['runbook.stand-in'] === stack,
        networks: Object.fromEntries(
          Object.entries(inspected.networks ?? {}).map(([name, at]) => [
            name,
            { ip: at.IPAddress, ip6: at.GlobalIPv6Address, names: namesOf(at) },
          ]),
        ),
        published: publishedOf(inspected.ports ?? {}),
        mounts,
        anonymousVolume: mounts.some((mount) => mount.writable && isAnonymous(mount)),
        joins: joinsOf(inspected.joins ?? []),
        ...(process?.proxy === undefined ? {} : { proxy: process.proxy }),
        listens: process?.listens ?? [],
        ...udpOf(inspected.ports ?? {}),

        memory: { used: process?.memory ?? 0 },
        ...(inspected.limits === undefined ? {} : { limits: inspectedLimits(inspected.limits) }),
      };
    });
}

function namesOf({ Aliases, DNSNames }: InspectedAttachment): string[] | undefined {
  if (Aliases === undefined && DNSNames === undefined) return undefined;
  return [...new Set([...(Aliases ?? []), ...(DNSNames ?? [])])];
}

function mountsOf({ mounts, parts }: Pick<Inspected, 'mounts' | 'parts'>): Mount[] {
  return (mounts ?? []).flatMap(({ Type: type, Name = '', Source = '', Destination: target, RW: writable }) => {
    if (type !== 'volume' && type !== 'bind') return [];
    const part = (parts ?? []).find(({ Target }) => Target === target)?.VolumeOptions?.Subpath;
    return [{ type, source: type === 'bind' ? Source : part ? `${Name}/${part}` : Name, target, writable }];
  });
}

/** The IDs in modes of the form `container:ID`; other modes name no container. */
function joinsOf(modes: readonly string[]): string[] {
  return [...new Set(modes.flatMap((mode) => /^container:(.+)$/.exec(mode)?.[1] ?? []))];
}

/** Whether a mount is a volume without a name, which has only the name that Docker made up. */
export function isAnonymous({ type, source }: Pick<Mount, 'type' | 'source'>): boolean {
  return type === 'volume' && /^[0-9a-f]{64}$/.test(source);
}

function publishedOf(ports: NonNullable<Inspected['ports']>): string[] {
  const found = Object.entries(ports).flatMap(([port, at]) =>
    (at ?? []).map(({ HostPort }) => `${HostPort}/${port.split('/')[1] ?? 'tcp'}`),
  );
  return [...new Set(found)].sort();
}

/** Docker lists a port that is only exposed with no port of the host. */
function udpOf(ports: NonNullable<Inspected['ports']>): Pick<Container, 'udp'> {
  const found = Object.keys(ports).flatMap((port) => /^(\d+)\/udp$/.exec(port)?.[1] ?? []);
  return found.length === 0 ? {} : { udp: found.map(Number).sort((a, b) => a - b) };
}

/** Lines `ID REPOSITORY TAG DIGEST` → reference of an image → its ID, for every reference that can name it. */
export function parseImages(lines: readonly string[]): State['images'] {
  const images: Record<string, Digest> = {};
  for (const line of lines) {
    const [id = '', repository = '', tag = '', digest = ''] = line.split(' ');
    images[id] = id;
    if (repository === '<none>') continue;
    if (tag !== '<none>') images[`${repository}:${tag}`] = id;
    if (digest !== '<none>') images[`${repository}@${digest}`] = id;
  }
  return images;
}

/** Containers of a service that run, or are started again and again. */
export function runningOf({ containers }: Pick<State, 'containers'>, name: string): Container[] {
  return containers.filter(
    (c) =>
      c.service === name && !c.oneOff && (c.state === 'running' || c.state === 'restarting' || c.state === 'paused'),
  );
}

/** Healthy containers come before others, and older ones, by Compose's number, before newer ones. */
export function provenFirst(containers: readonly Container[]): Container[] {
  const rank = ({ state, health }: Container): number =>
    state === 'running' && (health === 'healthy' || health === 'none') ? 0 : 1;
  const numberOf = ({ name }: Container): number => Number(/\d+$/.exec(name)?.[0] ?? 0);
  return containers.toSorted((a, b) => rank(a) - rank(b) || numberOf(a) - numberOf(b));
}
