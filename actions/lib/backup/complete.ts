/**
 * Finds backups whose files are gone or cut, though the manifest is there: a job that removes large old files, a lifecycle
 * rule, a disk that was repaired. They must not count as good ones, for which others are removed. Pure.
 */
import { type Manifest, partsOf } from './manifest';

/** A backup that cannot be restored as a whole. */
export interface Incomplete {
  readonly id: string;
  /** The reason, as one clause. */
  readonly why: string;
}

/** @param sizes ID → file → bytes, as they lie there */
export function incompleteIn(
  manifests: readonly Manifest[],
  sizes: ReadonlyMap<string, ReadonlyMap<string, number>>,
): Incomplete[] {
  return manifests.flatMap((manifest) => {
    const there = sizes.get(manifest.id);
    const wrong = partsOf(manifest).find(({ file, bytes }) => there?.get(file) !== bytes);
    if (wrong === undefined) return [];
    const found = there?.get(wrong.file);
    const why = found === undefined ? 'is missing' : `has ${found} bytes instead of ${wrong.bytes}`;
    return [{ id: manifest.id, why: `its file ${wrong.file} ${why}` }];
  });
}

/** A sentence; `null` where all are complete. */
export function sayIncomplete(incomplete: readonly Incomplete[], place: string): string | null {
  if (incomplete.length === 0) return null;
  const said = incomplete.map(({ id, why }) => `${id} (${why})`).join(', ');
  return `${place}: these backups have a manifest, but not all of their files: ${said}. They are not counted and not removed.`;
}
