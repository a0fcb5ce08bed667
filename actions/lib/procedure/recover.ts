/** Puts right what a procedure left that was interrupted, before a new one begins. */
import type { DriftPolicy } from '../config/inputs';
import type { Runbook } from '../config/runbook';
import { UserError } from '../errors';
import { type Applied, apply } from '../stack/apply/apply';
import { watchedAs } from '../stack/closed';
import { lackingImages } from '../stack/plan/checks';
import { type Recovery, recoveryOf, withoutStarts } from '../stack/plan/recovery';
import type { Steps } from '../steps/step';
import { renderPlan } from './plan-text';
import type { Recorder } from './record';
import type { Recovered } from './report';
import type { StackSession } from './stack-session';

interface RecoverRequest {
  readonly runbook: Runbook;
  readonly run: string;
  readonly procedure: string;
  readonly drift: DriftPolicy;
  /** Nothing of the former release is started: the one that comes takes its place. */
  readonly forward: boolean;
  /** Steps that lead to a release. */
  readonly steps: (release: string | null) => Steps;
}

/**
 * Before the commit point of the interrupted procedure to the release before, after it to its own; on the way forward,
 * services that would have to be started for that are left to the release that comes. Observes again afterwards.
 *
 * @returns `null` where nothing was interrupted
 * @throws {UserError} RB-DRIFT; what the recovery itself failed on
 */
export async function recover(
  session: StackSession,
  request: RecoverRequest,
  recorder: Recorder,
): Promise<Recovered | null> {
  const { unfinished } = session.state;
  if (unfinished === null) return null;
  recorder.step('Recover');
  recorder.info(`${unfinished.procedure} of ${unfinished.run} was interrupted`);
  const whole = recoveryOf(session.state, request.runbook, request.drift);
  // What people changed stays only where the rest is as its release has it.
  const recovery = request.forward && whole.plan.drift.length === 0 ? withoutStarts(whole) : whole;
  const { target, left } = recovery;
  const said =
    left.length === 0
      ? []
      : [
          `${left.join(', ')} ${left.length === 1 ? 'is' : 'are'} left to the release that comes: nothing of ${target.id || 'before'} is started`,
        ];
  const lines = [...renderPlan(recovery.plan), ...said];
  for (const line of lines) recorder.info(line);
  const { error } = await carriedOut(session, request, recovery, recorder);
  // Its former files may be what the proxy cannot take without services that do not run; the new ones come now.
  if (error !== null && (left.length === 0 || error.code !== 'RB-PROXY-CONFIG')) throw error;
  if (error !== null) recorder.warning(`what was interrupted is not wholly put right: ${error.message}`);
  await session.observe();
  const runs = target.id === '' ? 'nothing runs' : `release ${target.id} runs`;
  recorder.info(left.length === 0 ? `recovered: ${runs}` : 'on to the new release, from what is there');
  return { ...unfinished, to: target.id, lines, left };
}

/**
 * Where the release that came did not take the place of what {@link recover} left: the former one is brought back after
 * all, as far as it can be. Says so, and never rejects.
 *
 * @param notes of the report
 */
export async function comeBack(
  session: StackSession,
  request: RecoverRequest,
  recorder: Recorder,
  notes: string[],
): Promise<void> {
  const before = session.state.current?.id;
  try {
    await session.observe();
    const { unfinished, current } = session.state;
    if (unfinished === null || current?.id !== before) return;
    // What was under way is what failed.
    recorder.finish('failed');
    recorder.step('Recover');
    const recovery = recoveryOf(session.state, request.runbook, request.drift);
    for (const line of renderPlan(recovery.plan)) recorder.info(line);
    const { error } = await carriedOut(session, request, recovery, recorder, 'come-back');
    if (error !== null) throw error;
    const runs = recovery.target.id === '' ? 'nothing' : `release ${recovery.target.id}`;
    notes.push(`What was interrupted before is put right: ${runs} runs.`);
    recorder.finish('done');
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    recorder.warning(`the former release does not come back either: ${error.message}`);
    notes.push(
      `What was interrupted before is not put right: ${error.details.what}. The next deploy goes on from what is there.`,
    );
    recorder.finish('failed');
  }
}

/** @returns a sentence for where nobody can {@link comeBack} any more */
export function stillLeft({ left }: Recovered): string {
  return `What was interrupted before is not put right: ${left.join(', ')} ${left.length === 1 ? 'is' : 'are'} as it was left, which may be stopped. The next deploy or rollback goes on from what is there.`;
}

function carriedOut(
  session: StackSession,
  { runbook, run, procedure, steps }: RecoverRequest,
  { target, plan, left }: Recovery,
  recorder: Recorder,
  step = 'recover',
): Promise<Applied> {
  const { state, host } = session;
  const request = {
    plan,
    target,
    current: state.current,
    runbook: watchedAs(runbook, target, state.current),
    delivery: null,
    lacking: lackingImages(plan, target, state),
    run,
    procedure,
    history: state.history,
    releases: state.releases,
    recovers: true,
    step,
    leaves: left.length > 0,
  };
  return apply(request, { host, steps: steps(target.id), progress: recorder });
}
