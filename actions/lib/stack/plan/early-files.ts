/** Uploaded files that running containers see before the new ones have passed. Pure. */
import type { Plan, Release } from '../model';

/** The most files that a note names. */
const NAMED = 3;

/**
 * Notes on uploaded files that are put in place before anything starts: a running container that mounts such a file
 * reads the new content from then on, or when it starts again. Files that only the proxy mounts are put in place later,
 * and left out.
 *
 * @param apart files that only new containers get
 * @param current the current release; `null`: there is none
 * @param proxy the service that is told to read its files; `null`: none
 */
export function earlyFileNotes(
  { changes, files }: Pick<Plan, 'changes' | 'files'>,
  current: Release | null,
  proxy: string | null,
  apart: readonly string[] = [],
): string[] {
  return changes.flatMap(({ service, kind }) => {
    if (service === proxy || (kind !== 'rolling' && kind !== 'stand-in')) return [];
    const mounts =
      current !== null && Object.hasOwn(current.services, service) ? current.services[service]!.mounts : {};
    const paths = Object.keys(files)
      .filter((path) => Object.hasOwn(mounts, path) && !apart.includes(path))
      .toSorted();
    if (paths.length === 0) return [];
    const more = paths.length > NAMED ? ` and ${paths.length - NAMED} more` : '';
    const named = `${paths.slice(0, NAMED).join(', ')}${more}`;
    return [
      `The running containers of ${service} mount ${named}, and see the change before the new ones are healthy: at once, or when they start again. If this run fails, they have the former content again.`,
    ];
  });
}
