/** Parts of a backup as its manifest has them. */
import type { Dumped, DumpItem, ManifestEntry } from '../lib/backup/dump-told';
import type { Manifest, Part } from '../lib/backup/manifest';
import type { Shipped } from '../lib/backup/ship';
import { eachKind } from '../lib/data/kinds';

/** Of what was dumped, an entry each, in the list where it belongs. */
export function dumpedParts(
  items: readonly DumpItem[],
  dumped: readonly Dumped[],
  parts: readonly Part[],
): Required<ManifestEntry> {
  const entries = items.map(({ entry }, index) => entry(parts[index]!, dumped[index]!));
  return {
    databases: entries.flatMap(({ databases }) => databases ?? []),
    globals: entries.flatMap(({ globals }) => globals ?? []),
    volumes: entries.flatMap(({ volumes }) => volumes ?? []),
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
