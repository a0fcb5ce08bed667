/** The text of a release's `compose.json`, and the command line that equals the release. */
import { canonical } from '../identity';
import type { ReleaseService } from '../model';
import type { Resolved } from './types';

/** Labels that every container of a release carries. */
export const LABELS = { stack: 'runbook.stack', release: 'runbook.release', definition: 'runbook.definition' } as const;

/**
 * Compose's file for a release: every service labelled with the release in which it last changed. Pure;
 * equal input gives equal text. A service whose containers were adopted stays as they were made, without
 * labels and by its tag, or Compose would make them anew.
 */
export function pin(
  resolved: Pick<Resolved, 'model' | 'services'>,
  stack: string,
  services: Readonly<Record<string, Pick<ReleaseService, 'since' | 'configHash' | 'image'>>>,
): string {
  const pinned = Object.entries(resolved.model.services).map(([name, service]) => {
    const release = services[name];
    const known = resolved.services[name];
    if (release === undefined || known === undefined) throw new Error(`pin: service ${name} has no release`);
    if (release.configHash !== null) return [name, { ...service, image: release.image }];
    const labels = {
      ...(service.labels as Record<string, string> | undefined),
      [LABELS.stack]: stack,
      [LABELS.release]: release.since,
      [LABELS.definition]: known.definition,
    };
    return [name, { ...service, labels }];
  });
  return `${canonical({ ...resolved.model, name: stack, services: Object.fromEntries(pinned) })}\n`;
}
