/** The text of a release's `compose.json`, and the command line that equals the release. */
import { canonical } from '../identity';
import type { Resolved } from './types';

/** Labels that every container of a release carries. */
export const LABELS = { stack: 'runbook.stack', release: 'runbook.release', definition: 'runbook.definition' } as const;

/**
 * Compose's file for a release: every service labelled with the release in which it last changed. Pure;
 * equal input gives equal text.
 *
 * @param since service → release id, for every service of `resolved`
 */
export function pin(
  resolved: Pick<Resolved, 'model' | 'services'>,
  stack: string,
  since: Readonly<Record<string, string>>,
): string {
  const services = Object.entries(resolved.model.services).map(([name, service]) => {
    const release = since[name];
    const known = resolved.services[name];
    if (release === undefined || known === undefined) throw new Error(`pin: service ${name} has no release`);
    const labels = {
      ...(service.labels as Record<string, string> | undefined),
      [LABELS.stack]: stack,
      [LABELS.release]: release,
      [LABELS.definition]: known.definition,
    };
    return [name, { ...service, labels }];
  });
  return `${canonical({ ...resolved.model, name: stack, services: Object.fromEntries(services) })}\n`;
}
