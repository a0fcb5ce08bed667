/** Databases of PostgreSQL. */

import type { DatabasePart } from '../backup/manifest';
import { mib } from '../bytes';
import { quote } from '../host/quote';
import type { Server } from '../postgres/facts';
import { besideId, besideName } from '../postgres/names';
import { checkDatabases, compareRows } from '../restore/check';
import type { ServerSwap } from '../restore/swap-script';
import { databaseItems } from './database-dump';
import { databaseTargets } from './database-load';
import { type Beside, type DataKind, GROWTH, type Named } from './kind';

/** Share of a database's size that its packed archive may take, for data that the last backup did not contain. */
const FIRST = 0.6;

const beside: Beside = {
  former: ({ databases }, { facts }) =>
    databases.flatMap((one) =>
      [...(facts.servers.get(one.service)?.databases.keys() ?? [])].flatMap((name) => {
        const id = besideId(name, one.database, 'before');
        if (id === null) return [];
        const line = `${one.database}: back to ${name}`;
        return [{ id, subjects: { databases: [one] }, fullName: fullName(one), line }];
      }),
    ),
  kept: ({ databases }, { facts }, stack) =>
    databases.flatMap(({ service, user, database: live }) =>
      [...(facts.servers.get(service)?.databases ?? [])]
        .filter(([name]) => besideId(name, live, 'before') !== null || besideId(name, live, 'undone') !== null)
        .map(([name, bytes]) => ({
          title: `database ${name} of ${service}`,
          bytes,
          removal: dropCommand(stack, { service, user }, name),
        })),
    ),
  swapped: ({ databases: parts }, { facts }, from, id) => ({
    servers: serversOf(parts).map(({ service, user, databases }): ServerSwap => {
      const aside = from === 'restore' ? 'before' : 'undone';
      const server = facts.servers.get(service);
      const exchanges = databases.map((live) => {
        const outgoing = server?.databases.has(live) ? besideName(live, aside, facts.now) : null;
        const incoming = besideName(live, from, id);
        const reversed = from === 'restore' ? besideName(live, 'undone', id) : incoming;
        const own =
          from === 'restore' ? parts.find((part) => part.service === service && part.database === live) : null;
        const comment = own?.properties ? { comment: own.properties.comment } : {};
        return { live, incoming, outgoing, reversed, ...comment };
      });
      return { service, user, container: server?.container ?? '', exchanges };
    }),
  }),
  witness: ({ servers: [server] }) => {
    const [exchange] = server?.exchanges ?? [];
    if (server === undefined || exchange === undefined) return null;
    const { live, outgoing } = exchange;
    return { service: server.service, user: server.user, live, database: outgoing ?? live };
  },
  planned: ({ databases }, { facts }) =>
    databases.map((one) => {
      const server = facts.servers.get(one.service);
      const container = (server?.container ?? '').slice(0, 12);
      return `${fullName(one)} in container ${container} is ${server?.databases.has(one.database) ? 'exchanged' : 'made'}`;
    }),
  moves: ({ servers }, stack) =>
    servers.flatMap(({ service, user, exchanges }) =>
      exchanges.map(({ live, incoming, outgoing, reversed }) => ({
        live,
        incoming,
        outgoing,
        reversed,
        was: live,
        is: (name: string) => `${name} now`,
        removal: (name: string) => `To drop it: ${dropCommand(stack, { service, user }, name)}`,
      })),
    ),
  filled: ({ databases }) => ({ servers: serversOf(databases) }),
  left: ({ databases }, { facts }) => ({
    servers: serversOf(databases).filter(({ service, databases: live }) =>
      [...(facts.servers.get(service)?.databases.keys() ?? [])].some((name) =>
        live.some((database) => besideId(name, database, 'restore') !== null),
      ),
    ),
  }),
};

export const database: DataKind<DatabasePart> = {
  key: 'databases',
  heading: 'databases',
  noun: 'database',
  parts: ({ databases }) => databases,
  extras: ({ globals }) => globals.map((part) => ({ ...part, title: `roles of ${part.service}` })),
  name: (part) => part.database,
  fullName,
  title: (part) => part.database,
  configured: ({ databases }) => databases.map(fullName),
  counted: ({ databaseBytes, tables }) => ({
    plainBytes: databaseBytes,
    tables: tables?.length ?? null,
    rows: tables?.reduce((sum, { rows }) => sum + (rows ?? 0), 0) ?? null,
  }),
  size: (name, { servers }) => {
    for (const [service, { databases }] of servers)
      for (const [one, bytes] of databases) if (fullName({ service, database: one }) === name) return bytes;
    return 0;
  },
  room: (last, now) => (last?.bytes ?? 0) * GROWTH + Math.max(0, now - (last?.databaseBytes ?? 0)) * FIRST,
  compare: (part, loaded, accepted) => compareRows(part, loaded?.tables ?? [], accepted),
  items: ({ servers }, dumping) => databaseItems(servers, dumping),
  check: checkDatabases,
  facing: ({ service, database: name, bytes, databaseBytes }, { facts }) => {
    const present = facts.servers.get(service)?.databases.get(name);
    const live = present === undefined ? 'not there yet' : `${mib(present)} MiB now`;
    return `${service}/${name}: ${mib(databaseBytes)} MiB at its time, ${mib(bytes)} MiB packed; ${live}`;
  },
  targets: databaseTargets,
  came: (_parts, loaded) => {
    const tables = loaded.flatMap((one) => one.tables);
    return [`${tables.length} tables`, `${tables.reduce((sum, { rows }) => sum + (rows ?? 0), 0)} rows`];
  },
  beside,
};

/** The names are quoted for a shell; after `--` a name that begins with a dash is none of dropdb's options. */
function dropCommand(stack: string, { service, user }: Pick<Named, 'service' | 'user'>, name: string): string {
  return `docker exec $(docker ps -q --filter label=com.docker.compose.project=${stack} --filter label=com.docker.compose.service=${service}) dropdb -U ${quote(user)} -- ${quote(name)}`;
}

function fullName({ service, database: name }: Pick<DatabasePart, 'service' | 'database'>): string {
  return `${service}/${name}`;
}

/** Servers with the given databases, each server once. */
export function serversOf(databases: readonly Named[]): Server[] {
  return [...new Set(databases.map(({ service }) => service))].map((service) => {
    const own = databases.filter((one) => one.service === service);
    return { service, user: own[0]?.user ?? 'postgres', databases: own.map((one) => one.database) };
  });
}
