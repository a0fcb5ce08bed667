/** Maintenance: the site is closed with a page, and opened again; or changes are frozen for a time. */

import { UserError } from '../lib/errors';
import { planOutputs, releaseOutputs } from '../lib/procedure/change';
import type { Outcome, Procedure, Run } from '../lib/procedure/define';
import { describe } from '../lib/procedure/report';
import { isOverdue, sayClosed } from '../lib/stack/closed';
import { holding, sayFreeze } from '../lib/stack/freeze';
import { freeze, outputsOf, unfreeze } from './freeze';
import { type MaintenanceInputs, readMaintenanceInputs } from './inputs';
import { closeSite, openSite, siteOutputs } from './site';

const TITLES: Readonly<Record<MaintenanceInputs['mode'], string>> = {
  status: 'Maintenance: status',
  on: 'Close the site',
  off: 'Open the site',
  remind: 'Maintenance: what is announced',
  freeze: 'Freeze changes',
  unfreeze: 'Lift the freeze',
};

export const maintenance: Procedure<MaintenanceInputs> = {
  name: 'maintenance',
  lease: 'stack',
  passesFreeze: true,
  recovers: ({ mode, drift }) => (mode === 'on' || mode === 'off' ? drift : undefined),
  outputs: (report) => (report.plan === null ? planOutputs(report) : releaseOutputs(report)),
  quiet: (get) => ['', 'status', 'remind'].includes((get('mode') ?? '').trim()),
  read: readMaintenanceInputs,
  title: ({ mode, reason }) => `${TITLES[mode]}${reason === '' ? '' : `: ${reason}`}`,
  run: (run) => ({ status, on: closeSite, off: openSite, remind, freeze, unfreeze })[run.inputs.mode](run),
};

async function status({ session, report, notes, recorder }: Run<MaintenanceInputs>): Promise<Outcome> {
  const { freeze: observed, current } = session.state;
  const { held, now } = observed;
  const holds = holding(observed);
  const ended = held !== null && held !== 'unreadable' && holds === null ? held : null;
  const closed = current?.closed;
  notes.length = 0;
  notes.push(closed === undefined ? 'The site is open.' : `The site is ${sayClosed(closed, now)}.`);
  if (closed !== undefined && isOverdue(closed, now))
    notes.push('The maintenance is overdue: mode: off opens the site.');
  notes.push(holds === null ? 'Changes are not frozen.' : `Frozen: ${sayFreeze(holds, now)}.`);
  if (ended !== null) notes.push(`The last freeze ended by itself at ${ended.until}: ${ended.reason}`);
  for (const note of notes) recorder.info(note);
  recorder.info(`the host's clock says ${now}`);
  return { report: report('succeeded'), outputs: { ...outputsOf(holds), ...siteOutputs(closed, now) } };
}

/** For scheduled runs: says that the end comes near, or has passed. */
async function remind({ session, report, notes, recorder, inputs }: Run<MaintenanceInputs>): Promise<Outcome> {
  const { freeze: observed, current } = session.state;
  const { now } = observed;
  const closed = current?.closed;
  const outputs = { ...outputsOf(holding(observed)), ...siteOutputs(closed, now) };
  if (closed === undefined) {
    notes.push('The site is open.');
    return { report: report('succeeded'), outputs, announce: { kind: 'open', text: 'The site is open.' } };
  }
  const text = `The site of ${inputs.runbook.stack} is ${sayClosed(closed, now)}.`;
  notes.push(text);
  recorder.info(text);
  if (isOverdue(closed, now)) {
    const error = new UserError('RB-MAINTENANCE-OVERDUE', {
      what: `the site is ${sayClosed(closed, now)}`,
      why: `it should have been open again at ${closed.until}, and the host's clock says ${now}`,
      remedy: 'open it (maintenance, mode: off), or give another end (mode: on with reason and until)',
    });
    return {
      report: report('failed', { error: describe(error) }),
      outputs,
      announce: { kind: 'overdue', text: `Overdue. ${text}` },
    };
  }
  const left = closed.until === null ? Number.POSITIVE_INFINITY : (Date.parse(closed.until) - Date.parse(now)) / 1000;
  const soon = left <= inputs.ahead;
  return {
    report: report('succeeded'),
    outputs,
    ...(soon ? { announce: { kind: 'soon' as const, text: `The maintenance ends soon. ${text}` } } : {}),
  };
}
