/** The data that all parts of a backup work with. */
import { isAhead, sayAhead } from '../lib/backup/clock';
import { type Asker, ownOf } from '../lib/backup/installation';
import type { Manifest } from '../lib/backup/manifest';
import type { Destination, Source } from '../lib/backup/source';
import type { Run } from '../lib/procedure/define';
import type { Steps } from '../lib/steps/step';
import type { BackupInputs } from './inputs';

/** What a backup works with once the host is reached. */
export interface Scene extends Omit<Run<BackupInputs>, 'steps'> {
  readonly request: BackupInputs;
  readonly steps: Steps;
  /** The directory on the host, whether the backup goes there or not. */
  readonly local: Source;
  /** Off the host. */
  readonly remote: readonly Destination[];
}

/** Warnings for the log now and for the summary later. */
export function tell({ recorder, notes }: Pick<Scene, 'recorder' | 'notes'>, text: string): void {
  recorder.warning(text);
  notes.push(text);
}

/** This installation's backups in a place, oldest first, without those dated in the future; warns about these. */
export async function pastOf(scene: Scene, place: Source, now: number, asker: Asker): Promise<readonly Manifest[]> {
  const all = ownOf(await place.list(), asker, place === scene.local);
  const ahead = all.flatMap(({ id }) => (isAhead(id, now) ? [id] : []));
  const said = sayAhead(ahead, place.name, now);
  // A drill looks again, later.
  const told = scene.notes.some((note) => note.startsWith(`${place.name}: ${ahead.join(', ')} `));
  if (said !== null && !told) tell(scene, said);
  return all.filter(({ id }) => !isAhead(id, now));
}
