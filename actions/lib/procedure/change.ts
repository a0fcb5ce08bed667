/** What procedures that lead to a release have in common: plan the way to a release, check it, apply it, report. */
import type { CommonInputs } from '../config/inputs';
import type { Runbook } from '../config/runbook';
import { type Applied, apply, type Delivery } from '../stack/apply/apply';
import { blindNotes } from '../stack/apply/judge-watch';
import type { Proof } from '../stack/apply/proof';
import { watchedAs } from '../stack/closed';
import { requireSettled } from '../stack/interrupted';
import type { Plan, Release, State } from '../stack/model';
import type { Origin } from '../stack/origin';
import { ailing } from '../stack/plan/ailing';
import { apartFiles } from '../stack/plan/apart-files';
import { checkDowntime, fetchedImages, planHash } from '../stack/plan/checks';
import { connectedNotes } from '../stack/plan/checks-connected';
import { exposures } from '../stack/plan/checks-exposed';
import { checkPlan } from '../stack/plan/checks-plan';
import { diff, isEmpty } from '../stack/plan/diff';
import { earlyFileNotes } from '../stack/plan/early-files';
import { outsideNotes } from '../stack/plan/outsiders';
import { partings } from '../stack/plan/partings';
import { checkTold, toldNotes } from '../stack/proxy-files';
import { requireGoing } from '../steps/endings';
import { commitsOf } from './commits';
import type { Outcome, Run } from './define';
import { driftNotes } from './drift-notes';
import { endOf, planLines, planTextOf, requireExpected } from './expected';
import { schemaAfter, schemaBefore } from './migration';
import { renderPlan } from './plan-text';
import { describe, type Report, statusOf } from './report';
import { screenOf } from './screen';

/** The release to get to, and what the host needs for it. */
export interface Target {
  readonly release: Release;
  readonly delivery: Delivery | null;
  readonly migrate: boolean;
  /** The migration runs even if nothing of it changed. */
  readonly asked?: boolean;
  /** Called once the plan is accepted, before any of it is carried out. @returns the backup that it made, if any */
  readonly first?: () => Promise<string | null>;
  /** Where the release has its env file from, in words. */
  readonly envFile: string;
  readonly notes: readonly string[];
  /** The procedure's name in the history; default: deploy where the release may migrate, else rollback. */
  readonly procedure?: string;
  /** What the site must be seen to answer before the commit. Default: that it is closed, where the release is. */
  readonly proof?: Proof;
  /** Services that the run is about. */
  readonly named?: readonly string[];
  /** Image that is yet to be pulled, by digest → the commit that it was built from, where the registry says so. */
  readonly origins?: Readonly<Record<string, Origin>>;
  /**
   * For a release with random values: the content that its plan's hash is computed from instead, so that two runs get
   * the same hash.
   */
  readonly content?: string;
}

/**
 * @param state as it is before the change
 * @param runbook as it holds for this release
 * @returns a report that holds what failed on the host
 * @throws {UserError} for what speaks against the plan; nothing was changed by it then
 */
export async function change(
  run: Run<CommonInputs>,
  state: State,
  target: Target,
  runbook: Runbook = run.inputs.runbook,
): Promise<Outcome> {
  const { inputs, recorder, session } = run;
  requireSettled(state.interrupted, !inputs.dryRun);
  recorder.step('Plan');
  const plan = diff(state, target.release, {
    runbook,
    migrate: target.migrate,
    asked: target.asked === true,
    named: new Set(target.named),
  });
  recorder.info(target.envFile);
  for (const line of renderPlan(plan)) recorder.info(line);
  // A new release pulls its own images.
  const pulls = (target.delivery?.pull.length ?? 0) > 0;
  const lacking = pulls ? [] : fetchedImages(plan, target.release, state);
  for (const image of lacking) recorder.info(`${image} is no longer on the host: it is pulled by its digest`);
  const hash = planHash({ ...plan, content: target.content ?? plan.content }, state);
  recorder.info(`plan ${hash}`);
  const planText = planLines(plan, state);
  requireExpected({ hash, lines: planText }, inputs, { lifetime: runbook.planLifetime, recovered: run.recovered });
  checkPlan(plan, target.release, state, runbook, inputs.drift);
  const place = { directory: runbook.directory, physicalDirectory: state.physicalDirectory };
  const apart = partings(target.release, state.current, runbook.proxy.service);
  for (const text of [...exposures(target.release, place), ...apart]) recorder.warning(text);
  const ill = ailing(plan, state, target.release, runbook);
  for (const text of ill) recorder.warning(text);
  run.notes.push(
    ...headNotes(target),
    ...apart,
    ...ill,
    ...outsideNotes(plan, state, target.release),
    ...plan.notes,
    ...blindNotes(plan.changes, runbook, target.release.services, state.containers),
    ...earlyFileNotes(
      plan,
      state.current,
      runbook.proxy.service,
      apartFiles(Object.keys(plan.files), plan, target.release, runbook),
    ),
    ...connectedNotes(plan, target.release, state),
    ...driftNotes(plan, state, runbook),
  );
  const schema = await schemaBefore(run, plan, state, runbook);
  const previousRelease = state.current?.id ?? null;
  const procedure = target.procedure ?? (target.migrate ? 'deploy' : 'rollback');
  const finish = (status: Report['status'], more: Partial<Report>): Outcome => {
    const commits = commitsOf(plan, state, target.release, target.origins ?? {});
    const planned = { plan, planHash: hash, planText, commits, recovered: run.recovered };
    return { report: run.report(status, { ...planned, previousRelease, release: previousRelease, ...more }) };
  };
  if (inputs.dryRun && state.unfinished !== null) run.notes.push(interruptedNote(state.unfinished));
  if (inputs.dryRun) {
    run.notes.push(...toldNotes(plan, state, runbook));
    const facts = { plan, state, runbook, delivery: target.delivery, lacking, procedure };
    const screen = screenOf({ ...facts, target: target.release, copiesFirst: target.first !== undefined });
    for (const text of screen.warnings ?? []) recorder.warning(text);
    const planned = { verdict: foretold(plan), planUntil: endOf(runbook.planLifetime) };
    return finish('planned', { release: target.release.id, ...planned, ...screen });
  }
  if (isEmpty(plan)) {
    recorder.info(`nothing to do: release ${target.release.id} is current already`);
    const how = ill.length === 0 ? 'runs already' : 'is current already, but not all of its services run well';
    return finish('unchanged', { verdict: `Release ${target.release.id} ${how}; nothing was changed.` });
  }
  checkDowntime(plan, inputs.allowDowntime);
  checkTold(plan, state, runbook, inputs.allowDowntime);
  const backup = (await target.first?.()) ?? null;
  requireGoing(run.signal);

  recorder.step('Apply');
  const request = {
    plan,
    target: target.release,
    current: state.current,
    runbook: watchedAs(runbook, target.release, state.current),
    proof: proofOf(target),
    delivery: target.delivery,
    lacking,
    run: run.run,
    dockerRoot: state.engine.root,
    procedure,
    history: state.history,
    releases: state.releases,
    backup,
    unsettled: state.unfinished !== null,
  };
  const tools = { host: session.host, steps: run.steps(target.release.id), progress: recorder };
  const carried = await apply(request, tools);
  const { error, blocks } = await schemaAfter(run, schema, {
    applied: carried,
    plan,
    runbook,
    backup,
    target: target.release,
  });
  const applied = { ...carried, error };
  run.notes.push(...aftermath(applied, target.release, state.current !== null));
  const health = applied.evidence;
  // What was not seen, and who could not be told.
  const open = applied.error === null ? health.filter(({ ok }) => ok !== true) : [];
  for (const { service, text } of open) {
    recorder.warning(`${service}: ${text}`);
    run.notes.push(`${service}: ${text}.`);
  }
  // Services that an interrupted procedure took away did not run before this run, so the former release may not be
  // complete.
  const former = (run.recovered?.left.length ?? 0) > 0 ? null : (state.current?.id ?? null);
  const verdict = verdictOf(applied, plan, former);
  const shown = { health, blocks, ...verdict };
  if (applied.error === null) return finish('succeeded', { release: target.release.id, ...shown });
  const release = applied.committed ? target.release.id : previousRelease;
  return finish(statusOf(applied.error), { release, error: describe(applied.error), ...shown });
}

function proofOf({ release, proof }: Target): Proof | null {
  return proof ?? (release.closed === undefined ? null : { closed: true, doors: [], answered: null });
}

/** What users may notice of a plan, half a sentence: downtime, and services that no longer run after it. */
function noticed({ changes }: Plan): string {
  const down = changes.flatMap(({ service, downtime }) =>
    downtime === null ? [] : [`${service} is down for about ${downtime.seconds} s`],
  );
  const gone = changes.flatMap(({ service, kind, to }) =>
    kind === 'remove' ? [`${service} is ${to === null ? 'removed' : 'stopped'}`] : [],
  );
  return [...(down.length === 0 ? ['no downtime'] : down), ...gone].join(', ');
}

function foretold(plan: Plan): string {
  return `Nothing was changed. ${isEmpty(plan) ? 'There is nothing to do.' : `By the plan: ${noticed(plan)}.`}`;
}

/** No verdict where the outcome was not observed: if the run failed before it touched anything, its error says so. */
function verdictOf(
  { error, committed, back }: Applied,
  plan: Plan,
  former: string | null,
): { readonly verdict?: string } {
  if (error === null) return { verdict: `Release ${plan.to} is live. By its plan: ${noticed(plan)}.` };
  if (committed) return { verdict: `Release ${plan.to} is live and serves; only clearing up failed.` };
  if (former !== null && back !== null && back > 0)
    return {
      verdict: `Release ${former} is live: its containers were seen running, connected to their networks as before.`,
    };
  return {};
}

/** The outputs of a procedure that leads to a release, for later steps of the workflow. */
export function releaseOutputs({
  release,
  previousRelease,
  plan,
  ...report
}: Report): Readonly<Record<string, string>> {
  return {
    release: release ?? '',
    'previous-release': previousRelease ?? '',
    'changed-services': JSON.stringify(plan?.changes.map(({ service }) => service) ?? []),
    plan: JSON.stringify(plan),
    ...planOutputs(report),
  };
}

/** For the run that carries this plan out. */
export function planOutputs({
  planHash,
  planText,
}: Pick<Report, 'planHash' | 'planText'>): Readonly<Record<string, string>> {
  return { 'plan-hash': planHash ?? '', 'plan-text': planTextOf(planText ?? []) };
}

function headNotes({ envFile, notes }: Target): string[] {
  return [`${envFile.replace(/^e/, 'E')}.`, ...notes];
}

function aftermath({ committed, migrated, error }: Applied, target: Release, follows: boolean): string[] {
  if (error === null) return [];
  if (committed) return [];
  const migration = `The migration of ${target.id} ran and its schema stays`;
  if (!follows) return migrated ? [`${migration}.`] : [];
  const notes: string[] = [];
  if (migrated) {
    const meaning = target.schemaCompatible
      ? 'the release before can use it'
      : 'it was announced as breaking: check the release before now';
    notes.push(`${migration}; ${meaning}.`);
  }
  return notes;
}

/** The plan that is approved now will differ from the plan that remains after the recovery. */
function interruptedNote({ procedure, run }: NonNullable<State['unfinished']>): string {
  return `${procedure} of ${run} was interrupted. The next run that changes something puts that right first, and its plan differs from then on: a run with this plan's hash as expected-plan ends after that, and needs a new plan.`;
}
