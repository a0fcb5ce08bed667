/** Closes the site: the proxy answers 503 with a page, except for addresses and paths that pass; and opens it again. */
import { posix } from 'node:path';
import { UserError } from '../lib/errors';
import { insertionsOf } from '../lib/nginx/close';
import { closedFiles, openedFiles } from '../lib/procedure/closing';
import type { Announcement, Outcome, Run } from '../lib/procedure/define';
import { changeByEdit, currentOf, requireCurrent } from '../lib/procedure/edit-current';
import { lookAtNginx } from '../lib/procedure/proxy-look';
import { describe } from '../lib/procedure/report';
import { DIAL_TIMEOUT } from '../lib/stack/apply/apply';
import { unproven } from '../lib/stack/apply/judge-watch';
import { type Proof, prove, statusOfSite } from '../lib/stack/apply/proof';
import { type Closed, isOverdue, pathOf, sayClosed } from '../lib/stack/closed';
import { dialThrough } from '../lib/stack/probe';
import { filesModel } from '../lib/stack/release/edit';
import { readFiles } from '../lib/stack/release/files';
import { endOf, iso } from './freeze';
import type { MaintenanceInputs } from './inputs';
import { othersOpen } from './others';

/** Last parts of the paths that load balancers and monitors request. */
const HEALTH =
  /^\.?(health|healthz|healthcheck|ready|readyz|readiness|live|livez|liveness|alive|ping|up|status|heartbeat)$/;

/** @throws {UserError} */
export async function closeSite(run: Run<MaintenanceInputs>): Promise<Outcome> {
  const { inputs, session, recorder } = run;
  const { state, host } = session;
  const release = requireCurrent(state);
  const { now } = state.freeze;
  const until = inputs.end === null ? null : endOf(inputs.end, now);
  recorder.step('Read the configuration of the proxy');
  const seen = await lookAtNginx(host, state, inputs.runbook);
  const stored = await currentOf(run);
  const uploads = await readFiles(host, session.root, release);
  const { allow, retryAfter } = inputs.runbook.maintenance;
  const pass = passing(inputs);
  const allowed = [...new Set([...allow, ...inputs.allow])];
  const insertions = insertionsOf({
    page: inputs.page,
    retryAfter: Math.max(1, retryAfter),
    pass,
    own: seen.own,
    allow: allowed,
  });
  const site = closedFiles({ seen, uploads, insertions, state, runbook: inputs.runbook, loaded: true });
  const answered = release.closed?.answered ?? (await statusOfSite(inputs.runbook, dialThrough(host, DIAL_TIMEOUT)));
  const closed: Closed = {
    since: release.closed?.since ?? iso(Date.parse(now)),
    until,
    reason: inputs.reason,
    by: run.actor,
    run: run.run,
    pass,
    files: site.originals,
    answered,
  };
  const proof: Proof = { closed: true, doors: site.doors, answered };
  const notes = [
    ...site.notes,
    ...othersOpen(filesModel(stored.model).services, release, inputs.runbook.proxy.service),
    `Paths that pass: /.well-known/acme-challenge/${pass.map((path) => `, ${path}`).join('')}.`,
    allowed.length === 0 ? 'No address passes.' : `Addresses that pass: ${allowed.join(', ')}, as nginx sees them.`,
    ...(until === null
      ? ['No end was given: `until` announces one.']
      : [`The site should be open again at ${until}; this time is only announced, the site does not open by itself.`]),
    'The site stays closed through deploys, rollbacks and restarts, until mode: off.',
  ];
  const outcome = await changeByEdit(run, {
    current: stored,
    edits: {},
    by: 'maintenance',
    notes,
    proof,
    site: { uploads, files: site.files, closed },
  });
  const verdict = `The site is closed${until === null ? '' : ` until ${until}`}: visitors get 503 and the page.`;
  return await ended(run, outcome, proof, closed, verdict);
}

/** @throws {UserError} */
export async function openSite(run: Run<MaintenanceInputs>): Promise<Outcome> {
  const { session, notes, report, inputs } = run;
  const release = requireCurrent(session.state);
  const { closed } = release;
  if (closed === undefined) {
    notes.push('The site is open.');
    return {
      report: report(inputs.dryRun ? 'planned' : 'unchanged'),
      outputs: siteOutputs(undefined, session.state.freeze.now),
    };
  }
  const stored = await currentOf(run);
  const uploads = await readFiles(session.host, session.root, release);
  const files = openedFiles(uploads, closed.files);
  const proof: Proof = { closed: false, doors: [], answered: closed.answered };
  const outcome = await changeByEdit(run, {
    current: stored,
    edits: {},
    by: 'maintenance',
    proof,
    notes: [`Opened: ${Object.keys(closed.files).join(', ')} as the repository has them.`],
    site: { uploads, files, closed: null },
  });
  return await ended(run, outcome, proof, undefined, 'The site is open, and answers.');
}

/** Probed once more from outside, whatever the change was. */
async function ended(
  { inputs, session, report }: Run<MaintenanceInputs>,
  outcome: Outcome,
  proof: Proof,
  wanted: Closed | undefined,
  verdict: string,
): Promise<Outcome> {
  const { now } = session.state.freeze;
  const { status } = outcome.report;
  if (inputs.dryRun || (status !== 'succeeded' && status !== 'unchanged'))
    return { ...outcome, outputs: siteOutputs(session.state.current?.closed, now) };
  const outputs = siteOutputs(wanted, now);
  const why = await prove(proof, inputs.runbook, dialThrough(session.host, DIAL_TIMEOUT));
  if (why === null) {
    const announce: Announcement =
      wanted === undefined
        ? { kind: 'open', text: verdict }
        : { kind: 'closed', text: `The site of ${inputs.runbook.stack} is ${sayClosed(wanted, now)}.` };
    return { ...outcome, outputs, report: { ...outcome.report, verdict }, announce };
  }
  const { release, previousRelease, plan, planHash, planText } = outcome.report;
  const error = describe(unproven(proof.closed, why));
  return {
    ...outcome,
    outputs,
    report: report('failed', { release, previousRelease, plan, planHash, planText: planText ?? [], error }),
  };
}

/** @throws {UserError} RB-CONFIG-INVALID */
function passing({ runbook }: Pick<MaintenanceInputs, 'runbook'>): string[] {
  const { pass } = runbook.maintenance;
  if (pass === null) {
    const probes = runbook.proxy.probes.map(pathOf);
    return [...new Set(probes.filter((path) => HEALTH.test(posix.basename(path))))];
  }
  const query = pass.find((path) => /[?#]/.test(path));
  if (query === undefined) return [...new Set(pass.map(pathOf))];
  throw new UserError('RB-CONFIG-INVALID', {
    what: `maintenance.pass has ${JSON.stringify(query)}`,
    why: 'a path passes with any query',
    remedy: 'write the path alone',
  });
}

/** For later steps of the workflow, e.g. to show it somewhere. */
export function siteOutputs(closed: Closed | undefined, now: string): Record<string, string> {
  const overdue = closed !== undefined && isOverdue(closed, now);
  const { since = null, until = null, reason = null } = closed ?? {};
  return {
    closed: String(closed !== undefined),
    'closed-until': until ?? '',
    overdue: String(overdue),
    'status-json': JSON.stringify({ maintenance: closed !== undefined, since, until, reason, overdue }),
  };
}
