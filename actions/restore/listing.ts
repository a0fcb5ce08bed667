/** Backups of a place as a list. */

import type { Manifest } from '../lib/backup/manifest';
import { sayMib } from '../lib/bytes';
import { eachKind } from '../lib/data/kinds';
import { titlesOf } from '../lib/data/wanted';
import type { Listing } from '../lib/procedure/define';

/** @param backups oldest first; the newest stands on top of the table */
export function listingOf(backups: readonly Manifest[]): Listing {
  return {
    title: 'Backups',
    empty: 'There is no backup of this stack there.',
    head: ['backup', 'created', 'of', 'release', ...eachKind(({ heading }) => heading)],
    rows: backups.toReversed().map((manifest) => {
      const { id, createdAt, installation, release } = manifest;
      return [
        { code: id },
        createdAt,
        installation === null ? 'not told' : `${installation.host} (${installation.uid})`,
        release ?? 'none',
        ...eachKind((kind) => {
          const parts = kind.parts(manifest).map((part) => `${kind.name(part)} (${sayMib(part.bytes)})`);
          return parts.join(', ');
        }),
      ];
    }),
    lines: backups.map((manifest) => {
      const { id, installation, release } = manifest;
      return `${id} (of ${installation?.host ?? 'an unknown host'}, release ${release ?? 'none'}) ${titlesOf(manifest).join(', ')}`;
    }),
    outputs: { backups: JSON.stringify(backups) },
  };
}
