/** Puts right what a procedure left that was interrupted, before a new one begins. */
import type { Runbook } from '../config/runbook';
import { apply } from '../stack/apply';
import { type DriftPolicy, recoveryOf } from '../stack/recovery';
import { createSteps } from '../steps/runner';
import { renderPlan } from './plan-text';
import type { Recorder } from './record';
import type { Recovered } from './report';
import type { StackSession } from './stack-session';

export interface RecoverRequest {
  readonly runbook: Runbook;
  readonly run: string;
  readonly actor: string;
  readonly procedure: string;
  readonly drift: DriftPolicy;
  readonly signal?: AbortSignal | undefined;
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
  const { state, host, root, token } = session;
  const { runbook, run, actor, procedure, drift, signal } = request;
  if (state.unfinished === null) return null;
  recorder.step('Recover');
  recorder.changed = true;
  recorder.info(`${state.unfinished.procedure} of ${state.unfinished.run} was interrupted`);
  const { target, plan } = recoveryOf(state, runbook, drift);
  const lines = renderPlan(plan);
  for (const line of lines) recorder.info(line);
  const steps = createSteps(host, { root, token, run, actor, procedure, release: target.id });
  const applied = await apply(
    {
      plan,
      target,
      current: state.current,
      runbook,
      delivery: null,
      run,
      procedure,
      history: state.history,
      recovers: true,
    },
    {
      host,
      steps,
      signal,
      progress: { info: (t) => recorder.info(t), remote: (l) => recorder.remote(l), mark: (t) => recorder.mark(t) },
    },
  );
  if (applied.error !== null) throw applied.error;
  await session.observe();
  recorder.info(`recovered: ${target.id === '' ? 'nothing runs' : `release ${target.id} runs`}`);
  return { ...state.unfinished, to: target.id, lines };
}
