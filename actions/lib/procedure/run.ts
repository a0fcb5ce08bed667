/** What surrounds a section of the runbook: masks, session, lease, observation, recovery, report, and closing them. */
import type { BaseInputs } from '../config/inputs';
import { UserError } from '../errors';
import { secretsOf } from '../host/connect';
import { holding, requireThawed, sayFreeze } from '../stack/freeze';
import type { State } from '../stack/model';
import { createSteps } from '../steps/runner';
import type { Listing, Outcome, Procedure, Run } from './define';
import type { PushedTag } from './pushed';
import type { Recorder } from './record';
import { comeBack, recover, stillLeft } from './recover';
import { describe, plainReport, type Report, statusOf, type TimelineEntry } from './report';
import type { OpenFile } from './repository';
import { costOf, type LeaseRequest, StackSession } from './stack-session';

/** Who runs the procedure, and where its progress is shown. */
export interface Circumstances {
  readonly title: string;
  /** URL of the run with its attempt. */
  readonly run: string;
  readonly actor: string;
  /** Aborted when the run is cancelled. */
  readonly signal: AbortSignal;
  readonly lease: LeaseRequest;
  readonly recorder: Recorder;
  readonly repository: OpenFile;
  /** The tag whose push started this run; `null`: none did. */
  readonly pushed: PushedTag | null;
}

/** Never rejects with a UserError: the report holds it. */
export async function carryOut<I extends BaseInputs>(
  procedure: Procedure<I>,
  inputs: I,
  around: Circumstances,
): Promise<Outcome> {
  const { report, outputs, ...rest } = await attempt(procedure, inputs, around);
  return { report, outputs: { ...procedure.outputs?.(report), ...outputs }, ...rest };
}

async function attempt<I extends BaseInputs>(
  procedure: Procedure<I>,
  given: I,
  around: Circumstances,
): Promise<Outcome> {
  const { recorder, title } = around;
  const begun = Date.now();
  const notes: string[] = [];
  let session: StackSession | null = null;
  let inputs = given;
  const report: Run<I>['report'] = (status, more = {}) => {
    const current = session?.state.current?.id ?? null;
    return plainReport({
      title,
      status,
      host: session?.host.name ?? `${inputs.target.user}@${inputs.target.host}`,
      stack: inputs.runbook.stack,
      release: current,
      previousRelease: current,
      timeline: recorder.finish(TIMELINE[status]),
      notes,
      seconds: (Date.now() - begun) / 1000,
      ...more,
    });
  };
  let staging: string | null = null;
  try {
    procedure.check?.(inputs);
    if (around.pushed !== null) notes.push(...((await procedure.awaited?.(inputs, around.pushed, around)) ?? []));
    inputs = (await procedure.prepare?.(inputs, recorder)) ?? inputs;
    session = await open(procedure, inputs, around, inputs.dryRun ? null : around.lease);
    heedFreeze(procedure, session.state, inputs.dryRun, (note) => notes.push(note));
    const steps = stepsOf(procedure, session, around, around.signal);
    const drift = inputs.dryRun ? undefined : procedure.recovers?.(inputs);
    const forward = procedure.goesForward === true;
    const recovering = { runbook: inputs.runbook, run: around.run, procedure: procedure.name, steps, forward };
    const recovered = drift === undefined ? null : await recover(session, { ...recovering, drift }, recorder);
    const opened = session;
    const back = async (): Promise<void> => {
      if (drift === undefined || recovered === null || recovered.left.length === 0) return;
      if (around.signal.aborted || !opened.host.connected) {
        notes.push(stillLeft(recovered));
        return;
      }
      const clearing = stepsOf(procedure, opened, around);
      await comeBack(opened, { ...recovering, steps: clearing, drift }, recorder, notes);
    };
    const running = procedure.run({
      inputs,
      ...around,
      session,
      notes,
      recovered,
      report,
      steps,
      clearing: stepsOf(procedure, session, around)(null),
      discard: (folder) => {
        staging = folder;
      },
    });
    const outcome = await running.catch(async (error: unknown) => {
      if (error instanceof UserError) await back();
      throw error;
    });
    if (outcome.report.status !== 'succeeded') await back();
    return outcome;
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    if (!recorder.changed) notes.push('Nothing was changed on the host.');
    return { report: report(statusOf(error), { error: describe(error) }) };
  } finally {
    await session?.close(staging);
    if (session !== null) recorder.info(costOf(session.host));
  }
}

/** Only looks, and needs no lease. @throws {UserError} */
export async function list<I extends BaseInputs>(
  procedure: Procedure<I>,
  inputs: I,
  around: Circumstances,
): Promise<Listing> {
  const session = await open(procedure, inputs, around, null);
  try {
    return await procedure.list!.show({
      inputs,
      ...around,
      session,
      notes: [],
      recovered: null,
      steps: stepsOf(procedure, session, around, around.signal),
      clearing: stepsOf(procedure, session, around)(null),
      discard: () => {},
      report: () => {
        throw new Error('a list has no report');
      },
    });
  } finally {
    await session.close();
  }
}

/** Refuses if a freeze stops the procedure; a dry run says so. @throws {UserError} RB-FROZEN */
function heedFreeze<I extends BaseInputs>(
  { passesFreeze }: Procedure<I>,
  { freeze }: State,
  dryRun: boolean,
  note: (text: string) => void,
): void {
  const held = holding(freeze);
  if (held === null) return;
  if (passesFreeze !== true && !dryRun) requireThawed(freeze);
  const text = sayFreeze(held, freeze.now);
  const but =
    passesFreeze === true ? 'This procedure may run nevertheless.' : 'A run that is not a dry run would be refused.';
  note(`${text.charAt(0).toUpperCase()}${text.slice(1)}. ${but}`);
}

const TIMELINE: Readonly<Record<Report['status'], TimelineEntry['status']>> = {
  succeeded: 'done',
  unchanged: 'done',
  planned: 'done',
  failed: 'failed',
  cancelled: 'reversed',
};

async function open<I extends BaseInputs>(
  procedure: Procedure<I>,
  inputs: I,
  { recorder, run, signal }: Circumstances,
  lease: LeaseRequest | null,
): Promise<StackSession> {
  const { target, runbook } = inputs;
  recorder.keep(procedure.names?.(inputs) ?? []);
  for (const secret of [...secretsOf(target), ...(procedure.secrets?.(inputs) ?? [])]) recorder.secret(secret);
  recorder.step('Connect and observe');
  const session = await StackSession.open({
    target,
    runbook,
    run,
    signal,
    lease,
    paths: procedure.paths?.(inputs) ?? [],
    procedure: procedure.name,
    scope: procedure.lease,
    settles: procedure.settles === true,
    onAnswer: () => recorder.info(`connected to ${target.user}@${target.host}`),
  });
  recorder.keep(session.names);
  for (const secret of session.secrets) recorder.secret(secret);
  const { engine, current } = session.state;
  recorder.info(
    `${session.host.name}: Docker ${engine.docker}, Compose ${engine.compose}, release ${current?.id ?? '(none)'}`,
  );
  return session;
}

function stepsOf<I extends BaseInputs>(
  { name }: Procedure<I>,
  { host, root, leaseRoot, token }: StackSession,
  { run, actor, recorder }: Circumstances,
  signal?: AbortSignal,
): Run<I>['steps'] {
  return (release) =>
    createSteps(host, {
      root: leaseRoot,
      stackRoot: root,
      token,
      run,
      actor,
      procedure: name,
      release,
      signal,
      onStart: () => {
        recorder.changed = true;
      },
    });
}
