/** What goes into a backup, under which names, and how much room that takes. */
import type { DumpItem } from '../lib/backup/dump';
import { type Manifest, sizeOf } from '../lib/backup/manifest';
import type { DumpFormat } from '../lib/config/runbook';
import type { Facts, Server } from '../lib/postgres/facts';
import type { VolumeFacts } from '../lib/volumes/facts';
import type { Scene } from './scene';

/** Of the last backup's size: data grows. */
const GROWTH = 1.2;
/** Without an earlier one: of the databases' size, what a packed archive may take. */
const FIRST = 0.6;

/** Bytes that the backup will take, by what is known: that of the last one, and the size of what was not in it. */
export function estimate(
  { databases, volumes: names }: Scene['request']['runbook']['backup'],
  { servers }: Facts,
  volumes: ReadonlyMap<string, VolumeFacts>,
  last: Manifest | undefined,
): number {
  const known = last?.databases ?? [];
  const fresh = databases.filter((one) => !known.some((part) => partName(part) === partName(one)));
  const freshVolumes = names.filter((name) => !last?.volumes.some((part) => part.name === name));
  return (
    (last === undefined ? 0 : sizeOf(last) * GROWTH) +
    fresh.reduce((sum, one) => sum + (servers.get(one.service)?.databases.get(one.database) ?? 0) * FIRST, 0) +
    // Nobody knows whether what is in it can be packed.
    freshVolumes.reduce((sum, name) => sum + (volumes.get(name)?.bytes ?? 0), 0)
  );
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
