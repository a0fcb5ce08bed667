/** Backup: a snapshot of every database, proven before it counts, in every place; then what is too old goes. */

import { identitiesIn } from '../lib/backup/feed';
import { type Manifest, sizeOf } from '../lib/backup/manifest';
import { opensWhatIsSealed } from '../lib/backup/open';
import { s3Destination } from '../lib/backup/s3';
import { type Destination, folderDestination, hostSource } from '../lib/backup/source';
import { UserError } from '../lib/errors';
import { secretsOf } from '../lib/host/connect';
import { describe } from '../lib/procedure/change';
import type { Recorder } from '../lib/procedure/record';
import { type BackupFacts, plainReport, type Report } from '../lib/procedure/report';
import { costOf, StackSession } from '../lib/procedure/stack-session';
import { createSteps } from '../lib/steps/runner';
import { drill } from './drill';
import { make } from './make';
import { prepare } from './prepare';
import { planned, prune } from './prune';
import { type BackupRequest, type Scene, tell } from './scene';

export interface BackedUp {
  readonly report: Report;
  /** `null`: none was made. */
  readonly manifest: Manifest | null;
}

/** Beyond this factor from one backup to the next, either way, somebody should look. */
const JUMP = 2;

/** @throws {UserError} for what speaks against it before anything was changed; later the report holds the error */
export async function backup(request: BackupRequest, recorder: Recorder): Promise<BackedUp> {
  const { target, runbook, run, actor, dryRun } = request;
  for (const secret of [...secretsOf(target), ...identitiesIn(request.identity ?? '')]) recorder.secret(secret);
  recorder.step('Connect and observe');
  const session = await StackSession.open({
    target,
    runbook,
    paths: [],
    run,
    procedure: 'backup',
    scope: 'backup',
    lease: dryRun ? null : request.lease,
  });
  recorder.keep(session.names);
  for (const secret of session.secrets) recorder.secret(secret);
  const { host, root, leaseRoot, token } = session;
  const context = { root: leaseRoot, stackRoot: root, token, run, actor, procedure: 'backup', release: null };
  const scene: Scene = {
    request,
    session,
    recorder,
    steps: createSteps(host, context),
    local: hostSource(host, runbook.backup.directory, runbook.stack),
    remote: remotePlaces(request),
    notes: [],
  };
  try {
    return await carryOut(scene);
  } finally {
    await session.close();
    recorder.info(costOf(host));
  }
}

async function carryOut(scene: Scene): Promise<BackedUp> {
  const { request, recorder, notes } = scene;
  const begun = Date.now();
  const current = scene.session.state.current?.id ?? null;
  const finish = (status: Report['status'], more: Partial<Report>): Report =>
    plainReport({
      title: request.title,
      status,
      host: scene.session.host.name,
      stack: request.runbook.stack,
      release: current,
      previousRelease: current,
      timeline: recorder.finish(status === 'failed' ? 'failed' : 'done'),
      notes,
      seconds: (Date.now() - begun) / 1000,
      ...more,
    });
  let manifest = null as Manifest | null;
  const facts: { -readonly [K in keyof BackupFacts]: BackupFacts[K] } = { made: null, places: [], drill: null };
  try {
    if (request.drill !== 'only') {
      recorder.step('Look at databases and places');
      const prepared = await prepare(scene);
      if (request.dryRun)
        return {
          manifest,
          report: finish('planned', { backup: await planned(scene, prepared.clock, prepared.installation) }),
        };
      recorder.changed = true;
      const { manifest: made, left } = await make(scene, prepared, (published) => {
        manifest = published;
      });
      manifest = made;
      facts.made = madeOf(made);
      if (left !== null) throw left;
      await checkIdentity(scene);
      watchSize(made, prepared.earlier, scene);
      recorder.step('Remove what is too old');
      facts.places = await prune(scene, prepared.clock, made.installation?.uid ?? null);
    }
    if (request.drill !== 'none' && !request.dryRun) facts.drill = await drill(scene);
    return { manifest, report: finish('succeeded', { backup: facts }) };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    if (!recorder.changed && request.drill !== 'only') throw error;
    notes.push(
      manifest === null
        ? 'No older backup was removed.'
        : facts.made === null
          ? `The backup ${manifest.id} is whole on the host; it did not get anywhere else. No older backup was removed.`
          : `The backup ${manifest.id} ${manifest.left.length > 0 ? `lacks ${manifest.left.join(', ')}; all else of it` : 'itself'} is whole, and lies in ${request.runbook.backup.to.join(', ')}.`,
    );
    return { manifest, report: finish('failed', { backup: facts, error: describe(error) }) };
  }
}

function remotePlaces({ runbook, folder }: BackupRequest): readonly Destination[] {
  const { to, s3 } = runbook.backup;
  return [
    ...(to.includes('s3') && s3 !== null ? [s3Destination(s3, runbook.stack)] : []),
    ...(to.includes('file') ? [folderDestination(folder, runbook.stack)] : []),
  ];
}

function madeOf({ id, seconds, databases, globals, volumes, qdrant }: Manifest): BackupFacts['made'] {
  return {
    id,
    seconds: seconds ?? 0,
    parts: [
      ...databases.map(({ service, database, file, bytes, databaseBytes, tables }) => ({
        name: `${service}/${database}`,
        file,
        bytes,
        plainBytes: databaseBytes,
        tables: tables?.length ?? null,
        rows: tables?.reduce((sum, { rows }) => sum + (rows ?? 0), 0) ?? null,
      })),
      ...globals.map(({ service, file, bytes }) => ({
        name: `roles of ${service}`,
        file,
        bytes,
        plainBytes: null,
        tables: null,
        rows: null,
      })),
      ...volumes.map(({ name, file, bytes, volumeBytes }) => ({
        name,
        file,
        bytes,
        plainBytes: volumeBytes,
        tables: null,
        rows: null,
      })),
      ...qdrant.map(({ service, file, bytes }) => ({
        name: service,
        file,
        bytes,
        plainBytes: null,
        tables: null,
        rows: null,
      })),
    ],
  };
}

/** Copies that nobody here can open are no reason to remove those that one can. @throws {UserError} RB-IDENTITY */
async function checkIdentity({ request, remote }: Scene): Promise<void> {
  const { recipients } = request.runbook.backup;
  if (remote.length === 0 || (await opensWhatIsSealed(request.identity, recipients)) !== false) return;
  throw new UserError('RB-IDENTITY', {
    what: 'the identity given opens nothing of what left the host: it was encrypted to others',
    why: `its recipient is none of ${recipients.join(', ')}`,
    remedy: 'set backup.recipients to what age-keygen -y says of the identity, or the input identity to the right one',
  });
}

function watchSize(manifest: Manifest, earlier: readonly Manifest[], scene: Scene): void {
  const last = earlier.at(-1);
  if (last === undefined) return;
  const factor = sizeOf(manifest) / Math.max(1, sizeOf(last));
  if (factor < JUMP && factor > 1 / JUMP) return;
  const text = `The backup has ${factor.toFixed(1)} times the size of the one before (${last.id}).`;
  tell(scene, text);
}
