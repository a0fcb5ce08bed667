/** The schema of restored data, with which the next deploy compares its migration. */
import type { Manifest } from '../lib/backup/manifest';
import { UserError } from '../lib/errors';
import { quote } from '../lib/host/quote';
import type { StackSession } from '../lib/procedure/stack-session';
import type { MigrationRecord } from '../lib/stack/migration-record';
import { compareSchema, schemaOf } from '../lib/stack/migrations';
import type { Scene } from './scene';

/**
 * Writes to the host's disk the line that the coming swap will record, and that its reversal will remove; `null`: none.
 * @throws {UserError} RB-RESTORE-FAILED, RB-CONNECTION-LOST
 */
export async function noteSchema({ host, root }: StackSession, record: MigrationRecord | null): Promise<void> {
  const file = quote(`${root}/restore.schema`);
  const outcome = await host.run(
    record === null
      ? `rm -f ${file}`
      : `umask 077; cat >${file}.new && { sync ${file}.new 2>/dev/null || sync; } && mv ${file}.new ${file}`,
    { input: record === null ? '' : `${JSON.stringify(record)}\n` },
  );
  if (outcome.outcome === 'unknown') {
    throw new UserError('RB-CONNECTION-LOST', {
      what: 'the connection to the host was lost before the swap',
      why: outcome.reason,
      remedy: 'run it again: the live data was not touched',
    });
  }
  if (outcome.code === 0) return;
  throw new UserError('RB-RESTORE-FAILED', {
    what: 'the host cannot store the note on the schema of the restored data',
    why: outcome.stderr.trim() || `exit status ${outcome.code}`,
    remedy: 'see that its disk has room and that the directory belongs to the SSH user, and run it again',
  });
}

/** What the schema of a backup means for the current release; empty if both are the same. */
export function schemaRemarks({ session, request }: Scene, manifest: Manifest): string[] {
  const { current } = session.state;
  if (current === null || schemaOf(current, request.runbook) === null) return [];
  const deploy = 'deploy after the restore, so that the migration runs';
  switch (compareSchema(manifest.schema, session.state, request.runbook)) {
    case 'older':
      return [
        `The backup has the schema of release ${manifest.migrated ?? manifest.release}, which is older than that of the current release ${current.id}: ${deploy}.`,
      ];
    case null:
      return [`The backup does not say which schema it has: ${deploy}.`];
    default:
      return [];
  }
}
