/** Inputs of migrate as typed data: those of a deploy of one service, and the backup that is required. */
import { join } from 'node:path';
import type { BackupInputs } from '../backup/inputs';
import { type DeployInputs, readWish, withCommon, withFiles } from '../deploy/inputs';
import type { CommonInputs } from '../lib/config/inputs';
import { type GetInput, Reader } from '../lib/config/reader';
import type { BackupPlace, Runbook } from '../lib/config/runbook';
import { parseVersions } from '../lib/config/version';

export interface MigrateInputs extends CommonInputs {
  /** As it was given; empty: what runs. */
  readonly version: string;
  /** Deploys the migration's service alone; `null`: that of the current release runs again. */
  readonly deploy: DeployInputs | null;
  /** `null`: none is made, and none is looked for. */
  readonly backup: BackupInputs | null;
  /** Seconds; a verified backup that is younger is enough. */
  readonly backupAge: number;
}

/** @throws {UserError} RB-INPUT-INVALID, RB-CONFIG-INVALID, RB-CONFIG-MISSING, RB-VERSION-INVALID, RB-FILE-MISSING */
export function readMigrateInputs(get: GetInput, workspace: string): MigrateInputs {
  const reader = new Reader(get);
  const wish = readWish(reader, workspace);
  const wanted = reader.choice('backup', ['always', 'none']);
  const backupAge = reader.seconds('backup-max-age', 0);
  if (wanted === 'none' && backupAge > 0)
    reader.problem('backup is none, but backup-max-age limits the age of a backup; leave one of them out');
  reader.finish();
  const inputs = withCommon(wish, workspace);
  const { service } = inputs.runbook.migration;
  if (service === null) reader.problem('migration.service of the runbook file is null: there is nothing to run');
  reader.finish();
  if (wanted === 'always') for (const text of notCopied(inputs.runbook)) reader.problem(text);
  const versions = parseVersions(wish.version, [service ?? ''], inputs.runbook.tag);
  const others = Object.keys(versions).filter((name) => name !== service);
  if (others.length > 0)
    reader.problem(`version names ${others.join(', ')}; this only runs ${service}, and a deploy brings the others`);
  reader.finish();
  const services = [service ?? ''];
  return {
    ...inputs,
    version: wish.version,
    // The release keeps the version of its other services.
    deploy:
      wish.version === ''
        ? null
        : { ...withFiles(wish, inputs, workspace), version: '', versions, services, firstStart: [], checksTimeout: 0 },
    backup: wanted === 'none' ? null : backupOf(inputs, workspace),
    backupAge,
  };
}

/** Databases that would be migrated and are not in any backup. */
function notCopied({ migration, backup }: Runbook): string[] {
  const copied = backup.databases.map(({ service, database }) => `${service}/${database}`);
  const migrated = (migration.databases ?? []).map(({ service, database }) => `${service}/${database}`);
  return migrated
    .filter((name) => !copied.includes(name))
    .map(
      (name) => `migration.databases of the runbook file names ${name}, and backup.databases does not: add it there`,
    );
}

/** As the action backup makes it, except for the copy that goes into an artifact of its workflow. */
function backupOf(inputs: CommonInputs, workspace: string): BackupInputs {
  const { runbook } = inputs;
  const to = runbook.backup.to.filter((place) => place !== 'file');
  const places: readonly BackupPlace[] = to.length > 0 ? to : ['host'];
  return {
    ...inputs,
    runbook: { ...runbook, backup: { ...runbook.backup, to: [...places] } },
    folder: join(workspace, 'backup'),
    drill: 'none',
    identity: null,
    pingUrl: null,
    reportFailures: false,
    pruneAll: false,
  };
}
