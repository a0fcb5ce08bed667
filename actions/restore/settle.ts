/** Settles a restore that was interrupted in its swap: a person says which data stay, and this run does only that. */

import type { Outcome } from '../lib/procedure/define';
import { endInterrupted } from '../lib/restore/swap';
import { plannedSettlement } from './planned';
import { settleQdrant } from './qdrant-undo';
import { type Decision, finisher, type Scene } from './scene';

const NOTHING = { servers: [], volumes: new Map<string, readonly string[]>() };

/** @throws {UserError} a restore that could not be settled stays recorded */
export async function settle(scene: Scene, decision: Decision): Promise<Outcome> {
  const { request, session, recorder, steps, notes } = scene;
  const finish = finisher(scene, null, plannedSettlement(scene, decision));
  recorder.step('Settle the interrupted restore');
  const { interrupted } = session.state;
  if (interrupted === null || (interrupted.running && request.dryRun)) {
    const verdict =
      interrupted === null ? 'No restore was interrupted: there is nothing to settle.' : 'A restore is under way.';
    return finish('unchanged', { verdict });
  }
  if (interrupted.data !== null) {
    const { phase, since } = interrupted.data;
    recorder.info(`the swap of ${since || 'an unknown time'} was interrupted in its phase "${phase}"`);
    if (request.dryRun) notes.push(PLANNED[decision]);
    else {
      const way = decision === 'forward' ? 'forward' : 'reverse';
      for (const line of await endInterrupted(request.runbook.stack, NOTHING, steps, 'settle', way)) {
        recorder.info(line);
        notes.push(line);
      }
    }
  }
  await settleQdrant(scene, decision);
  return request.dryRun
    ? finish('planned', { verdict: 'Nothing was changed.' })
    : finish('succeeded', { verdict: SETTLED[decision] });
}

const SETTLED: Readonly<Record<Decision, string>> = {
  forward: 'The interrupted restore is settled: the restored data stays where all of it was exchanged.',
  back: 'The interrupted restore is settled: the former data is live.',
};

const PLANNED: Readonly<Record<Decision, string>> = {
  forward: 'The restored data would stay where all of it was exchanged; the former data is kept beside it.',
  back: 'The former data would be live again; the restored data, with everything that was written to it since, is kept beside it under a name with "undone".',
};
