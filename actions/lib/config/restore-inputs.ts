/** Inputs of the action restore as typed data. */
import { join } from 'node:path';
import type { CommonInputs } from './inputs';
import { readCommon, withRunbook } from './inputs';
import { type GetInput, Reader } from './reader';
import { isRelativePath } from './schema';

export interface RestoreInputs extends CommonInputs {
  /** A folder of the workspace with backups; `null`: the host's own. */
  readonly folder: string | null;
  /** `null`: none. */
  readonly identity: string | null;
  readonly wanted:
    | { readonly by: 'latest' }
    | { readonly by: 'id'; readonly id: string }
    | { readonly by: 'before'; readonly time: Date };
  /** `null`: all that the backup has. */
  readonly databases: readonly string[] | null;
  readonly confirm: string;
  readonly roles: boolean;
  readonly newerServer: boolean;
  readonly list: boolean;
  readonly undo: boolean;
}

/** @throws {UserError} RB-INPUT-INVALID, RB-CONFIG-INVALID, RB-CONFIG-MISSING */
export function readRestoreInputs(get: GetInput, workspace: string): RestoreInputs {
  const reader = new Reader(get);
  const common = readCommon(reader);
  const wanted = readWanted(reader);
  const databases = reader.list('databases');
  const from = reader.choice('from', ['host', 'file']);
  const path = reader.text('path');
  if (from === 'host' && path !== '') reader.problem('path belongs to from: file');
  if (path !== '' && !isRelativePath(path)) reader.problem(`path is ${JSON.stringify(path)}, no path in the workspace`);
  const inputs = {
    folder: from === 'file' ? join(workspace, path) : null,
    identity: reader.content('identity').trim() || null,
    wanted,
    databases: databases.length > 0 ? databases : null,
    confirm: reader.text('confirm'),
    roles: reader.boolean('roles'),
    newerServer: reader.boolean('newer-server'),
    list: reader.boolean('list'),
    undo: reader.boolean('undo'),
  };
  if (inputs.list && inputs.undo) reader.problem('list and undo exclude each other');
  reader.finish();
  const settled = withRunbook(common, workspace);
  const health = reader.seconds('health-timeout', settled.runbook.restore.healthTimeout);
  const runbook = { ...settled.runbook, restore: { ...settled.runbook.restore, healthTimeout: health } };
  return { ...settled, ...inputs, runbook };
}

function readWanted(reader: Reader): RestoreInputs['wanted'] {
  const backup = reader.text('backup');
  const before = reader.text('before');
  if (backup !== '' && backup !== 'latest' && before !== '') reader.problem('backup and before exclude each other');
  if (before !== '') {
    const time = new Date(/^\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2})?)?$/.test(before) ? `${before}Z` : before);
    if (Number.isNaN(time.getTime()))
      reader.problem(`before is ${JSON.stringify(before)}, no time; write 2026-01-31T02:00:00Z`);
    return { by: 'before', time };
  }
  if (backup === '' || backup === 'latest') return { by: 'latest' };
  if (!/^\d{8}T\d{6}Z$/.test(backup))
    reader.problem(`backup is ${JSON.stringify(backup)}; write latest, or a name like 20260131T020000Z`);
  return { by: 'id', id: backup };
}
