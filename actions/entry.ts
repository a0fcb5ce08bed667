/** What GitHub needs around a procedure: log, cancellation, deployment, issue, outputs and job summary. */
import * as core from '@actions/core';
import { limitYoungGeneration } from './lib/backup/memory';
import { type BaseInputs, readHostInputs } from './lib/config/inputs';
import { UserError } from './lib/errors';
import { comment, commentingOf } from './lib/github/comment';
import { failureIssue, watchingOf } from './lib/github/issue';
import { Log } from './lib/github/log';
import { noticesOf } from './lib/github/notify';
import { ping } from './lib/github/ping';
import { placeOf } from './lib/github/place';
import { runUrl, tagOfEvent } from './lib/github/run';
import { announceIn } from './lib/github/window';
import type { Listing, Outcome, Procedure } from './lib/procedure/define';
import { masked } from './lib/procedure/masked';
import type { PushedTag } from './lib/procedure/pushed';
import { Recorder } from './lib/procedure/record';
import { createRedactor } from './lib/procedure/redact';
import type { Report } from './lib/procedure/report';
import { type Circumstances, carryOut, list } from './lib/procedure/run';
import type { LeaseRequest } from './lib/procedure/stack-session';

/** State for the post step of the same action: the lease's token, and whether the main step came to its end. */
const LEASE_STATE = 'lease';
const ENDED_STATE = 'ended';

/** Milliseconds after which an action that has ended is ended by force. */
const FORGOTTEN = 10_000;

/** The main step of an action. Never rejects: a failure becomes an annotation and the exit status. */
export async function perform<I extends BaseInputs>(procedure: Procedure<I>): Promise<void> {
  if (procedure.streams) limitYoungGeneration();
  let exitStatus: number | undefined;
  await spoken(async (log) => {
    const signal = cancellation(log);
    const watched = procedure.watched?.(input);
    const issue = failureIssue(watchingOf(input), log);
    const notices = noticesOf(input, log, (text) => log.masked(text), procedure.quiet?.(input) ?? false);
    let inputs: I | null = null;
    try {
      inputs = procedure.read(input, workspace());
      const around = { ...circumstances(inputs, log, signal), title: procedure.title(inputs) };
      if (procedure.list?.wanted(inputs)) await shown(await list(procedure, inputs, around), log);
      else {
        // A chat that does not answer holds nobody up; what is told later waits for it.
        void notices.began(around.title, `${inputs.runbook.stack} on ${inputs.target.host}`);
        const report = await reported(
          inputs,
          around.title,
          async () => {
            const outcome = await carryOut(procedure, inputs as I, around);
            exitStatus = outcome.exitStatus;
            if (outcome.announce !== undefined) {
              if (outcome.announce.kind === 'soon') await notices.told(outcome.announce.text);
              await announceIn(input, outcome.announce, inputs!.runbook, log);
            }
            return outcome;
          },
          log,
        );
        await notices.ended(report);
      }
    } catch (error) {
      await notices.failed(inputs === null ? null : procedure.title(inputs), error);
      if (watched !== undefined) await issue.failed(watched, error, inputs?.runbook.stack);
      throw error;
    }
    if (watched !== undefined) await issue.succeeded(watched);
    const pinging = procedure.ping?.(inputs) ?? null;
    if (pinging !== null) await ping(pinging, log);
    log.close();
  });
  if (exitStatus !== undefined && process.exitCode === 1) process.exitCode = exitStatus;
  if (process.env.GITHUB_STATE) core.saveState(ENDED_STATE, 'true');
}

/** The post step of an action: if the main step was killed, ends its step on the host and gives its lease back. */
export async function clearUp<I extends BaseInputs>(procedure: Procedure<I>): Promise<void> {
  if (core.getState(ENDED_STATE) === 'true') return;
  const token = Number(core.getState(LEASE_STATE));
  if (token > 0)
    await spoken(async (log) => {
      const { target, runbook } = readHostInputs(input, workspace());
      const { abandon } = await import('./lib/procedure/abandon');
      const folder = procedure.lease === 'stack' ? '' : `/${procedure.lease}`;
      log.warning(
        `the main step was killed: ${await abandon(target, `${runbook.directory}/.runbook${folder}`, token)}`,
      );
    });
  await spoken((log) => noticesOf(input, log, (text) => log.masked(text)).failed(null, killed()));
  const watched = procedure.watched?.(input);
  if (watched !== undefined) await spoken((log) => failureIssue(watchingOf(input), log).failed(watched, killed()));
}

/** Runs it with a log, and reports a failure. */
async function spoken(work: (log: Log) => Promise<void>): Promise<void> {
  const log = new Log(createRedactor());
  try {
    await work(log);
  } catch (error) {
    log.failure(error);
  }
  // Everything is reported: a connection that was left open must not hold up the job.
  setTimeout(() => process.exit(), FORGOTTEN).unref();
}

/** GitHub sends SIGINT, 7.5 s later SIGTERM, and 2.5 s later ends the process. */
function cancellation(log: Log): AbortSignal {
  const controller = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const) {
    process.on(name, () => {
      if (!controller.signal.aborted) log.warning(`${name}: this run is cancelled; it stops at the next safe point`);
      controller.abort();
    });
  }
  return controller.signal;
}

function circumstances(inputs: BaseInputs, log: Log, signal: AbortSignal): Omit<Circumstances, 'title'> {
  return {
    run: runUrl(),
    actor: process.env.GITHUB_ACTOR ?? 'somebody',
    signal,
    lease: leaseOf(inputs, log),
    recorder: new Recorder(log),
    pushed: pushedTag(log),
    repository: async (request) => {
      log.secret(request.token);
      // Loaded only when needed: it is the largest part of the bundle.
      return (await import('./lib/github/repository-file')).openFile(request, runUrl());
    },
  };
}

/** What it asks of GitHub is loaded only when needed: it is the largest part of the bundle. */
function pushedTag(log: Log): PushedTag | null {
  const pushed = tagOfEvent();
  if (pushed === null) return null;
  return {
    ...pushed,
    require: async (wishes) => {
      log.secret(wishes.token);
      return (await import('./lib/github/commit')).requireCommit({ ...wishes, ...pushed });
    },
  };
}

function leaseOf({ leaseTimeout, preempt, githubToken: token }: BaseInputs, log: Log): LeaseRequest {
  return {
    timeout: leaseTimeout,
    preempt,
    say: (text) => log.info(text),
    onTaken: (taken) => {
      if (process.env.GITHUB_STATE) core.saveState(LEASE_STATE, String(taken));
    },
    hasEnded: async (owner) => {
      if (token === null) return false;
      const { hasEnded } = await import('./lib/github/owner');
      return hasEnded(owner, token);
    },
  };
}

/** Runs the procedure within a deployment, shows its report and returns it. @throws {UserError} the error that the report holds */
async function reported(
  inputs: BaseInputs,
  title: string,
  procedure: () => Promise<Outcome>,
  log: Log,
): Promise<Report> {
  const deployment = await deploymentOf(inputs, title, log);
  let outcome: Outcome | null = null;
  try {
    outcome = await procedure();
  } finally {
    await deployment?.end(outcome?.report.error === null ? 'success' : 'failure');
  }
  const { report, outputs = {} } = outcome;
  // Names, identifiers and hashes: none of them can hold a secret, and each must arrive unchanged.
  for (const [name, value] of Object.entries({ ...outputs, duration: report.seconds.toFixed(1) }))
    core.setOutput(name, value);
  const { renderReport } = await import('./lib/github/summary');
  const hide = (text: string): string => log.masked(text);
  const markdown = hide(renderReport(masked(report, hide)));
  await summarise(markdown, log);
  await sayOvertaken(inputs, report, log);
  await comment(commentingOf(input), markdown, log);
  if (report.error === null) return report;
  const { code, ...details } = report.error;
  throw new UserError(code as UserError['code'], details);
}

/** A plan of releases says where it is for; another one that was carried out there has overtaken it. */
async function sayOvertaken(inputs: BaseInputs, report: Report, log: Log): Promise<void> {
  const { githubToken: token, dryRun } = inputs;
  const moved = report.status === 'succeeded' && report.release !== report.previousRelease;
  if (report.plan === null || !(dryRun ? report.status === 'planned' : moved && token !== null)) return;
  const place = placeOf(inputs);
  if (dryRun) log.info(`this plan is for ${place}`);
  // Loaded only when needed: it is the largest part of the bundle.
  else await (await import('./lib/github/overtaken')).endOvertaken(token!, place, log);
}

async function shown(listing: Listing, log: Log): Promise<void> {
  for (const [name, value] of Object.entries(listing.outputs)) core.setOutput(name, value);
  for (const line of listing.lines) log.info(line);
  const { renderListing } = await import('./lib/github/summary');
  const hide = (text: string): string => log.masked(text);
  await summarise(hide(renderListing(masked(listing, hide))), log);
}

async function deploymentOf(inputs: BaseInputs, description: string, log: Log) {
  const { githubToken: token, environment, environmentUrl: url, dryRun } = inputs;
  if (token === null || environment === null || dryRun) return null;
  log.secret(token);
  // Loaded only when needed: it is the largest part of the bundle.
  const { Deployment } = await import('./lib/github/deployment');
  const deployment = new Deployment({ token, environment, url, description }, (text) => log.warning(text));
  await deployment.begin();
  return deployment;
}

function killed(): UserError {
  return new UserError('RB-CANCELLED', {
    what: 'the job was ended before the run had come to its end: cancelled, timed out, or the runner went away',
    remedy: 'see the log of the run',
  });
}

/** What the run did is done: a summary that cannot be written does not make it red. */
async function summarise(markdown: string, log: Log): Promise<void> {
  if (!process.env.GITHUB_STEP_SUMMARY) return;
  try {
    await core.summary.addRaw(markdown).write();
  } catch (error) {
    log.warning(`the job summary could not be written: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** Tells an empty input from a missing one. */
function input(name: string): string | undefined {
  return process.env[`INPUT_${name.toUpperCase()}`] === undefined ? undefined : core.getInput(name);
}

function workspace(): string {
  return process.env.GITHUB_WORKSPACE || process.cwd();
}
