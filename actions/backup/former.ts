/** Notices that a place has lost the backups that this installation made there. */
import type { Place } from '../lib/backup/host-place';
import { type Asker, ownOf } from '../lib/backup/installation';
import { type KnownPlace, knownFile, lacksFormer, noteKnown, readKnown } from '../lib/backup/known-places';
import type { Source } from '../lib/backup/source';
import { UserError } from '../lib/errors';
import { type Scene, tell } from './scene';

export interface Former {
  /** Of all places that backups went to so far. */
  readonly known: readonly KnownPlace[];
  /** Places off the host that lost their backups. */
  readonly lost: readonly KnownPlace[];
}

/**
 * Asks before anything is written. A folder on the host that lost its backups is no place for another one: its disk is
 * probably not mounted, and the backup would fill the disk below it.
 *
 * @throws {UserError} RB-HOST-UNSUITABLE
 */
export async function lookForFormer(scene: Scene, place: Place, asker: Asker): Promise<Former> {
  const { request, session, local } = scene;
  const { to } = request.runbook.backup;
  if (to.includes('host') && place.unmounted !== null) throw unmounted(place.directory, place.unmounted);
  const known = await readKnown(session.host, session.root);
  if (known === null)
    tell(
      scene,
      `${knownFile(session.root)} cannot be read, so this run does not know whether earlier backups are missing. It writes the file anew.`,
    );
  const of = (name: string): KnownPlace | undefined => known?.find((one) => one.place === name);
  const onHost = to.includes('host') ? of(local.name) : undefined;
  // A folder that this user may not write to is refused later, with that reason.
  if (onHost !== undefined && place.writable) {
    const ids = await idsIn(local, asker, true);
    if (lacksFormer(onHost, ids, place.mount)) throw lostOnHost(onHost, place, session.root);
    tellNewest(scene, onHost, ids);
  }
  const lost: KnownPlace[] = [];
  for (const destination of bucketsOf(scene)) {
    const one = of(destination.name);
    if (one === undefined) continue;
    try {
      const ids = await idsIn(destination, asker, false);
      if (lacksFormer(one, ids, null)) lost.push(one);
      else tellNewest(scene, one, ids);
    } catch (error) {
      // If the bucket cannot be read, what removes old backups there fails later and says so.
      if (!(error instanceof UserError)) throw error;
    }
  }
  for (const one of lost) tell(scene, `${sayLost(one)}.`);
  return { known: known ?? [], lost };
}

/** Remembers the new backup in all places but those that lost theirs. */
export async function noteFormer(scene: Scene, place: Place, { known, lost }: Former, id: string): Promise<void> {
  const { session, request, local } = scene;
  const now: KnownPlace[] = [
    ...(request.runbook.backup.to.includes('host') ? [{ place: local.name, newest: id, mount: place.mount }] : []),
    ...bucketsOf(scene).map(({ name }) => ({ place: name, newest: id, mount: null })),
  ].filter((one) => !lost.some((other) => other.place === one.place));
  const others = known.filter((one) => !now.some((other) => other.place === one.place));
  if (await noteKnown(session.host, session.root, [...others, ...now])) return;
  tell(
    scene,
    `${knownFile(session.root)} could not be written, so the next run does not notice if these backups are missing.`,
  );
}

/** @throws {UserError} RB-STORAGE-FAILED where a place off the host lost its backups; the new one is there */
export function requireFormer({ session }: Scene, { lost: [one] }: Former): void {
  if (one === undefined) return;
  throw new UserError('RB-STORAGE-FAILED', {
    what: sayLost(one),
    why: 'somebody or a lifecycle rule removed them, or the bucket is another one with the same name',
    remedy: `find out what removed them: the new backup is there, and no older backup was removed. If it is right that they are gone, remove ${knownFile(session.root)} on the host, and run it again`,
  });
}

/** A folder for an artifact is empty in every run. */
function bucketsOf({ request, remote }: Scene): readonly Source[] {
  return request.runbook.backup.to.includes('s3') ? remote.slice(0, 1) : [];
}

async function idsIn(place: Source, asker: Asker, onHost: boolean): Promise<readonly string[]> {
  const { manifests, unreadable } = await place.survey();
  return [...ownOf(manifests, asker, onHost), ...unreadable].map(({ id }) => id);
}

function sayLost({ place, newest }: KnownPlace): string {
  return `${place} has none of the backups that this installation made there, the last of them ${newest}`;
}

function tellNewest(scene: Scene, { place, newest }: KnownPlace, ids: readonly string[]): void {
  if (ids.some((id) => id >= newest)) return;
  const all = ids.length === 0 ? ', and all before it, are gone' : ', is gone';
  tell(scene, `${place}: the last backup of this installation there, ${newest}${all}; this action did not remove it.`);
}

function unmounted(directory: string, point: string): UserError {
  return new UserError('RB-HOST-UNSUITABLE', {
    what: `${directory} belongs on a disk that is not mounted`,
    why: `/etc/fstab has ${point}, and nothing is mounted there; the backup would go to the disk below, and the older ones would seem to be gone`,
    remedy: `mount it (mount ${point}), and run it again; nothing was backed up`,
  });
}

function lostOnHost(known: KnownPlace, { directory, mount }: Place, root: string): UserError {
  return new UserError('RB-HOST-UNSUITABLE', {
    what: sayLost(known),
    why: `${directory} lay on the disk ${known.mount}, and now lies on ${mount ?? 'an unknown one'}: the other disk is probably not mounted`,
    remedy: `mount the disk of the backups, and run it again; nothing was backed up. If the backups have another disk now, remove ${knownFile(root)} on the host, and run it again`,
  });
}
