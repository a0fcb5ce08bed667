/** Uploaded files that only a service's new containers get, while its running ones keep theirs. Pure. */
import { posix } from 'node:path';
import type { Runbook } from '../../config/runbook';
import type { Plan, Release, ReleaseService } from '../model';

/**
 * Those of the changed files that a service mounts one by one, and not in a folder, where every service that mounts such
 * a file gets new containers: a mount of a single file stays with the inode that it began with. What a container sees in
 * a folder it sees at once, and what the proxy mounts has an order of its own.
 *
 * @param paths below the stack's directory
 */
export function apartFiles(
  paths: readonly string[],
  { changes }: Pick<Plan, 'changes'>,
  target: Release,
  { directory, proxy }: Pick<Runbook, 'directory' | 'proxy'>,
): string[] {
  const anew = new Set(
    changes
      .filter(({ kind, start, keep }) => kind !== 'reload' && start > 0 && keep.length === 0)
      .map(({ service }) => service),
  );
  return paths.filter((path) => {
    const mounting = Object.entries(target.services).filter(([, service]) => Object.hasOwn(service.mounts, path));
    return (
      mounting.every(([name]) => anew.has(name) && name !== proxy.service) &&
      mounting.some(([, service]) => !inFolder(service, posix.join(directory, path)))
    );
  });
}

/** Whether a folder that the service mounts holds the file. Secrets and configs are not among its volumes. */
function inFolder({ traits }: ReleaseService, file: string): boolean {
  return traits.volumes.some((text) => {
    const [type, source = ''] = text.split(':');
    return type === 'bind' && file.startsWith(`${source.replace(/\/+$/, '')}/`);
  });
}
