/** Refuses settings by which a backup would contain nothing, or itself. */
import type { BackupSettings } from '../lib/config/runbook';
import { UserError } from '../lib/errors';

/** @throws {UserError} RB-CONFIG-INVALID */
export function checkContent({ databases, volumes, qdrant, directory, to }: BackupSettings): void {
  if (databases.length + volumes.length + qdrant.length === 0)
    throw new UserError('RB-CONFIG-INVALID', {
      what: 'backup.databases, backup.volumes and backup.qdrant of the runbook file are all empty',
      why: 'such a backup contains nothing',
      remedy: 'name what is to be backed up; nothing was backed up',
    });
  const within = to.includes('host')
    ? volumes.find((name) => name.startsWith('/') && `${directory}/`.startsWith(`${name}/`))
    : undefined;
  if (within === undefined) return;
  throw new UserError('RB-CONFIG-INVALID', {
    what: `backup.volumes names ${within}, which contains the folder for backups ${directory}`,
    why: 'each backup would contain all earlier ones, and itself while it is written',
    remedy: 'name the folders in it that hold data, or give backup.directory another place; nothing was backed up',
  });
}
