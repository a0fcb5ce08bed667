/** The entry of every action: reads inputs, runs the procedure, shows the report. */
import * as core from '@actions/core';
import { deploy as runDeploy } from './deploy/deploy';
import { type BaseInputs, readDeployInputs, readRollbackInputs } from './lib/config/inputs';
import { readRestoreInputs } from './lib/config/restore-inputs';
import { UserError } from './lib/errors';
import { Log } from './lib/github/log';
import { runUrl } from './lib/github/run';
import { describe } from './lib/procedure/change';
import { Recorder } from './lib/procedure/record';
import { createRedactor } from './lib/procedure/redact';
import type { Report } from './lib/procedure/report';
import { listBackups, restore as runRestore } from './restore/restore';
import { listReleases, rollback as runRollback } from './rollback/rollback';

export async function deploy(): Promise<void> {
  await entry(async ({ log, run, show }) => {
    const inputs = readDeployInputs(core.getInput, workspace());
    await show(inputs, `Deploy ${inputs.version}`, (recorder, title) =>
      runDeploy({ ...inputs, title, run, actor: process.env.GITHUB_ACTOR ?? 'somebody' }, recorder),
    );
    log.close();
  });
}

export async function rollback(): Promise<void> {
  await entry(async ({ log, run, show }) => {
    const inputs = readRollbackInputs(core.getInput, workspace());
    if (inputs.list) {
      const { current, releases } = await listReleases({ ...inputs, run }, new Recorder(log));
      core.setOutput(
        'releases',
        JSON.stringify(
          releases.map(({ release, obstacle }) => ({
            id: release.id,
            version: release.version,
            createdAt: release.createdAt,
            current: release.id === current,
            obstacle,
          })),
        ),
      );
      for (const { release, obstacle } of releases)
        log.info(
          `${release.id} (${release.version}) ${obstacle ?? 'can be brought back'}${release.id === current ? ', current' : ''}`,
        );
      const { renderReleases } = await import('./lib/github/summary');
      await summarise(renderReleases(current, releases));
      return;
    }
    await show(inputs, `Roll back to ${inputs.release ?? 'the release before'}`, (recorder, title) =>
      runRollback({ ...inputs, title, run }, recorder),
    );
    log.close();
  });
}

export async function restore(): Promise<void> {
  await entry(async ({ log, run, show }) => {
    const inputs = readRestoreInputs(core.getInput, workspace());
    if (inputs.list) {
      const backups = await listBackups({ ...inputs, run }, new Recorder(log));
      core.setOutput('backups', JSON.stringify(backups));
      for (const { id, release, databases } of backups)
        log.info(`${id} (release ${release ?? 'none'}) ${databases.map(({ database }) => database).join(', ')}`);
      const { renderBackups } = await import('./lib/github/backups');
      await summarise(renderBackups(backups));
      return;
    }
    const what = inputs.undo ? 'Undo the last restore' : 'Restore';
    await show(inputs, what, async (recorder, title) => {
      const { report, backup, former } = await runRestore({ ...inputs, title, run }, recorder);
      core.setOutput('backup', backup ?? '');
      core.setOutput('former', JSON.stringify(former));
      return report;
    });
    log.close();
  });
}

interface Tools {
  readonly log: Log;
  readonly run: string;
  /** Runs a procedure and shows what it reports. */
  readonly show: (
    inputs: BaseInputs,
    title: string,
    procedure: (recorder: Recorder, title: string) => Promise<Report>,
  ) => Promise<void>;
}

async function entry(action: (tools: Tools) => Promise<void>): Promise<void> {
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
    setOutputs(report, redactor.apply);
    const { renderReport } = await import('./lib/github/summary');
    await summarise(redactor.apply(renderReport(report)));
    if (report.error !== null) {
      const { code, ...details } = report.error;
      throw new UserError(code as UserError['code'], details);
    }
  };
  try {
    await action({ log, run, show });
  } catch (error) {
    log.failure(error);
  }
}

/** A procedure that stopped before it had a report of its own: nothing was changed. */
function refused(error: UserError, inputs: BaseInputs, title: string, recorder: Recorder): Report {
  const { target, runbook } = inputs;
  return {
    title,
    status: 'failed',
    host: `${target.user}@${target.host}`,
    stack: runbook.stack,
    release: null,
    previousRelease: null,
    plan: null,
    planHash: null,
    timeline: recorder.finish('failed'),
    health: [],
    notes: ['Nothing was changed on the host.'],
    seconds: 0,
    error: describe(error),
  };
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

function setOutputs(report: Report, redact: (text: string) => string): void {
  const outputs: Record<string, string> = {
    release: report.release ?? '',
    'previous-release': report.previousRelease ?? '',
    'changed-services': JSON.stringify(report.plan?.changes.map((change) => change.service) ?? []),
    plan: JSON.stringify(report.plan),
    'plan-hash': report.planHash ?? '',
    duration: report.seconds.toFixed(1),
  };
  for (const [name, value] of Object.entries(outputs)) core.setOutput(name, redact(value));
}

async function summarise(markdown: string): Promise<void> {
  if (process.env.GITHUB_STEP_SUMMARY) await core.summary.addRaw(markdown).write();
}

function workspace(): string {
  return process.env.GITHUB_WORKSPACE || process.cwd();
}
