/** The data that all parts of a restore work with. */

import { s3Destination } from '../lib/backup/s3';
import { folderSource, hostSource, type Source } from '../lib/backup/source';
import { UserError } from '../lib/errors';
import type { Host } from '../lib/host/host';
import { planOutputs } from '../lib/procedure/change';
import type { Outcome, Run } from '../lib/procedure/define';
import type { PlanIdentity } from '../lib/procedure/expected';
import { endOf } from '../lib/procedure/expected';
import { describe, type Report, statusOf } from '../lib/procedure/report';
import { endInterrupted } from '../lib/restore/swap';
import type { Leftovers } from '../lib/restore/swap-script';
import { isUnknownEnd } from '../lib/steps/endings';
import type { Steps } from '../lib/steps/step';
import type { RestoreInputs } from './inputs';

/** `forward`: what it brought stays. `back`: the former data is live again. */
export type Decision = 'forward' | 'back';

/**
 * Live name of a database or volume → name of the database, or folder in the volume, that was live before; of a
 * collection, `service/name` → its snapshot in Qdrant.
 */
type Former = Readonly<Record<string, string>>;

/** What a restore works with once the host is reached. */
export interface Scene extends Omit<Run<RestoreInputs>, 'steps'> {
  readonly request: RestoreInputs;
  readonly steps: Steps;
  readonly source: Source;
}

export type Finish = (status: Report['status'], more: Partial<Report>, former?: Former) => Outcome;

/** Where the backup comes from. */
export function sourceOf(
  { from, folder, runbook }: Pick<RestoreInputs, 'from' | 'folder' | 'runbook'>,
  host: Host,
): Source {
  const { backup, stack } = runbook;
  if (from === 's3' && backup.s3 !== null) return s3Destination(backup.s3, stack);
  return from === 'file' ? folderSource(folder, stack) : hostSource(host, backup.directory, stack);
}

/** Removes data that was loaded in vain, and reports. @param serving which data serves now, as a sentence */
export async function failed(
  { request, session, recorder, clearing, notes }: Scene,
  left: Leftovers,
  error: unknown,
  finish: Finish,
  serving = 'The former data still serves.',
): Promise<Outcome> {
  if (!(error instanceof UserError)) throw error;
  if (session.host.connected && !isUnknownEnd(error)) {
    try {
      for (const line of await endInterrupted(request.runbook.stack, left, clearing, 'clear')) recorder.info(line);
    } catch (second) {
      if (!(second instanceof UserError)) throw second;
      notes.push(
        `The leftovers of this restore could not be removed: ${second.details.what}. The next restore tries again.`,
      );
    }
  }
  return finish(statusOf(error), { error: describe(error), verdict: serving });
}

/** Makes the outcome, however the restore ends. @param backup its name; `null`: none is restored */
export function finisher({ report, request }: Scene, backup: string | null, { hash, lines }: PlanIdentity): Finish {
  const planned = { planHash: hash, planText: lines };
  return (status, more, former = {}) => ({
    report: report(status, {
      ...planned,
      ...(status === 'planned' ? { planUntil: endOf(request.runbook.planLifetime) } : {}),
      ...more,
    }),
    outputs: { backup: backup ?? '', former: JSON.stringify(former), ...planOutputs(planned) },
  });
}
