/** One function for each action, and one for their post steps: the stubs call them. */
import * as core from '@actions/core';
import { backup as runBackup } from './backup/backup';
import { deploy as runDeploy } from './deploy/deploy';
import { ENDED_STATE, entry, LEASE_STATE, summarise } from './entry';
import { sizeOf } from './lib/backup/manifest';
import { stayFlat } from './lib/backup/memory';
import { readBackupInputs } from './lib/config/backup-inputs';
import { readDeployInputs, readHostInputs, readRollbackInputs } from './lib/config/inputs';
import { readRestoreInputs } from './lib/config/restore-inputs';
import { UserError } from './lib/errors';
import { failureIssue, watchingOf } from './lib/github/issue';
import { ping } from './lib/github/ping';
import { Recorder } from './lib/procedure/record';
import { listBackups, restore as runRestore } from './restore/restore';
import { listReleases, rollback as runRollback } from './rollback/rollback';

export async function deploy(): Promise<void> {
  await entry(async ({ log, show, lease, ...who }) => {
    const inputs = readDeployInputs(input, workspace());
    await show(inputs, `Deploy ${inputs.version}`, (recorder, title) =>
      runDeploy({ ...inputs, ...who, title, lease: lease(inputs) }, recorder),
    );
    log.close();
  });
}

export async function rollback(): Promise<void> {
  await entry(async ({ log, show, lease, ...who }) => {
    const inputs = readRollbackInputs(input, workspace());
    if (inputs.list) {
      const { current, releases } = await listReleases({ ...inputs, ...who }, new Recorder(log));
      core.setOutput(
        'releases',
        JSON.stringify(
          releases.map(({ release, obstacle, left }) => ({
            id: release.id,
            version: release.version,
            createdAt: release.createdAt,
            current: release.id === current,
            obstacle,
            leftByRollback: left,
          })),
        ),
      );
      for (const { release, obstacle, left } of releases)
        log.info(
          `${release.id} (${release.version}) ${obstacle ?? 'can be brought back'}${left ? ', somebody rolled back from it' : ''}${release.id === current ? ', current' : ''}`,
        );
      const { renderReleases } = await import('./lib/github/summary');
      await summarise(renderReleases(current, releases));
      return;
    }
    await show(inputs, `Roll back to ${inputs.release ?? 'the release before'}`, (recorder, title) =>
      runRollback({ ...inputs, ...who, title, lease: lease(inputs) }, recorder),
    );
    log.close();
  });
}

export async function restore(): Promise<void> {
  stayFlat();
  await entry(async ({ log, show, lease, run, actor }) => {
    const inputs = readRestoreInputs(input, workspace());
    if (inputs.list) {
      const backups = await listBackups({ ...inputs, run }, new Recorder(log));
      core.setOutput('backups', JSON.stringify(backups));
      for (const { id, installation, release, databases, volumes, qdrant } of backups) {
        const parts = [
          ...databases.map(({ database }) => database),
          ...volumes.map(({ name }) => name),
          ...qdrant.map(({ service }) => `Qdrant (${service})`),
        ];
        log.info(
          `${id} (of ${installation?.host ?? 'a host it does not tell'}, release ${release ?? 'none'}) ${parts.join(', ')}`,
        );
      }
      const { renderBackups } = await import('./lib/github/backups');
      await summarise(renderBackups(backups));
      return;
    }
    const what =
      inputs.interrupted !== null ? 'Settle an interrupted restore' : inputs.undo ? 'Undo the last restore' : 'Restore';
    await show(inputs, what, async (recorder, title) => {
      const { report, backup, former } = await runRestore(
        { ...inputs, title, run, actor, lease: lease(inputs) },
        recorder,
      );
      core.setOutput('backup', backup ?? '');
      core.setOutput('former', JSON.stringify(former));
      return report;
    });
    log.close();
  });
}

export async function backup(): Promise<void> {
  stayFlat();
  await entry(async ({ log, show, lease, run, actor }) => {
    const title = backupTitle();
    const watched = failureIssue(watchingOf(input), log);
    let stack: string | undefined;
    let pinging: string | null = null;
    try {
      const inputs = readBackupInputs(input, workspace());
      stack = inputs.runbook.stack;
      if (!inputs.dryRun) pinging = inputs.pingUrl;
      await show(inputs, title, async (recorder, shown) => {
        const { report, manifest } = await runBackup(
          { ...inputs, title: shown, run, actor, lease: lease(inputs) },
          recorder,
        );
        core.setOutput('backup', manifest?.id ?? '');
        core.setOutput('bytes', manifest === null ? '' : String(sizeOf(manifest)));
        core.setOutput('path', inputs.runbook.backup.to.includes('file') && manifest !== null ? inputs.folder : '');
        core.setOutput('drill-seconds', report.backup?.drill?.seconds.toFixed(1) ?? '');
        return report;
      });
    } catch (error) {
      await watched.failed(title, error, stack);
      throw error;
    }
    await watched.succeeded(title);
    if (pinging !== null) await ping(pinging, log);
    log.close();
  });
}

function backupTitle(): string {
  return input('drill')?.trim() === 'only' ? 'Restore drill' : 'Backup';
}

/** The post steps do something only where the main step was killed. */
export async function post(): Promise<void> {
  await clearUp('');
}

export async function backupPost(): Promise<void> {
  await clearUp('/backup');
  if (core.getState(ENDED_STATE) !== 'true')
    await entry(async ({ log }) => {
      const killed = new UserError('RB-CANCELLED', {
        what: 'the job was ended before the run had come to its end: cancelled, timed out, or the runner went away',
        remedy: 'see the log of the run',
      });
      await failureIssue(watchingOf(input), log).failed(backupTitle(), killed);
    });
}

async function clearUp(folder: string): Promise<void> {
  const token = Number(core.getState(LEASE_STATE));
  if (!(token > 0) || core.getState(ENDED_STATE) === 'true') return;
  await entry(async ({ log }) => {
    const { target, runbook } = readHostInputs(input, workspace());
    const { abandon } = await import('./lib/procedure/abandon');
    log.warning(`the main step was killed: ${await abandon(target, `${runbook.directory}/.runbook${folder}`, token)}`);
  });
}

/** Tells an input that is there and empty from one that is not there. */
function input(name: string): string | undefined {
  return process.env[`INPUT_${name.toUpperCase()}`] === undefined ? undefined : core.getInput(name);
}

function workspace(): string {
  return process.env.GITHUB_WORKSPACE || process.cwd();
}
