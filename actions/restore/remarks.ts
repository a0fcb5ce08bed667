/** Sentences for the plan and the report on what a restore changes in a database besides its rows, or leaves behind. */
import type { DatabasePart } from '../lib/backup/manifest';
import { beyondRemarks, serverRemarks } from '../lib/postgres/beyond';
import type { Facts } from '../lib/postgres/facts';
import { besideName, ident, literal } from '../lib/postgres/names';
import { propertyDifferences } from '../lib/postgres/properties';

/** Properties that differ afterwards. */
export function propertyRemarks({ service, database, properties }: DatabasePart, { servers }: Facts): string[] {
  const live = servers.get(service)?.properties.get(database);
  if (properties === null || live === undefined) return [];
  return propertyDifferences(properties, live).map((text) => `${database} becomes as the backup has it; ${text}.`);
}

/** Objects of these databases and servers that no archive contains. */
export function archiveRemarks(parts: readonly DatabasePart[], { servers }: Facts): string[] {
  const said = parts.flatMap(({ service, database, user, beyond }) => {
    const server = servers.get(service);
    if (beyond === null || server === undefined) return [];
    return [...beyondRemarks(database, user, beyond, server), ...serverRemarks(service, beyond, server)];
  });
  return [...new Set(said)];
}

/** Objects that are tied to the database that is put aside, and do not move by themselves. */
export function replicationRemarks({ service, database }: DatabasePart, { servers, now }: Facts): string[] {
  const server = servers.get(service);
  const aside = besideName(database, 'before', now);
  const slots = (server?.slots ?? []).filter((slot) => slot.database === database);
  const subscriptions = (server?.subscriptions ?? []).filter((one) => one.database === database);
  return [
    ...slots.map(
      ({ name, plugin }) =>
        `The replication slot ${name} stays with the database that is put aside: its consumer gets nothing of the restored one, and the server keeps its log for it until the disk is full. To move it, stop its consumer; in ${aside}: select pg_drop_replication_slot(${literal(name)}); in ${database}: select pg_create_logical_replication_slot(${literal(name)}, ${literal(plugin)}); then let the consumer start anew, from a copy of the tables.`,
    ),
    ...subscriptions.map(
      ({ name, slot }) =>
        `The subscription ${name} stays with the database that is put aside, and goes on there; the restored one gets nothing from its publisher. To move it, in ${aside}: alter subscription ${ident(name)} disable; alter subscription ${ident(name)} set (slot_name = none); drop subscription ${ident(name)}; in ${database}: create subscription ${ident(name)} with its connection and publications and (create_slot = false, slot_name = ${literal(slot ?? name)}, copy_data = false), or with a fresh copy where what the publisher sent since the backup is wanted.`,
    ),
  ];
}
