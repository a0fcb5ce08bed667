/** Uploaded files that running containers see before the new ones have passed. Pure. */
import type { Plan, Release } from '../model';

/** So many are named. */
const NAMED = 3;

/**
 * Files are put in place before anything starts: who mounts one already reads the new one from then on, or when it starts
 * again. What the proxy alone mounts comes late, and is not meant.
 *
 * @param current what runs; `null`: nothing
 * @param proxy the service that is told to read its files; `null`: none
 */
export function earlyFileNotes(
  { changes, files }: Pick<Plan, 'changes' | 'files'>,
  current: Release | null,
  proxy: string | null,
): string[] {
  return changes.flatMap(({ service, kind }) => {
    if (service === proxy || (kind !== 'rolling' && kind !== 'stand-in')) return [];
    const mounts =
      current !== null && Object.hasOwn(current.services, service) ? current.services[service]!.mounts : {};
    const paths = Object.keys(files)
      .filter((path) => Object.hasOwn(mounts, path))
      .toSorted();
    if (paths.length === 0) return [];
    const more = paths.length > NAMED ? ` and ${paths.length - NAMED} more` : '';
    const named = `${paths.slice(0, NAMED).join(', ')}${more}`;
    return [
      `The running containers of ${service} mount ${named}, and see the change before the new ones are healthy: at once, or when they start again. If this run fails, they have the former content again.`,
    ];
  });
}
