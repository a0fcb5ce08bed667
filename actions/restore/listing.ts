/** Backups of a place as a list. */
import type { Manifest } from '../lib/backup/manifest';
import type { Listing } from '../lib/procedure/define';

/** @param backups oldest first; the newest stands on top of the table */
export function listingOf(backups: readonly Manifest[]): Listing {
  return {
    title: 'Backups',
    empty: 'There is none of this stack there.',
    head: ['backup', 'created', 'of', 'release', 'databases', 'volumes', 'Qdrant'],
    rows: backups
      .toReversed()
      .map(({ id, createdAt, installation, release, databases, volumes, qdrant }) => [
        { code: id },
        createdAt,
        installation === null ? 'not told' : `${installation.host} (${installation.uid})`,
        release ?? 'none',
        databases.map(({ database, bytes }) => `${database} (${mib(bytes)})`).join(', '),
        volumes.map(({ name, bytes }) => `${name} (${mib(bytes)})`).join(', '),
        qdrant.map(({ service, bytes }) => `${service} (${mib(bytes)})`).join(', '),
      ]),
    lines: backups.map(({ id, installation, release, ...parts }) => {
      const names = [
        ...parts.databases.map(({ database }) => database),
        ...parts.volumes.map(({ name }) => name),
        ...parts.qdrant.map(({ service }) => `Qdrant (${service})`),
      ];
      return `${id} (of ${installation?.host ?? 'a host it does not tell'}, release ${release ?? 'none'}) ${names.join(', ')}`;
    }),
    outputs: { backups: JSON.stringify(backups) },
  };
}

function mib(bytes: number): string {
  return `${(bytes / 2 ** 20).toFixed(1)} MiB`;
}
