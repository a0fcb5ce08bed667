/** Databases and the roles of their servers, as items of a dump. */
import type { Dumped, DumpItem } from '../backup/dump-told';
import type { DatabasePart, Part } from '../backup/manifest';
import { quote } from '../host/quote';
import type { Server } from '../postgres/facts';
import { rolesOf } from '../postgres/properties';
import { connection } from '../stack/psql';
import type { Dumping } from './kind';

/** The databases of each server, followed by its roles. */
export function databaseItems(servers: readonly Server[], dumping: Dumping): readonly DumpItem[] {
  const { format, nameOf } = dumping;
  return servers.flatMap((server): DumpItem[] => {
    const { service, user } = server;
    const globals = nameOf('globals', service, 'sql');
    return [
      ...server.databases.map((name) => databaseItem(server, name, dumping)),
      {
        kind: 'globals',
        title: `roles of ${service}`,
        file: globals,
        bytes: null,
        server: { service, user },
        extra: true,
        hasFacts: false,
        command: (index) => `dump_globals ${at(index, server)} ${quote(globals)} ${format}`,
        begin: (index) => `begin_globals ${at(index, server)} ${quote(globals)} ${format}`,
        entry: (part) => ({ globals: [{ ...part, service }] }),
      },
    ];
  });
}

function databaseItem(server: Server, name: string, { format, nameOf, seen }: Dumping): DumpItem {
  const { service, user } = server;
  const file = nameOf('db', service, name, format === 'sql' ? 'sql' : 'dump');
  return {
    kind: 'database',
    title: `${service}/${name}`,
    file,
    server: { service, user },
    bytes: seen.facts.servers.get(service)?.databases.get(name) ?? null,
    extra: false,
    hasFacts: true,
    begin: null,
    command: (index) => `dump_database ${at(index, server)} ${quote(connection(name))} ${quote(file)} ${format}`,
    entry: (part, dumped) => ({ databases: [databasePart(server, name, format, part, dumped, seen)] }),
  };
}

function at(index: number, { service, user }: Pick<Server, 'service' | 'user'>): string {
  return `${index} ${quote(service)} ${quote(user)}`;
}

function databasePart(
  { service, user }: Server,
  database: string,
  format: DatabasePart['format'],
  part: Part,
  { facts: found, tool, tables }: Dumped,
  { facts }: Dumping['seen'],
): DatabasePart {
  if (found === null) throw new Error(`${part.file} has no facts`);
  const server = facts.servers.get(service);
  const properties = server?.properties.get(database) ?? null;
  const owners = properties === null ? [] : rolesOf(properties);
  return {
    ...part,
    service,
    database,
    user,
    format,
    major: Math.floor(found.version / 10_000),
    server: found.server,
    tool,
    image: server?.image ?? null,
    databaseBytes: found.bytes,
    extensions: found.extensions,
    roles: [...new Set([...(server?.rolesOf.get(database) ?? []), ...owners])].sort(),
    properties,
    beyond: found.beyond,
    tablespaces: found.tablespaces,
    tables,
  };
}
