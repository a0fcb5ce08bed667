/** What goes into a backup, under which names, and how much room that takes. */
import type { DumpItem } from '../lib/backup/dump';
import type { Manifest } from '../lib/backup/manifest';
import type { DumpFormat } from '../lib/config/runbook';
import type { Facts, Server } from '../lib/postgres/facts';
import type { VolumeFacts } from '../lib/volumes/facts';
import type { Scene } from './scene';

/** Of the last backup's size: data grows, and may pack worse. */
const GROWTH = 1.2;
/** Of what was not in the last backup: what a packed archive of a database may take. */
const FIRST = 0.6;

/** Bytes that the backup will take: each part what it took last time, and what came to its content since. */
export function estimate(
  { databases, volumes: names, qdrant }: Scene['request']['runbook']['backup'],
  { servers }: Pick<Facts, 'servers'>,
  volumes: ReadonlyMap<string, Pick<VolumeFacts, 'bytes'>>,
  last: Manifest | undefined,
): number {
  const parts = [
    ...databases.map((one) => {
      const part = last?.databases.find((earlier) => partName(earlier) === partName(one));
      const now = servers.get(one.service)?.databases.get(one.database) ?? 0;
      return (part?.bytes ?? 0) * GROWTH + Math.max(0, now - (part?.databaseBytes ?? 0)) * FIRST;
    }),
    ...names.map((name) => {
      const part = last?.volumes.find((earlier) => earlier.name === name);
      const now = volumes.get(name)?.bytes ?? 0;
      // Nobody knows whether what is new in it can be packed.
      return (part?.bytes ?? 0) * GROWTH + Math.max(0, now - (part?.volumeBytes ?? part?.bytes ?? 0));
    }),
    ...(last?.globals ?? []).map(({ bytes }) => bytes * GROWTH),
    ...(last?.qdrant ?? [])
      .filter(({ service }) => qdrant.some((one) => one.service === service))
      .map(({ bytes }) => bytes * GROWTH),
  ];
  return parts.reduce((sum, bytes) => sum + bytes, 0);
}

const partName = ({ service, database }: { service: string; database: string }): string => `${service}/${database}`;

export function itemsOf(servers: readonly Server[], volumes: readonly string[], format: DumpFormat): DumpItem[] {
  const taken = new Set<string>();
  const name = (...words: readonly string[]): string => {
    const plain = words.map((word) => word.replace(/[^A-Za-z0-9_-]/g, '_')).join('.');
    let free = plain;
    for (let count = 2; taken.has(free); count++) free = plain.replace(/\.([a-z]+)$/, `.${count}.$1`);
    taken.add(free);
    return free;
  };
  const dumps = servers.flatMap(({ service, user, databases }): DumpItem[] => [
    ...databases.map((database) => ({
      kind: 'database' as const,
      file: name('db', service, database, format === 'sql' ? 'sql' : 'dump'),
      service,
      user,
      database,
      format,
    })),
    { kind: 'globals', file: name('globals', service, 'sql'), service, user, format },
  ]);
  // After the databases: a row that names a file is not older than the file.
  return [
    ...dumps,
    ...volumes.map((one): DumpItem => ({ kind: 'volume', file: name('volume', one, 'tar'), name: one })),
  ];
}

export function serversOf(databases: Scene['request']['runbook']['backup']['databases']): Server[] {
  return [...new Set(databases.map(({ service }) => service))].map((service) => {
    const own = databases.filter((one) => one.service === service);
    return { service, user: own[0]?.user ?? 'postgres', databases: own.map(({ database }) => database) };
  });
}
