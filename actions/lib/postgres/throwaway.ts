/**
 * Servers and empty volumes for a drill: to restore into, and to throw away. The servers run the images of the stack's
 * servers, and have no network.
 */
import { UserError } from '../errors';
import { quote } from '../host/quote';
import { ending, isEnding } from '../steps/endings';
import { onHost } from '../steps/on-host';
import type { Steps } from '../steps/step';
import { volumeScript } from '../volumes/scripts';
import { psqlScript, throwawayPiece } from './scripts';

interface Throwaway {
  readonly service: string;
  /** The role that may do everything on the server. */
  readonly user: string;
  /** ID of an image on the host. */
  readonly image: string;
  /** ID of the service's container; the throwaway server gets the same command and settings. */
  readonly container: string;
}

/** The project of the drill's containers, in place of the stack's. Compose allows no project of people a dot. */
export function drillProject(stack: string): string {
  return `${stack}.drill`;
}

/** @param volumes names of the volumes @throws {UserError} RB-DRILL-FAILED; no server or volume is left then */
export function startThrowaways(
  project: string,
  servers: readonly Throwaway[],
  volumes: readonly string[],
  steps: Steps,
): Promise<void> {
  return run(steps, 'drill-start', 'Create the throwaway server and volumes', project, [
    'throwaway_remove',
    'undo_push throwaway_remove',
    ...volumes.map((name) => `throwaway_volume ${quote(name)} || exit 1`),
    ...servers.map(
      ({ service, user, image, container }) =>
        `throwaway_start ${[service, user, image, container].map(quote).join(' ')} || exit 1`,
    ),
    'committed',
  ]);
}

export function removeThrowaways(project: string, steps: Steps): Promise<void> {
  return run(steps, 'drill-end', 'Remove the throwaway server and volumes', project, ['throwaway_remove']);
}

async function run(steps: Steps, id: string, title: string, project: string, lines: readonly string[]): Promise<void> {
  const script = [`PROJECT=${quote(project)}`, psqlScript(), volumeScript(), throwawayPiece(), ...lines].join('\n');
  const failed = (why: string, log: readonly string[], logOf: string): UserError =>
    new UserError('RB-DRILL-FAILED', {
      what: `${title.toLowerCase()}: that failed on the host`,
      why,
      remedy: 'read the lines below; the backup itself is not affected',
      ...(log.length > 0 ? { log, logOf } : {}),
    });
  const error = await onHost(
    steps,
    { id, script },
    {
      lost: {
        what: `${title.toLowerCase()}: the connection to the host was lost`,
        remedy: 'run it again; the backup itself is not affected',
      },
      explain: ({ kind, subject, log }) =>
        isEnding(kind) ? ending(kind) : failed(log.at(-1) ?? 'the step ended with an error', log, subject),
    },
  );
  if (error !== null) throw error;
}
