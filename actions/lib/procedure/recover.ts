/** Puts right what a procedure left that was interrupted, before a new one begins. */
import type { DriftPolicy } from '../config/inputs';
import type { Runbook } from '../config/runbook';
import { apply } from '../stack/apply/apply';
import { lackingImages } from '../stack/plan/checks';
import { recoveryOf } from '../stack/plan/recovery';
import type { Steps } from '../steps/step';
import { renderPlan } from './plan-text';
import type { Recorder } from './record';
import type { Recovered } from './report';
import type { StackSession } from './stack-session';

export interface RecoverRequest {
  readonly runbook: Runbook;
  readonly run: string;
  readonly procedure: string;
  readonly drift: DriftPolicy;
  /** Steps that lead to a release. */
  readonly steps: (release: string | null) => Steps;
}

/**
 * Before the commit point of the interrupted procedure to the release before, after it to its own. Observes again
 * afterwards.
 *
 * @returns `null` where nothing was interrupted
 * @throws {UserError} RB-DRIFT; what the recovery itself failed on
 */
export async function recover(
  session: StackSession,
  request: RecoverRequest,
  recorder: Recorder,
): Promise<Recovered | null> {
  const { state, host } = session;
  const { runbook, run, procedure, drift } = request;
  if (state.unfinished === null) return null;
  recorder.step('Recover');
  recorder.info(`${state.unfinished.procedure} of ${state.unfinished.run} was interrupted`);
  const { target, plan } = recoveryOf(state, runbook, drift);
  const lines = renderPlan(plan);
  for (const line of lines) recorder.info(line);
  const applied = await apply(
    {
      plan,
      target,
      current: state.current,
      runbook,
      delivery: null,
      // A cleaning may have come between.
      lacking: lackingImages(plan, target, state),
      run,
      procedure,
      history: state.history,
      recovers: true,
    },
    {
      host,
      steps: request.steps(target.id),
      progress: recorder,
    },
  );
  if (applied.error !== null) throw applied.error;
  await session.observe();
  recorder.info(`recovered: ${target.id === '' ? 'nothing runs' : `release ${target.id} runs`}`);
  return { ...state.unfinished, to: target.id, lines };
}
