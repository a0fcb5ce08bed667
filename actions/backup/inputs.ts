/** Inputs of the action backup as typed data. */
import { join } from 'node:path';
import { type BaseInputs, readBase, readRunbook } from '../lib/config/inputs';
import { type GetInput, Reader } from '../lib/config/reader';
import type { BackupPlace, BackupSettings } from '../lib/config/runbook';
import { isRelativePath } from '../lib/config/sections/values';

/** `after`: each backup is restored into a throwaway server; `only`: the newest existing one is, and no backup is made. */
type DrillMode = 'none' | 'after' | 'only';

export interface BackupInputs extends BaseInputs {
  /** Folder of the workspace for the place `file`. */
  readonly folder: string;
  readonly drill: DrillMode;
  /** Lines of an age key file, for the drill of an encrypted copy; `null`: none. */
  readonly identity: string | null;
  /** Asked for once all is well; `null`: nothing. */
  readonly pingUrl: string | null;
  /** Keep an issue open while scheduled backups fail. */
  readonly reportFailures: boolean;
  /** Remove all backups that no rule keeps, even if they are more than a third of all. */
  readonly pruneAll: boolean;
}

/** @throws {UserError} RB-INPUT-INVALID, RB-CONFIG-INVALID, RB-CONFIG-MISSING */
export function readBackupInputs(get: GetInput, workspace: string): BackupInputs {
  const reader = new Reader(get);
  const { config, ...base } = readBase(reader);
  const to = readPlaces(reader);
  const recipients = reader.wiredList('recipients');
  const path = reader.text('path') || 'backup';
  if (!isRelativePath(path))
    reader.problem(`path is ${JSON.stringify(path)}, which is not a path within the workspace`);
  const inputs = {
    folder: join(workspace, path),
    drill: reader.choice('drill', ['none', 'after', 'only']),
    identity: reader.content('identity').trim() || null,
    pingUrl: reader.secretUrl('ping-url'),
    reportFailures: reader.boolean('report-failures'),
    pruneAll: reader.choice('prune', ['share', 'all']) === 'all',
  };
  reader.finish();
  const runbook = readRunbook(workspace, config);
  const backup = {
    ...runbook.backup,
    to: to ?? runbook.backup.to,
    recipients: recipients.length > 0 ? recipients : runbook.backup.recipients,
  };
  checkPlaces(backup, inputs.drill);
  return { ...base, ...inputs, runbook: { ...runbook, backup } };
}

function readPlaces(reader: Reader): readonly BackupPlace[] | null {
  const named = reader.list('to');
  const known: readonly BackupPlace[] = ['host', 's3', 'file'];
  const wrong = named.filter((name) => !known.includes(name as BackupPlace));
  if (wrong.length > 0) reader.problem(`to names ${wrong.join(', ')}; write some of ${known.join(', ')}`);
  return named.length > 0 ? ([...new Set(named)] as BackupPlace[]) : null;
}

/** Mistakes that show only when inputs and runbook file are taken together. */
function checkPlaces({ to, s3, recipients }: BackupSettings, drill: DrillMode): void {
  const reader = new Reader(() => '');
  if (to.length === 0) reader.problem('to names no place for the backup');
  if (to.includes('s3') && s3 === null)
    reader.problem('to names s3, and the runbook file has no backup.s3 with a bucket');
  if (to.includes('file') && recipients.length === 0)
    reader.problem('to names file, whose copy goes into an artifact: it needs recipients, so that it is encrypted');
  if (drill === 'only' && to.every((place) => place === 'file'))
    reader.problem('drill: only restores a backup from host or s3, and to names neither of them');
  reader.finish();
}
