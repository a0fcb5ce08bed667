/** The parts of a backup, their names, and the room that they take. */
import type { DumpItem } from '../lib/backup/dump-told';
import type { Manifest } from '../lib/backup/manifest';
import type { DumpFormat } from '../lib/config/runbook';
import { type Dumpable, type Dumping, GROWTH } from '../lib/data/kind';
import { eachKind } from '../lib/data/kinds';
import type { Facts } from '../lib/postgres/facts';
import type { VolumeFacts } from '../lib/volumes/facts';
import type { Scene } from './scene';

/** Bytes that the backup will take: each part as much as last time, plus the growth of its content since. */
export function estimate(
  settings: Scene['request']['runbook']['backup'],
  { servers }: Pick<Facts, 'servers'>,
  volumes: ReadonlyMap<string, Pick<VolumeFacts, 'bytes'>>,
  last: Manifest | undefined,
): number {
  const parts = eachKind((kind) => [
    ...kind.configured(settings).map((name) => {
      const part = last === undefined ? undefined : kind.parts(last).find((one) => kind.fullName(one) === name);
      return kind.room(part, kind.size(name, { servers, volumes }));
    }),
    ...(last === undefined ? [] : kind.extras(last)).map(({ bytes }) => bytes * GROWTH),
  ]);
  return parts.flat().reduce((sum, bytes) => sum + bytes, 0);
}

/** Databases before volumes: a row that names a file is not older than the file. */
export function itemsOf(what: Dumpable, format: DumpFormat, seen: Dumping['seen']): DumpItem[] {
  const taken = new Set<string>();
  const nameOf = (...words: readonly string[]): string => {
    const plain = words.map((word) => word.replace(/[^A-Za-z0-9_-]/g, '_')).join('.');
    let free = plain;
    for (let count = 2; taken.has(free); count++) free = plain.replace(/\.([a-z]+)$/, `.${count}.$1`);
    taken.add(free);
    return free;
  };
  return eachKind((kind) => kind.items?.(what, { format, nameOf, seen }) ?? []).flat();
}
