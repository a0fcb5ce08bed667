/** Parts of a backup as its manifest has them. */
import type { Dumped, DumpItem } from '../lib/backup/dump-told';
import type { DatabasePart, Manifest, Part } from '../lib/backup/manifest';
import type { Shipped } from '../lib/backup/ship';
import { eachKind } from '../lib/data/kinds';
import type { Facts } from '../lib/postgres/facts';
import { rolesOf } from '../lib/postgres/properties';
import type { VolumeFacts } from '../lib/volumes/facts';

/** Of what was dumped, an entry each. */
export function dumpedParts(
  items: readonly DumpItem[],
  dumped: readonly Dumped[],
  parts: readonly Part[],
  facts: Facts,
  volumes: ReadonlyMap<string, VolumeFacts>,
): Pick<Manifest, 'databases' | 'globals' | 'volumes'> {
  const all = items.map((item, index) => ({ item, part: parts[index]!, found: dumped[index]! }));
  return {
    databases: all.flatMap(({ item, part, found }) =>
      item.kind === 'database' ? [databasePart(item, part, found, facts)] : [],
    ),
    globals: all.flatMap(({ item, part }) => (item.kind === 'globals' ? [{ ...part, service: item.service }] : [])),
    volumes: all.flatMap(({ item, part, found }) =>
      item.kind === 'volume'
        ? [{ ...part, name: item.name, entries: found.entries, volumeBytes: volumes.get(item.name)?.bytes ?? null }]
        : [],
    ),
  };
}

function databasePart(item: DumpItem & { kind: 'database' }, part: Part, dumped: Dumped, facts: Facts): DatabasePart {
  const found = dumped.facts;
  if (found === null) throw new Error(`${part.file} has no facts`);
  const server = facts.servers.get(item.service);
  const properties = server?.properties.get(item.database) ?? null;
  return {
    ...part,
    service: item.service,
    database: item.database,
    user: item.user,
    format: item.format,
    major: Math.floor(found.version / 10_000),
    server: found.server,
    tool: dumped.tool,
    image: server?.image ?? null,
    databaseBytes: found.bytes,
    extensions: found.extensions,
    roles: [
      ...new Set([...(server?.rolesOf.get(item.database) ?? []), ...(properties === null ? [] : rolesOf(properties))]),
    ].sort(),
    properties,
    beyond: found.beyond,
    tablespaces: found.tablespaces,
    tables: dumped.tables,
  };
}

/** The manifest with the files as they lie in one place. */
export function asStored(manifest: Manifest, shipped: ReadonlyMap<string, Shipped>, index: number): Manifest {
  const stored = <T extends Part>(part: T): T => ({ ...part, ...shipped.get(part.file)?.stored[index] });
  return {
    ...manifest,
    ...Object.fromEntries(eachKind((kind) => [kind.key, kind.parts(manifest).map(stored)])),
    globals: manifest.globals.map(stored),
  };
}
