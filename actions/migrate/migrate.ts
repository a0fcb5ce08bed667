/** Migrate: a verified backup, then the migration of a version or of the current release; everything else stays as it is. */
import { backup } from '../backup/backup';
import { bringLive, deploy } from '../deploy/deploy';
import { UserError } from '../lib/errors';
import { change, releaseOutputs, type Target } from '../lib/procedure/change';
import type { Outcome, Procedure, Run } from '../lib/procedure/define';
import { requireCurrent } from '../lib/procedure/edit-current';
import { envFileOf, withSecrets } from '../lib/procedure/env-file';
import { carryOut } from '../lib/procedure/run';
import { waysBack } from '../lib/stack/history';
import { breakingSince } from '../lib/stack/migrations';
import type { Release } from '../lib/stack/model';
import { type MigrateInputs, readMigrateInputs } from './inputs';
import { youngBackup } from './young';

export const migrate: Procedure<MigrateInputs> = {
  name: 'migrate',
  lease: 'stack',
  streams: true,
  recovers: ({ drift }) => drift,
  outputs: releaseOutputs,
  read: readMigrateInputs,
  title: ({ version }) => `Migrate the database by ${version || 'the version that runs'}`,
  prepare: async (inputs, recorder) =>
    inputs.deploy === null ? inputs : { ...inputs, deploy: await withSecrets(inputs.deploy, recorder) },
  secrets: (inputs) => (inputs.deploy === null ? [] : (deploy.secrets?.(inputs.deploy) ?? [])),
  names: (inputs) => (inputs.deploy === null ? [] : (deploy.names?.(inputs.deploy) ?? [])),
  paths: (inputs) => (inputs.deploy === null ? [] : (deploy.paths?.(inputs.deploy) ?? [])),
  run: async (run) => {
    const { inputs, session, recorder } = run;
    const current = requireCurrent(session.state);
    requireMigration(current, inputs);
    let made: string | null = null;
    const target: Partial<Target> = {
      migrate: true,
      asked: true,
      procedure: 'migrate',
      first: async () => {
        made = await copyFirst(run);
        return made;
      },
    };
    // A dry run shows what the backup would refuse.
    if (inputs.dryRun) await copyFirst(run);
    const outcome =
      inputs.deploy === null
        ? await again(run, current, target)
        : await bringLive({ ...run, inputs: inputs.deploy }, target);
    const { report } = outcome;
    const meaning = inputs.dryRun || report.error !== null ? [] : [wayBack(run, report.release ?? current.id, made)];
    for (const text of meaning) recorder.info(text);
    return { ...outcome, report: { ...report, notes: [...report.notes, ...meaning] } };
  },
};

/** The migration of the release that runs, from the image that the host has. */
async function again(run: Run<MigrateInputs>, current: Release, target: Partial<Target>): Promise<Outcome> {
  const { session, inputs } = run;
  const envFile = envFileOf(current, inputs.runbook);
  return await change(run, session.state, {
    release: current,
    delivery: null,
    notes: [],
    migrate: true,
    envFile,
    ...target,
  });
}

/** @throws {UserError} RB-SERVICE-UNKNOWN */
function requireMigration({ id, services }: Release, { runbook, deploy: deploys }: MigrateInputs): void {
  const service = runbook.migration.service ?? '';
  if (deploys !== null || services[service] !== undefined) return;
  throw new UserError('RB-SERVICE-UNKNOWN', {
    what: `release ${id} has no service ${service}, which migrates the schema`,
    why: `it has ${Object.keys(services).join(', ')}, and migration.service of the runbook file names ${service}`,
    remedy:
      'correct migration.service in the runbook file, or deploy a version that has it; if the service has `profiles` in its Compose file, name one in `profiles` of the runbook file and deploy',
  });
}

/**
 * A verified backup: one that is young enough, or one that the backup's own procedure makes now, with its own lease.
 *
 * @returns its ID; `null`: none was wanted, or it is a dry run
 * @throws {UserError} what the backup was refused or failed for; nothing is migrated then
 */
async function copyFirst(run: Run<MigrateInputs>): Promise<string | null> {
  const { inputs, recorder, notes } = run;
  const { dryRun } = inputs;
  if (inputs.backup === null) {
    const text =
      'No backup was made, because of `backup: none`: data that this migration breaks can only be restored from an older backup.';
    recorder.warning(text);
    notes.push(text);
    return null;
  }
  if (inputs.runbook.backup.databases.length === 0) {
    const text = 'backup.databases in runbook.yml is empty: backups of this stack have no dump of a database.';
    recorder.warning(text);
    notes.push(text);
  }
  const young = inputs.backupAge > 0 ? await youngBackup(run, inputs.backup, inputs.backupAge) : null;
  if (young !== null) {
    const text = `The verified backup ${young} is young enough: none was made.`;
    recorder.info(text);
    notes.push(text);
    return young;
  }
  const lease = { ...run.lease, onTaken: () => {} };
  const { actor, signal, repository } = run;
  const around = { title: 'Backup', run: run.run, actor, signal, lease, recorder, repository, pushed: null };
  const { report, outputs } = await carryOut(backup, { ...inputs.backup, dryRun }, around);
  if (report.error !== null) {
    const { code, ...details } = report.error;
    throw new UserError(code as UserError['code'], {
      ...details,
      what: `the backup that has to come first ${dryRun ? 'would be refused' : 'was not made'}, so nothing was migrated: ${details.what}`,
    });
  }
  const id = outputs?.backup ?? '';
  notes.push(dryRun ? 'A backup would be made first.' : `The verified backup ${id} is from just before.`);
  return id === '' ? null : id;
}

/** What a rollback does from now on. */
function wayBack({ session, inputs }: Run<MigrateInputs>, now: string, made: string | null): string {
  const { current, history, folders, releases, migrations } = session.state;
  const copy = made === null ? 'a backup from before it' : `the backup ${made}`;
  const id = now === current?.id ? waysBack(history).find((way) => folders.includes(way)) : current?.id;
  const release = releases.find((one) => one.id === id);
  if (release === undefined) return `There is no release to roll back to; only ${copy} brings the former data back.`;
  const breaks = inputs.deploy?.schemaCompatible === false && now !== current?.id;
  return breaks || breakingSince(migrations, release) !== null
    ? `A rollback to release ${id} is refused from now on, as a migration since was declared breaking; only ${copy} brings the former data back.`
    : `A rollback leads to release ${id} and leaves the schema as it is now, which was declared compatible; only ${copy} brings the former data back.`;
}
