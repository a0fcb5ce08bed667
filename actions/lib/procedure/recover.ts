/** Repairs what an interrupted procedure left, before a new procedure begins. */
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
  /** Nothing of the former release is started: the new release takes its place. */
  readonly forward: boolean;
  /** Steps that lead to a release. */
  readonly steps: (release: string | null) => Steps;
}

/**
 * If the procedure was interrupted before its commit point, goes back to the release before; if after it, completes its
 * release. On the way to a new release, services that would have to be started for this are left to that release.
 * Observes again afterwards.
 *
 * @returns `null` where nothing was interrupted
 * @throws {UserError} RB-DRIFT; any error of the recovery itself
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
  // Changes by hand stay only where everything else is as its release has it.
  const recovery = request.forward && whole.plan.drift.length === 0 ? withoutStarts(whole) : whole;
  const { target, left } = recovery;
  const said =
    left.length === 0
      ? []
      : [
          `${left.join(', ')} ${left.length === 1 ? 'is' : 'are'} left to the new release: nothing of ${target.id || 'before'} is started`,
        ];
  const lines = [...renderPlan(recovery.plan), ...said];
  for (const line of lines) recorder.info(line);
  const { error } = await carriedOut(session, request, recovery, recorder);
  // The proxy may refuse its former files while services that they name do not run; the new files come now.
  if (error !== null && (left.length === 0 || error.code !== 'RB-PROXY-CONFIG')) throw error;
  if (error !== null) recorder.warning(`the interrupted change is not put right completely: ${error.message}`);
  await session.observe();
  const runs = target.id === '' ? 'nothing runs' : `release ${target.id} runs`;
  recorder.info(left.length === 0 ? `recovered: ${runs}` : 'continuing to the new release from the present state');
  return { ...unfinished, to: target.id, lines, left };
}

/**
 * If the new release could not take the place of what {@link recover} left, brings the former release back after all,
 * as far as possible. Reports this, and never rejects.
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
    // The step under way is the one that failed.
    recorder.finish('failed');
    recorder.step('Recover');
    const recovery = recoveryOf(session.state, request.runbook, request.drift);
    for (const line of renderPlan(recovery.plan)) recorder.info(line);
    const { error } = await carriedOut(session, request, recovery, recorder, 'come-back');
    if (error !== null) throw error;
    const runs = recovery.target.id === '' ? 'nothing' : `release ${recovery.target.id}`;
    notes.push(`The change that was interrupted before is put right: ${runs} runs.`);
    recorder.finish('done');
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    recorder.warning(`the former release could not be brought back either: ${error.message}`);
    notes.push(
      `The change that was interrupted before is not put right: ${error.details.what}. The next deploy continues from the present state.`,
    );
    recorder.finish('failed');
  }
}

/** @returns a sentence for the case that {@link comeBack} is no longer possible */
export function stillLeft({ left }: Recovered): string {
  return `The change that was interrupted before is not put right: ${left.join(', ')} ${left.length === 1 ? 'was' : 'were'} left as found, and may be stopped. The next deploy or rollback continues from the present state.`;
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
    dockerRoot: state.engine.root,
    history: state.history,
    releases: state.releases,
    recovers: true,
    step,
    leaves: left.length > 0,
  };
  return apply(request, { host, steps: steps(target.id), progress: recorder });
}
