/** Whether there is a verified backup that is young enough, of all that a backup made now would have. */
import type { BackupInputs } from '../backup/inputs';
import { clockOf, isAhead } from '../lib/backup/clock';
import { installationOf, ownOf, readIdentity } from '../lib/backup/installation';
import type { Manifest } from '../lib/backup/manifest';
import { s3Destination } from '../lib/backup/s3';
import { hostSource, type Source } from '../lib/backup/source';
import type { BackupSettings } from '../lib/config/runbook';
import { eachKind } from '../lib/data/kinds';
import type { Run } from '../lib/procedure/define';
import type { MigrationRecord } from '../lib/stack/migration-record';
import type { MigrateInputs } from './inputs';

/** @param age seconds @returns its ID; `null`: there is none */
export async function youngBackup(
  { session }: Run<MigrateInputs>,
  { runbook }: BackupInputs,
  age: number,
): Promise<string | null> {
  const { host, root, state } = session;
  const { backup, stack } = runbook;
  const asked = Date.now();
  const { stdout } = await host.run('date -u +%Y%m%dT%H%M%SZ');
  const { now } = clockOf(stdout.trim(), asked);
  const local = hostSource(host, backup.directory, stack);
  const onHost = await local.list();
  const identity = await readIdentity(host, root);
  const asker = { id: installationOf(identity, onHost), host: identity.host };
  const places: Source[] = [
    ...(backup.to.includes('host') ? [local] : []),
    ...(backup.to.includes('s3') && backup.s3 !== null ? [s3Destination(backup.s3, stack)] : []),
  ];
  const found = await Promise.all(
    places.map(async (place) => {
      const all = place === local ? onHost : await place.list();
      const own = ownOf(all, asker, place === local);
      return own.filter((one) => isEnough(one, { now, age, backup, migrations: state.migrations })).map(({ id }) => id);
    }),
  );
  // If copies are wanted in two places, it must be in both.
  return found[0]?.filter((id) => found.every((ids) => ids.includes(id))).at(-1) ?? null;
}

export interface Wanted {
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** Seconds. */
  readonly age: number;
  readonly backup: Pick<BackupSettings, 'databases' | 'volumes' | 'qdrant'>;
  readonly migrations: readonly MigrationRecord[];
}

/** Verified, young, of all that is to be copied, and of the data that is live: not from before a restore. */
export function isEnough(manifest: Manifest, { now, age, backup, migrations }: Wanted): boolean {
  const { id, verified, createdAt } = manifest;
  if (!verified || isAhead(id, now) || now - Date.parse(createdAt) > age * 1000) return false;
  if (migrations.some(({ swap }) => swap !== undefined && swap >= id)) return false;
  return eachKind((kind) => {
    const has = new Set(kind.parts(manifest).map(kind.fullName));
    return kind.configured(backup).every((name) => has.has(name));
  }).every(Boolean);
}
