/** What deploy and rollback have in common: observe, compute a release, plan, check, apply, report. */
import type { Runbook } from '../config/runbook';
import type { UserError } from '../errors';
import type { Host } from '../host/host';
import { type Applied, apply, type Delivery } from '../stack/apply';
import { checkDowntime, checkExpected, planHash } from '../stack/checks';
import { checkMounts } from '../stack/checks-mounts';
import { checkShared } from '../stack/checks-shared';
import { diff, isEmpty } from '../stack/diff';
import { requireSettled } from '../stack/interrupted';
import type { Plan, Release, State } from '../stack/model';
import { composeCommand } from '../stack/resolve/command';
import type { Steps } from '../steps/step';
import { renderPlan } from './plan-text';
import type { Recorder } from './record';
import type { Recovered, Report } from './report';
import { cancelled } from './stack-session';

/** The release to get to, and what the host needs for it. */
export interface Target {
  readonly release: Release;
  readonly delivery: Delivery | null;
  readonly migrate: boolean;
  /** Where the release has it from, in words. */
  readonly envFile: string;
  readonly notes: readonly string[];
  readonly recovered: Recovered | null;
}

export interface ChangeOptions {
  readonly title: string;
  readonly run: string;
  readonly dryRun: boolean;
  readonly expectedPlan: string | null;
  readonly allowDowntime: boolean;
  readonly signal?: AbortSignal | undefined;
}

export interface ChangeTools {
  readonly host: Host;
  readonly steps: Steps;
  readonly runbook: Runbook;
  readonly recorder: Recorder;
}

/** Never rejects for what a person can act on: the report holds the error. */
export async function change(
  state: State,
  target: Target,
  options: ChangeOptions,
  tools: ChangeTools,
): Promise<Report> {
  const { runbook, recorder, host, steps } = tools;
  const begun = Date.now();
  requireSettled(state.interrupted, !options.dryRun);
  recorder.step('Plan');
  const plan = diff(state, target.release, { runbook, migrate: target.migrate });
  recorder.info(target.envFile);
  for (const line of renderPlan(plan)) recorder.info(line);
  const hash = planHash(plan);
  recorder.info(`plan ${hash}`);
  checkExpected(plan, options.expectedPlan);
  checkShared(target.release, state);
  checkMounts(plan, target.release, state, runbook.directory);
  const base = {
    title: options.title,
    host: host.name,
    stack: runbook.stack,
    previousRelease: state.current?.id ?? null,
    plan,
    planHash: hash,
    error: null,
  };
  const finish = (status: Report['status'], more: Partial<Report>): Report => ({
    ...base,
    status,
    release: state.current?.id ?? null,
    timeline: recorder.finish(status === 'failed' ? 'failed' : status === 'cancelled' ? 'reversed' : 'done'),
    health: [],
    recovered: target.recovered,
    notes: [...headNotes(target), ...plan.notes, ...driftNotes(plan, state, runbook)],
    seconds: (Date.now() - begun) / 1000,
    ...more,
  });
  if (options.dryRun) return finish('planned', { release: target.release.id });
  if (isEmpty(plan)) {
    recorder.info(`nothing to do: release ${target.release.id} runs already`);
    return finish('unchanged', {});
  }
  checkDowntime(plan, options.allowDowntime);
  if (options.signal?.aborted) throw cancelled();

  recorder.step('Apply');
  const request = {
    plan,
    target: target.release,
    current: state.current,
    runbook,
    delivery: target.delivery,
    run: options.run,
    procedure: target.migrate ? 'deploy' : 'rollback',
    history: state.history,
  };
  const applied = await apply(request, {
    host,
    steps,
    signal: options.signal,
    progress: { info: (t) => recorder.info(t), remote: (l) => recorder.remote(l), mark: (t) => recorder.mark(t) },
  });
  const notes = [
    ...headNotes(target),
    ...plan.notes,
    ...driftNotes(plan, state, runbook),
    ...aftermath(applied, target.release, state.current !== null),
  ];
  if (applied.error !== null) {
    const release = applied.committed ? target.release.id : (state.current?.id ?? null);
    return finish(CANCELLED.has(applied.error.code) ? 'cancelled' : 'failed', {
      release,
      health: applied.evidence,
      notes,
      error: describe(applied.error),
    });
  }
  return finish('succeeded', { release: target.release.id, health: applied.evidence, notes });
}

function headNotes({ envFile, notes }: Target): string[] {
  return [`${envFile.replace(/^e/, 'E')}.`, ...notes];
}

const CANCELLED: ReadonlySet<string> = new Set(['RB-CANCELLED', 'RB-PREEMPTED']);

export function describe(error: UserError): NonNullable<Report['error']> {
  const { what, why, remedy, log, logOf } = error.details;
  return { code: error.code, what, remedy, log: log ?? [], ...(why ? { why } : {}), ...(logOf ? { logOf } : {}) };
}

function aftermath({ committed, migrated, back, error }: Applied, target: Release, follows: boolean): string[] {
  if (error === null) return [];
  if (committed) return [`Release ${target.id} is current and serves; only clearing up failed.`];
  const migration = `The migration of ${target.id} ran and its schema stays`;
  if (!follows) return migrated ? [`${migration}.`] : [];
  const notes = back !== null && back > 0 ? ['What ran before was seen to run, attached as it was.'] : [];
  if (migrated) {
    const meaning = target.schemaCompatible
      ? 'the release before can use it'
      : 'it was announced as breaking: check the release before now';
    notes.push(`${migration}; ${meaning}.`);
  }
  return notes;
}

/** Drift is named with the command that would undo it, and otherwise left alone. */
function driftNotes(plan: Plan, state: State, runbook: Runbook): string[] {
  if (plan.drift.length === 0 || state.current === null) return [];
  const { current } = state;
  const services = [...new Set(plan.drift.map(({ service }) => service))].filter((name) =>
    Object.hasOwn(current.services, name),
  );
  return [
    `Changed by hand since ${current.id}: ${plan.drift.map(({ service, what }) => `${service} ${what}`).join('; ')}.`,
    ...services.map(
      (service) =>
        `The command line that makes ${service} equal the release: ${composeCommand(runbook.stack, runbook.directory, current.id, service)}`,
    ),
  ];
}
