/** Finds the images and folders with files that pages of former releases still request. Pure. */
import { posix } from 'node:path';
import type { Runbook } from '../../config/runbook';
import { UserError } from '../../errors';
import { imageOf } from '../identity';
import type { Plan, Release } from '../model';

/** The folder that `runbook.yml` names for a service. */
function folderOf({ services }: Pick<Runbook, 'services'>, service: string): string | undefined {
  return Object.hasOwn(services, service) ? services[service]?.assets : undefined;
}

/**
 * Lines `SERVICE FOLDER IMAGE…`: the images of the other releases that the host keeps, each once, the newest last. A
 * service that has the same image in all releases has no line, as no other image has files for it.
 */
export function assetLines(target: Release, releases: readonly Release[], runbook: Pick<Runbook, 'services'>): string {
  const others = releases.filter(({ id }) => id !== target.id).toSorted((a, b) => numberOf(a) - numberOf(b));
  const lines = Object.entries(target.services).flatMap(([name, wanted]) => {
    const folder = folderOf(runbook, name);
    if (folder === undefined) return [];
    const images = others.flatMap(({ services }) => (Object.hasOwn(services, name) ? [imageOf(services[name])] : []));
    const former = images.filter((image, at) => image !== imageOf(wanted) && images.lastIndexOf(image) === at);
    return former.length === 0 ? [] : [[name, folder, ...former].join(' ')];
  });
  return lines.join('\n');
}

/**
 * Refuses folders with a mount: their files do not come from the image, and other containers may write to them.
 *
 * @throws {UserError} RB-ASSETS-UNSUITABLE
 */
export function checkAssets({ changes }: Pick<Plan, 'changes'>, target: Release, runbook: Runbook): void {
  for (const { service, start } of changes) {
    const folder = folderOf(runbook, service);
    if (folder === undefined || start === 0) continue;
    const targets = (target.services[service]?.traits.volumes ?? []).map((text) =>
      text.slice(text.lastIndexOf(':') + 1),
    );
    const mounted = targets.find((path) => isBelow(folder, path) || isBelow(path, folder));
    if (mounted === undefined) continue;
    throw new UserError('RB-ASSETS-UNSUITABLE', {
      what: `${service} cannot get the files of former releases at ${folder}`,
      why: `its Compose files mount something at ${mounted}, so that the files there are not those of its image`,
      remedy: `remove services.${service}.assets from the runbook file, or the mount from the Compose files; nothing was changed`,
    });
  }
}

function isBelow(path: string, folder: string): boolean {
  const way = posix.relative(folder, path);
  return way !== '..' && !way.startsWith('../');
}

function numberOf({ id }: Release): number {
  return Number.parseInt(id, 10);
}
