/** Inputs of the action restore as typed data. */
import { join } from 'node:path';
import { type BaseInputs, type ExpectedPlan, readBase, readExpected, readRunbook } from '../lib/config/inputs';
import { type GetInput, Reader } from '../lib/config/reader';
import type { BackupPlace } from '../lib/config/runbook';
import { isRelativePath } from '../lib/config/sections/values';

export interface RestoreInputs extends BaseInputs, ExpectedPlan {
  readonly from: BackupPlace;
  /** A folder of the workspace with backups, for `from: file`. */
  readonly folder: string;
  /** `null`: none. */
  readonly identity: string | null;
  readonly wanted:
    | { readonly by: 'latest' }
    | { readonly by: 'id'; readonly id: string }
    | { readonly by: 'before'; readonly time: Date };
  /** If none of the three is named, everything in the backup. */
  readonly databases: readonly string[] | null;
  readonly volumes: readonly string[] | null;
  readonly qdrant: readonly string[] | null;
  /** Another installation's ID or the name of its host; empty: this one's own backups. */
  readonly fromHost: string;
  readonly confirm: string;
  readonly roles: boolean;
  readonly newerServer: boolean;
  readonly locale: 'ask' | 'backup' | 'live';
  readonly tablespaces: 'keep' | 'default';
  /** Tables as `schema.table`. */
  readonly acceptDifferences: readonly string[];
  readonly list: boolean;
  readonly undo: boolean;
  /** What is done with a restore that was interrupted in its swap; `null`: not decided. */
  readonly interrupted: 'forward' | 'back' | null;
}

/** @throws {UserError} RB-INPUT-INVALID, RB-CONFIG-INVALID, RB-CONFIG-MISSING */
export function readRestoreInputs(get: GetInput, workspace: string): RestoreInputs {
  const reader = new Reader(get);
  const { config, ...base } = readBase(reader);
  const environment = reader.text('environment') || null;
  const environmentUrl = reader.url('environment-url');
  const healthTimeout = reader.seconds('health-timeout', null);
  const wanted = readWanted(reader);
  const databases = reader.list('databases');
  const volumes = reader.list('volumes');
  const qdrant = reader.list('qdrant');
  const place = reader.choice('from', ['host', 's3', 'file', 'auto']);
  const path = reader.text('path');
  if (place !== 'file' && path !== '') reader.problem('path belongs to from: file');
  if (path !== '' && !isRelativePath(path))
    reader.problem(`path is ${JSON.stringify(path)}, which is not a path within the workspace`);
  const decision = reader.choice('interrupted', ['ask', 'forward', 'back']);
  const inputs = {
    ...readExpected(reader),
    folder: join(workspace, path),
    identity: reader.content('identity').trim() || null,
    wanted,
    databases: databases.length > 0 ? databases : null,
    volumes: volumes.length > 0 ? volumes : null,
    qdrant: qdrant.length > 0 ? qdrant : null,
    fromHost: reader.text('from-host'),
    confirm: reader.text('confirm'),
    roles: reader.boolean('roles'),
    newerServer: reader.boolean('newer-server'),
    locale: reader.choice('locale', ['ask', 'backup', 'live']),
    tablespaces: reader.choice('tablespaces', ['keep', 'default']),
    acceptDifferences: reader.list('accept-differences'),
    list: reader.boolean('list'),
    undo: reader.boolean('undo'),
    interrupted: decision === 'ask' ? null : decision,
  };
  if (inputs.list && inputs.undo) reader.problem('list and undo exclude each other');
  if (inputs.interrupted !== null && (inputs.list || inputs.undo))
    reader.problem('interrupted excludes list and undo: it settles an interrupted restore, and does nothing else');
  reader.finish();
  const runbook = readRunbook(workspace, config);
  // What lies on the host is lost with it.
  const from = place !== 'auto' ? place : runbook.backup.to.includes('s3') ? 's3' : 'host';
  if (from === 's3' && runbook.backup.s3 === null) {
    reader.problem('from is s3, and the runbook file has no backup.s3 with a bucket');
    reader.finish();
  }
  const settings = { ...runbook.restore, healthTimeout: healthTimeout ?? runbook.restore.healthTimeout };
  return {
    ...base,
    ...inputs,
    from,
    environment,
    environmentUrl: environmentUrl ?? runbook.url ?? null,
    runbook: { ...runbook, restore: settings },
  };
}

function readWanted(reader: Reader): RestoreInputs['wanted'] {
  const backup = reader.text('backup');
  const before = reader.text('before');
  if (backup !== '' && backup !== 'latest' && before !== '') reader.problem('backup and before exclude each other');
  if (before !== '') {
    const time = new Date(/^\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2})?)?$/.test(before) ? `${before}Z` : before);
    if (Number.isNaN(time.getTime()))
      reader.problem(`before is ${JSON.stringify(before)}, which is not a time; write 2026-01-31T02:00:00Z`);
    return { by: 'before', time };
  }
  if (backup === '' || backup === 'latest') return { by: 'latest' };
  if (!/^\d{8}T\d{6}Z$/.test(backup))
    reader.problem(`backup is ${JSON.stringify(backup)}; write latest, or a name like 20260131T020000Z`);
  return { by: 'id', id: backup };
}
