/** Finds services of the stack that can still read or replace `.runbook`. Pure. */
import { posix } from 'node:path';
import { UserError } from '../../errors';
import type { ComposeModel } from '../compose-model';
import type { Release } from '../model';
import { type Place, sightsOf, sightsOfMounts } from '../resolve/hidden';

/**
 * Refuses services that mount `.runbook` itself: an empty folder over it would hide just what the service asks for.
 *
 * @throws {UserError} RB-RUNBOOK-EXPOSED
 */
export function checkExposed(model: ComposeModel, place: Place): void {
  for (const [service, definition] of Object.entries(model.services)) {
    const found = sightsOf(definition, model, place).find(({ at }) => at === null);
    if (found === undefined) continue;
    throw new UserError('RB-RUNBOOK-EXPOSED', {
      what: `${service} mounts ${found.source} of the host at ${found.target}`,
      why: 'it holds the env files and secrets of all kept releases, and the scripts that runs carry out on the host',
      remedy: `remove that mount from the Compose files, or mount another folder of ${place.directory}; nothing was changed`,
    });
  }
}

/** Sentences on access to `.runbook` that an empty folder over it does not prevent. */
export function exposures({ id, services }: Pick<Release, 'id' | 'services'>, place: Place): string[] {
  return Object.entries(services).flatMap(([service, { traits, configHash }]) => {
    const sights = sightsOfMounts(traits.volumes, place);
    const places = traits.runbookAt ?? sights.flatMap(({ at }) => at ?? []);
    // Its containers were made by people or an earlier version, or the folder below the empty one was removed since.
    const open = configHash !== null || traits.runbookAt === undefined;
    const sees = places.map(
      (at) =>
        `${service} can read .runbook at ${at} as release ${id} runs it, where the env files and secrets of all kept releases are, and may be able to change it: restart it with the action restart, or let a deploy change it: then it has an empty folder there`,
    );
    const above = sights.filter(
      ({ at, target, source }) =>
        at !== null && at !== posix.join(target, '.runbook') && traits.writableVolumes.includes(source),
    );
    return [
      ...(open ? sees : []),
      ...above.map(
        ({ source }) =>
          `${service} may write to ${source} of the host, so it may put another folder in the place of ${place.directory}, from which every run takes its releases; mount the folders below ${place.directory} that it needs`,
      ),
    ];
  });
}
