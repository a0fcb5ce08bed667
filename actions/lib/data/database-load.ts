/** New databases that are filled from archives of a backup, as targets of a load. */
import type { DatabasePart } from '../backup/manifest';
import { quote } from '../host/quote';
import { canSilence } from '../postgres/facts';
import { besideName, maintenance } from '../postgres/names';
import { printer } from '../postgres/scripts';
import type { LoadTarget } from '../restore/load';
import { createSql, dropSql, emptySql, finishSql, type Making } from '../restore/sql';
import { connection } from '../stack/psql';
import type { Filling } from './kind';

/** One target for each part, in their order. */
export function databaseTargets(parts: readonly DatabasePart[], filling: Filling): readonly LoadTarget[] {
  const other = quote(maintenance(parts.map(({ database }) => database)));
  return parts.map((part) => {
    const { service, user, database } = part;
    const server = filling.facts.servers.get(service);
    // Some extensions work only under the database name of the backup.
    const isFree = filling.alone && server?.databases.has(database) !== true;
    const incoming = isFree ? database : besideName(database, 'restore', filling.facts.now);
    const making = makingOf(part, filling);
    return {
      subject: database,
      incoming,
      rest: 'indexes and constraints follow',
      archive: filling.archive(part, server?.unpacks ?? false),
      commands: (index, source) => {
        const how = making.tablespaces ? part.format : `${part.format}-plain`;
        const at = `${index} ${quote(service)} ${quote(user)}`;
        const there = quote(connection(incoming));
        return [
          printer(`create_sql_${index}`, createSql(incoming, making)),
          printer(`empty_sql_${index}`, emptySql(making)),
          printer(`finish_sql_${index}`, finishSql(incoming, making.properties)),
          printer(`drop_sql_${index}`, dropSql(incoming)),
          `restore_begin ${at} ${other} ${there} || exit 1`,
          `restore_load ${at} ${there} ${how} ${source} || exit 1`,
          `restore_finish ${at} ${other} ${there} ${quote(making.silent ? '-c event_triggers=off' : '')} || exit 1`,
        ];
      },
    };
  });
}

/**
 * How the database is made: as the backup says, unless an input says otherwise; where the backup says nothing, like the
 * live one.
 */
function makingOf(part: DatabasePart, { facts, alone, locale, tablespaces }: Filling): Making {
  const server = facts.servers.get(part.service);
  const live = (alone ? null : server?.properties.get(part.database)) ?? null;
  const own = part.properties ?? live;
  const properties =
    own !== null && live !== null && locale === 'live'
      ? { ...own, ...pick(live, ['encoding', 'collate', 'ctype', 'provider', 'locale', 'rules']) }
      : own;
  return {
    properties,
    beyond: part.beyond,
    silent: canSilence(server),
    owner: part.user,
    major: server?.major ?? part.major,
    tablespaces: tablespaces === 'keep',
  };
}

function pick<T, K extends keyof T>(from: T, keys: readonly K[]): Pick<T, K> {
  return Object.fromEntries(keys.map((key) => [key, from[key]])) as Pick<T, K>;
}
