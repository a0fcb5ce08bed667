/** What all actions have in common: log, cancellation, deployment, outputs and job summary. */
import * as core from '@actions/core';
import type { BaseInputs } from './lib/config/inputs';
import { UserError } from './lib/errors';
import { Log } from './lib/github/log';
import { runUrl } from './lib/github/run';
import { describe } from './lib/procedure/change';
import { Recorder } from './lib/procedure/record';
import { createRedactor } from './lib/procedure/redact';
import { plainReport, type Report } from './lib/procedure/report';
import type { LeaseRequest } from './lib/procedure/stack-session';

export interface Tools {
  readonly log: Log;
  readonly run: string;
  /** Who started it. */
  readonly actor: string;
  /** Aborted when the run is cancelled. */
  readonly signal: AbortSignal;
  readonly lease: (inputs: BaseInputs) => LeaseRequest;
  /** Runs a procedure and shows what it reports. */
  readonly show: (
    inputs: BaseInputs,
    title: string,
    procedure: (recorder: Recorder, title: string) => Promise<Report>,
  ) => Promise<void>;
}

/** State that the post step of the same action finds: the lease's token, and whether the main step came to its end. */
export const LEASE_STATE = 'lease';
export const ENDED_STATE = 'ended';

/** Milliseconds after which an action that has ended is ended by force. */
const FORGOTTEN = 10_000;

export async function entry(action: (tools: Tools) => Promise<void>): Promise<void> {
  const redactor = createRedactor();
  const log = new Log(redactor);
  const run = runUrl();
  const show: Tools['show'] = async (inputs, title, procedure) => {
    const recorder = new Recorder(log);
    const deployment = await deploymentOf(inputs, title, log);
    let report: Report | null = null;
    try {
      report = await procedure(recorder, title);
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      report = refused(error, inputs, title, recorder);
    } finally {
      await deployment?.end(report !== null && report.error === null ? 'success' : 'failure');
    }
    setOutputs(report);
    const { renderReport } = await import('./lib/github/summary');
    await summarise(redactor.apply(renderReport(report)));
    if (report.error !== null) {
      const { code, ...details } = report.error;
      throw new UserError(code as UserError['code'], details);
    }
  };
  try {
    await action({
      log,
      run,
      actor: process.env.GITHUB_ACTOR ?? 'somebody',
      signal: cancellation(log),
      lease: (inputs) => leaseOf(inputs, log),
      show,
    });
  } catch (error) {
    log.failure(error);
  } finally {
    if (process.env.GITHUB_STATE) core.saveState(ENDED_STATE, 'true');
    // All is said: a connection that somebody forgot must not hold up the job.
    setTimeout(() => process.exit(), FORGOTTEN).unref();
  }
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

/** A procedure that stopped before it had a report of its own: nothing was changed. */
function refused(error: UserError, inputs: BaseInputs, title: string, recorder: Recorder): Report {
  const { target, runbook } = inputs;
  return plainReport({
    title,
    status: error.code === 'RB-CANCELLED' ? 'cancelled' : 'failed',
    host: `${target.user}@${target.host}`,
    stack: runbook.stack,
    timeline: recorder.finish('failed'),
    notes: recorder.changed ? [] : ['Nothing was changed on the host.'],
    error: describe(error),
  });
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

/** Names, identifiers and hashes: none of them can hold a secret, and each must arrive as it is. */
function setOutputs(report: Report): void {
  const outputs: Record<string, string> = {
    release: report.release ?? '',
    'previous-release': report.previousRelease ?? '',
    'changed-services': JSON.stringify(report.plan?.changes.map((change) => change.service) ?? []),
    plan: JSON.stringify(report.plan),
    'plan-hash': report.planHash ?? '',
    duration: report.seconds.toFixed(1),
  };
  for (const [name, value] of Object.entries(outputs)) core.setOutput(name, value);
}

export async function summarise(markdown: string): Promise<void> {
  if (process.env.GITHUB_STEP_SUMMARY) await core.summary.addRaw(markdown).write();
}
