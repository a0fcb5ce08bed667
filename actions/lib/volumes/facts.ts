/** Reads facts of volumes and directories of the host before a backup or a restore. */

import { UserError } from '../errors';
import type { Host } from '../host/host';
import { quote } from '../host/quote';
import { sectionsOf } from '../stack/sections';
import { volumeFactsPiece, volumeScript } from './scripts';

export interface VolumeFacts {
  /** The volume's name in Docker, or the directory. */
  readonly source: string;
  /** Size of the live content, without the folders beside it. */
  readonly bytes: number;
  /** Bytes free on the volume's disk; `null` if that cannot be measured. */
  readonly free: number | null;
  /** Folders of ours in the volume: content that restores put aside, or left. */
  readonly beside: readonly string[];
  /** Such a folder → bytes. */
  readonly besideBytes: ReadonlyMap<string, number>;
  /** The kind of database whose data is in the volume; `null`: none was found. */
  readonly live: string | null;
}

/** Facts of a mount. */
export interface MountFacts {
  /** Whether the mount is a file, or cannot be read. */
  readonly absent: boolean;
  /** `null`: adding it up takes too long. */
  readonly bytes: number | null;
  readonly live: string | null;
}

interface VolumesRequest {
  readonly stack: string;
  /** The folder of the run's lease, for a label of the helper containers. */
  readonly root: string;
  /** Names as the Compose file has them, or absolute paths. */
  readonly names: readonly string[];
}

/** Changes nothing. @throws {UserError} RB-VOLUME-UNKNOWN, RB-CONNECTION-LOST */
export async function readVolumes(host: Host, request: VolumesRequest): Promise<ReadonlyMap<string, VolumeFacts>> {
  if (request.names.length === 0) return new Map();
  const outcome = await host.run(factsScript(request), { timeout: 3600 * 1000 });
  if (outcome.outcome === 'unknown') {
    throw new UserError('RB-CONNECTION-LOST', {
      what: 'the volumes could not be looked at',
      why: outcome.reason,
      remedy: 'run it again; nothing was changed',
    });
  }
  const sections = sectionsOf(outcome.stdout);
  return new Map(request.names.map((name, index) => [name, factsFrom(name, sections.get(`volume:${index}`) ?? [])]));
}

/** Changes nothing, and spends little time on each mount. @param mounts mounts as Docker's --mount takes them */
export async function lookAtMounts(
  host: Host,
  { stack, root, mounts }: Omit<VolumesRequest, 'names'> & { readonly mounts: readonly string[] },
): Promise<readonly (MountFacts | null)[]> {
  if (mounts.length === 0) return [];
  const script = [
    'PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin',
    `PROJECT=${quote(stack)} RB_ROOT=${quote(root)}`,
    'section() { printf \'\\n#rb-section %s\\n\' "$1"; }',
    volumeScript(),
    volumeFactsPiece(),
    ...mounts.map((mount, index) => `look_at_mount ${index} ${quote(mount)}`),
  ].join('\n');
  const outcome = await host.run(script, { timeout: 600 * 1000 });
  if (outcome.outcome === 'unknown') return mounts.map(() => null);
  const sections = sectionsOf(outcome.stdout);
  return mounts.map((_mount, index) => {
    const lines = sections.get(`mount:${index}`) ?? [];
    const bytes = Number.parseInt(lines.find((line) => /^\d+\s/.test(line)) ?? '', 10) * 1024;
    if (lines[0] !== 'found') return lines[0] === 'absent' ? { absent: true, bytes: null, live: null } : null;
    return { absent: false, bytes: Number.isNaN(bytes) ? null : bytes, live: liveIn(lines) };
  });
}

/** File in the data of a database server → the kind of server. */
const KINDS: readonly (readonly [RegExp, string])[] = [
  [/\/PG_VERSION$/, 'PostgreSQL'],
  [/\/(ibdata1|aria_log_control)$/, 'MySQL or MariaDB'],
  [/\/WiredTiger$/, 'MongoDB'],
  [/-(wal|sqlite)$/, 'SQLite'],
  [/\/appendonly\.aof[^/]*$/, 'Redis or Valkey'],
  [/\/node\.lock$/, 'Elasticsearch or OpenSearch'],
  [/\/data\.mdb$/, 'LMDB (Meilisearch, OpenLDAP)'],
  [/\/meta\.properties$/, 'Kafka'],
  [/\/neostore$/, 'Neo4j'],
  [/\/influxd\.bolt$/, 'InfluxDB'],
  [/\.wal$/, 'etcd'],
  [/\/format_version\.txt$/, 'ClickHouse'],
];

function liveIn(lines: readonly string[]): string | null {
  const path = lines.find((line) => line.startsWith('live '));
  return KINDS.find(([pattern]) => path !== undefined && pattern.test(path))?.[1] ?? null;
}

function factsScript({ stack, root, names }: VolumesRequest): string {
  return [
    'PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin',
    `PROJECT=${quote(stack)} RB_ROOT=${quote(root)}`,
    'section() { printf \'\\n#rb-section %s\\n\' "$1"; }',
    volumeScript(),
    volumeFactsPiece(),
    ...names.map((name, index) => `facts_of_volume ${index} ${quote(name)}`),
  ].join('\n');
}

/** @param lines lines of the volume's section */
export function factsFrom(name: string, lines: readonly string[]): VolumeFacts {
  const [mount = '', word = '', used = '', disk = '', ...rest] = lines;
  const found = rest.flatMap((line): [string, number][] => {
    const [, kib = '', folder] = /^beside (\d+) (.+)$/.exec(line) ?? [];
    return folder === undefined ? [] : [[folder, Number(kib) * 1024]];
  });
  if (word === 'found') {
    const all = Number.parseInt(used, 10) * 1024 || 0;
    const bytes = found.reduce((left, [, own]) => left - own, all);
    const free = Number(disk.split(/\s+/)[3]) * 1024;
    return {
      source: mount.replace(/^.*source=/, ''),
      bytes: Math.max(0, bytes),
      free: free >= 0 ? free : null,
      beside: found.map(([folder]) => folder),
      besideBytes: new Map(found),
      live: liveIn(lines),
    };
  }
  const directory = name.startsWith('/');
  throw new UserError('RB-VOLUME-UNKNOWN', {
    what: `the host has no ${directory ? 'directory' : 'volume'} ${JSON.stringify(name)}`,
    why:
      mount === 'absent'
        ? 'no volume of the stack or of another stack has that name'
        : lines.slice(1).join(' ').slice(0, 500) || 'it could not be opened',
    remedy: directory
      ? 'correct backup.volumes in the runbook file, or create the directory'
      : 'correct backup.volumes in the runbook file (names as in the Compose file), or deploy the stack first',
  });
}
