/** Freezes changes for a time, so that no deploy disturbs other work on the stack. */
import { UserError } from '../lib/errors';
import type { Outcome, Run } from '../lib/procedure/define';
import { requireExpected } from '../lib/procedure/expected';
import { type Freeze, holding, inWords, type ObservedFreeze, sayFreeze } from '../lib/stack/freeze';
import { hashOf } from '../lib/stack/identity';
import { explained } from '../lib/steps/failures';
import { onHost } from '../lib/steps/on-host';
import { type End, LONGEST, type MaintenanceInputs } from './inputs';

export async function freeze(run: Run<MaintenanceInputs>): Promise<Outcome> {
  const { inputs, session, recorder, notes } = run;
  const planned = plannedAs(run);
  const before = session.state.freeze;
  const made = freezeOf(inputs, before.now, run);
  const was = holding(before);
  notes.length = 0;
  if (was !== null) notes.push(`It replaces another freeze: ${sayFreeze(was, before.now)}.`);
  const lasts = inWords((Date.parse(made.until) - Date.parse(before.now)) / 1000);
  const what = `until ${made.until}, which is ${lasts} from now by the host's clock: ${made.reason}`;
  if (inputs.dryRun) {
    notes.push(`Changes would be frozen ${what}`);
    return { report: run.report('planned', planned), outputs: outputsOf(was) };
  }
  recorder.step('Freeze');
  await write(run, JSON.stringify(made));
  notes.push(`Changes are frozen ${what}`);
  notes.push(
    'Deploys and other changes of the stack are refused with that reason; rollbacks, restores, backups and certificate renewals may run. The freeze ends by itself.',
  );
  return { report: run.report('succeeded'), outputs: outputsOf(made) };
}

export async function unfreeze(run: Run<MaintenanceInputs>): Promise<Outcome> {
  const { inputs, session, recorder, notes } = run;
  const planned = plannedAs(run);
  const { freeze: before } = session.state;
  const was = holding(before);
  notes.length = 0;
  if (before.held === null) {
    notes.push('Changes were not frozen.');
    return { report: run.report(inputs.dryRun ? 'planned' : 'unchanged', planned), outputs: outputsOf(null) };
  }
  const said = was === null ? 'a freeze that has ended by itself' : sayFreeze(was, before.now);
  if (inputs.dryRun) {
    notes.push(`Would be lifted: ${said}.`);
    return { report: run.report('planned', planned), outputs: outputsOf(was) };
  }
  recorder.step('Lift the freeze');
  await write(run, null);
  notes.push(`Lifted: ${said}.`);
  return { report: run.report('succeeded'), outputs: outputsOf(null) };
}

/** The plan that a person approves. @throws {UserError} RB-PLAN-CHANGED */
function plannedAs({ inputs }: Run<MaintenanceInputs>): { readonly planHash: string; readonly planText: string[] } {
  const { mode, reason, end } = inputs;
  const until = end === null ? [] : ['at' in end ? `until ${end.at.toISOString()}` : `for ${end.after} s`];
  const lines = [mode, ...until, ...(reason === '' ? [] : [reason])];
  const hash = hashOf(lines);
  requireExpected({ hash, lines }, inputs, { lifetime: inputs.runbook.planLifetime });
  return { planHash: hash, planText: lines };
}

/** @throws {UserError} RB-INPUT-INVALID for an end that is not in the future, or too far away */
export function freezeOf(
  { end, reason }: Pick<MaintenanceInputs, 'end' | 'reason'>,
  clock: ObservedFreeze['now'],
  { actor, run }: Pick<Run<MaintenanceInputs>, 'actor' | 'run'>,
): Freeze {
  if (end === null) throw new Error('a freeze without an end');
  const until = endOf(end, clock);
  return { reason, since: iso(Date.parse(clock)), until, by: actor, run };
}

/** @throws {UserError} RB-INPUT-INVALID for an end that is not in the future, or too far away */
export function endOf(end: End, clock: string): string {
  const now = Date.parse(clock);
  if (Number.isNaN(now)) throw new Error(`the clock says ${JSON.stringify(clock)}`);
  const until = 'at' in end ? end.at.getTime() : now + end.after * 1000;
  const problem =
    until <= now ? 'is over already' : until > now + LONGEST * 1000 ? 'is more than 90 days from now' : null;
  if (problem !== null)
    throw new UserError('RB-INPUT-INVALID', {
      what: `until is ${iso(until)}, which ${problem}`,
      why: `the host's clock says ${clock}`,
      remedy: 'write another end, e.g. 8h from now',
    });
  return iso(until);
}

/** Whole seconds. */
export function iso(time: number): string {
  return new Date(time).toISOString().replace(/\.\d+Z$/, 'Z');
}

export function outputsOf(freeze: ReturnType<typeof holding>): Record<string, string> {
  const { until, reason } = freeze === null || freeze === 'unreadable' ? { until: '', reason: '' } : freeze;
  return { frozen: String(freeze !== null), until, reason };
}

/** @param content `null`: the record goes @throws {UserError} */
async function write({ steps, recorder }: Run<MaintenanceInputs>, content: string | null): Promise<void> {
  const change =
    content === null
      ? 'rm -f "$RB_ROOT/freeze" && [ ! -e "$RB_ROOT/freeze" ]'
      : '{ cat "$RB_INPUT" && echo; } >"$RB_ROOT/.freeze.part" && to_disk "$RB_ROOT/.freeze.part" && mv -f "$RB_ROOT/.freeze.part" "$RB_ROOT/freeze"';
  const script = ['operation freeze', `${change} || exit 1`, 'to_disk "$RB_ROOT" || :', 'committed'].join('\n');
  const error = await onHost(
    steps(null),
    { id: 'freeze', script, ...(content === null ? {} : { input: Buffer.from(content) }) },
    {
      onLine: (line) => recorder.remote(line),
      lost: {
        what: 'the connection to the host was lost, and it is not known whether changes are frozen',
        remedy: 'run it again with mode: status',
      },
      explain: (told) =>
        explained(told, {}) ??
        new UserError('RB-DISK-FULL', {
          what: 'the record of the freeze could not be written or removed',
          why: 'the disk of the host has no room, or .runbook cannot be written',
          remedy: 'see `df` on the host and the lines above, then run it again; nothing has changed',
        }),
    },
  );
  if (error !== null) throw error;
}
