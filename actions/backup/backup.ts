/** Backup: a snapshot of every database, proven before it counts, in every place; then backups that are too old are removed. */

import { sayEmpty } from '../lib/backup/empty';
import { lossesIn } from '../lib/backup/loss';
import { type Manifest, sizeOf } from '../lib/backup/manifest';
import { s3Destination } from '../lib/backup/s3';
import { type Destination, folderDestination, hostSource } from '../lib/backup/source';
import { eachKind } from '../lib/data/kinds';
import { UserError } from '../lib/errors';
import type { Outcome, Procedure } from '../lib/procedure/define';
import { describe, type Report, statusOf } from '../lib/procedure/report';
import { identitiesIn } from '../lib/restore/feed';
import { opensWhatIsSealed } from '../lib/restore/open';
import { drill } from './drill';
import { noteFormer, requireFormer } from './former';
import { type BackupInputs, readBackupInputs } from './inputs';
import { make } from './make';
import { prepare } from './prepare';
import { planned, prune } from './prune';
import { type Scene, tell } from './scene';
import { type BackupFacts, blocksOf, type DrillFacts } from './summary';
import { verdictOf, verdictOfFailure } from './verdict';

/** If the size changes by more than this factor from one backup to the next, either way, a note says so. */
const JUMP = 2;

export const backup: Procedure<BackupInputs> = {
  name: 'backup',
  lease: 'backup',
  passesFreeze: true,
  streams: true,
  read: readBackupInputs,
  title: ({ drill }) => titleOf(drill),
  watched: (get) => titleOf(get('drill')?.trim() ?? ''),
  ping: ({ dryRun, pingUrl }) => (dryRun ? null : pingUrl),
  secrets: ({ identity }) => identitiesIn(identity ?? ''),
  run: (run) => {
    const { inputs: request, session } = run;
    const { backup, stack } = request.runbook;
    return carryOut({
      ...run,
      request,
      steps: run.steps(null),
      local: hostSource(session.host, backup.directory, stack),
      remote: remotePlaces(request),
    });
  },
};

function titleOf(drill: string): string {
  return drill === 'only' ? 'Restore drill' : 'Backup';
}

async function carryOut(scene: Scene): Promise<Outcome> {
  const { request, recorder } = scene;
  const { to } = request.runbook.backup;
  let manifest = null as Manifest | null;
  const facts: { -readonly [K in keyof BackupFacts]: BackupFacts[K] } = { made: null, places: [], drill: null };
  const finish = (status: Report['status'], more: Partial<Report> = {}): Outcome => ({
    report: scene.report(status, { blocks: blocksOf(facts), ...more }),
    outputs: outputsOf(request, manifest, facts.drill),
  });
  try {
    if (request.drill !== 'only') {
      recorder.step('Check databases and places');
      const prepared = await prepare(scene);
      if (request.dryRun) {
        facts.places = await planned(scene, prepared.clock, {
          id: prepared.installation,
          host: prepared.identity.host,
        });
        return finish('planned', { verdict: 'Nothing was changed. Everything that a backup needs is there.' });
      }
      // Its name and the host's identity are written before the first step.
      recorder.changed = true;
      const { manifest: made, left } = await make(scene, prepared, (published) => {
        manifest = published;
      });
      manifest = made;
      facts.made = madeOf(made);
      await noteFormer(scene, prepared.place, prepared.former, made.id);
      if (left !== null) throw left;
      await checkIdentity(scene);
      requireFormer(scene, prepared.former);
      watchSize(made, prepared.earlier, scene);
      recorder.step('Remove old backups');
      const asker = { id: made.installation?.uid ?? null, host: prepared.identity.host };
      facts.places = await prune(scene, prepared.clock, asker, made.id);
    }
    if (request.drill !== 'none' && !request.dryRun) facts.drill = await drill(scene, facts.made?.id ?? null);
    return finish('succeeded', { verdict: verdictOf(facts, to) });
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    if (!recorder.changed && request.drill !== 'only') throw error;
    return finish(statusOf(error), { error: describe(error), verdict: verdictOfFailure(facts, manifest, to) });
  }
}

function outputsOf(request: BackupInputs, manifest: Manifest | null, drilled: DrillFacts | null): Outcome['outputs'] {
  return {
    backup: manifest?.id ?? '',
    bytes: manifest === null ? '' : String(sizeOf(manifest)),
    path: request.runbook.backup.to.includes('file') && manifest !== null ? request.folder : '',
    'drill-seconds': drilled?.seconds.toFixed(1) ?? '',
  };
}

function remotePlaces({ runbook, folder }: BackupInputs): readonly Destination[] {
  const { to, s3 } = runbook.backup;
  return [
    ...(to.includes('s3') && s3 !== null ? [s3Destination(s3, runbook.stack)] : []),
    ...(to.includes('file') ? [folderDestination(folder, runbook.stack)] : []),
  ];
}

function madeOf(manifest: Manifest): BackupFacts['made'] {
  const parts = eachKind((kind) => [
    ...kind.parts(manifest).map((part) => ({
      name: kind.fullName(part),
      file: part.file,
      bytes: part.bytes,
      ...kind.counted(part),
    })),
    ...kind.extras(manifest).map(({ title, file, bytes }) => ({
      name: title,
      file,
      bytes,
      plainBytes: null,
      tables: null,
      rows: null,
    })),
  ]);
  return { id: manifest.id, seconds: manifest.seconds ?? 0, parts: parts.flat() };
}

/** Copies that the identity cannot open must not be a reason to remove those that it can. @throws {UserError} RB-IDENTITY */
async function checkIdentity({ request, remote }: Scene): Promise<void> {
  const { recipients } = request.runbook.backup;
  if (remote.length === 0 || (await opensWhatIsSealed(request.identity, recipients)) !== false) return;
  throw new UserError('RB-IDENTITY', {
    what: 'the identity given cannot open what left the host: it was encrypted to other recipients',
    why: `its recipient is not one of ${recipients.join(', ')}`,
    remedy:
      'set backup.recipients to the output of age-keygen -y for the identity, or the input identity to the right identity',
  });
}

function watchSize(manifest: Manifest, earlier: readonly Manifest[], scene: Scene): void {
  for (const { text } of lossesIn([...earlier, manifest])) tell(scene, text);
  for (const text of sayEmpty(manifest, scene.request.runbook.backup.ignore)) tell(scene, text);
  const last = earlier.at(-1);
  if (last === undefined) return;
  const factor = sizeOf(manifest) / Math.max(1, sizeOf(last));
  if (factor < JUMP && factor > 1 / JUMP) return;
  const text = `The backup has ${factor.toFixed(1)} times the size of the one before (${last.id}).`;
  tell(scene, text);
}
