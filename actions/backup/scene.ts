/** What all parts of a backup work with. */
import { isAhead, sayAhead } from '../lib/backup/clock';
import { ownerOf } from '../lib/backup/installation';
import type { Manifest } from '../lib/backup/manifest';
import type { Destination, Source } from '../lib/backup/source';
import type { DrillMode } from '../lib/config/backup-inputs';
import type { Runbook } from '../lib/config/runbook';
import type { SshTarget } from '../lib/host/connect';
import type { Recorder } from '../lib/procedure/record';
import type { LeaseRequest, StackSession } from '../lib/procedure/stack-session';
import type { Steps } from '../lib/steps/step';

export interface BackupRequest {
  readonly target: SshTarget;
  readonly runbook: Runbook;
  readonly title: string;
  readonly run: string;
  readonly actor: string;
  readonly lease: LeaseRequest;
  readonly dryRun: boolean;
  /** Folder of the runner for the place `file`. */
  readonly folder: string;
  readonly drill: DrillMode;
  /** Lines of an age key file; `null`: none. */
  readonly identity: string | null;
  /** Otherwise a run removes its share only. */
  readonly pruneAll: boolean;
}

/** What a backup works with once the host is reached. */
export interface Scene {
  readonly request: BackupRequest;
  readonly session: StackSession;
  readonly recorder: Recorder;
  readonly steps: Steps;
  /** The directory on the host, whether the backup goes there or not. */
  readonly local: Source;
  /** Off the host. */
  readonly remote: readonly Destination[];
  readonly notes: string[];
}

/** For whoever reads the log now, and the summary later. */
export function tell({ recorder, notes }: Pick<Scene, 'recorder' | 'notes'>, text: string): void {
  recorder.warning(text);
  notes.push(text);
}

/** One's own of a place that are not dated ahead, oldest first; of those that are a word is said. */
export async function pastOf(
  scene: Scene,
  place: Source,
  now: number,
  installation: string | null,
): Promise<readonly Manifest[]> {
  const all = (await place.list()).filter((one) => ownerOf(one, installation, place === scene.local) === 'own');
  const ahead = all.filter(({ id }) => isAhead(id, now));
  const said = sayAhead(
    ahead.map(({ id }) => id),
    place.name,
  );
  if (said !== null && !scene.notes.includes(said)) tell(scene, said);
  return all.filter(({ id }) => !isAhead(id, now));
}
