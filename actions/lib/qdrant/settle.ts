/** The two ways to end a restore of Qdrant: go back, or keep what was restored. Each can be run again. */

import { UserError } from '../errors';
import type { Host } from '../host/host';
import {
  changeAliases,
  listCollections,
  listSaved,
  readAliases,
  readCollection,
  recoverCollection,
  removalOf,
  removeCollection,
  removeSaved,
} from './collections';
import type { QdrantServer } from './http';
import { closeNote, forgetDone, type Note, writeNote } from './note';
import { aliasActions } from './plan';

interface Keeper {
  readonly host: Host;
  /** `<directory>/.runbook`, which has the notes. */
  readonly root: string;
}

/**
 * Brings collections that a restore began to change back to their former content, from the snapshots that the note
 * names.
 *
 * @returns sentences on snapshots that only a person may remove
 * @throws {UserError} if that fails; the note stays then
 */
export async function revertCollections(
  { host, root }: Keeper,
  server: QdrantServer,
  note: Note,
): Promise<readonly string[]> {
  const { service, collections, upload } = note;
  const begun = collections.filter((one) => one.begun);
  if (note.phase !== 'saving' && note.phase !== 'back') {
    for (const { name, saved } of begun) {
      if (saved === null) continue;
      await recoverCollection(server, name, saved, upload);
      await requireSound(server, name);
    }
    const aliases = new Map(Object.entries(note.aliases));
    await changeAliases(server, aliasActions(await readAliases(server), aliases));
    // From here on the snapshots are no longer needed.
    await writeNote(host, root, { ...note, phase: 'back' });
  }
  const present = await listCollections(server);
  for (const { name, saved, begun: was } of collections) {
    if (!present.includes(name)) continue;
    if (was) await removeSaved(server, name, upload);
    if (saved !== null) await removeSaved(server, name, saved.name);
    else if (was) await removeCollection(server, name);
  }
  const { making } = note;
  const strays = making === null || !present.includes(making.name) ? [] : await straysOf(server, making);
  await closeNote(host, root, service, 'nothing');
  return strays;
}

/**
 * Qdrant names a snapshot only once it is made, so the host cannot know who made a snapshot that appeared meanwhile.
 */
async function straysOf(server: QdrantServer, { name, present }: NonNullable<Note['making']>): Promise<string[]> {
  const came = (await listSaved(server, name)).filter((snapshot) => !present.includes(snapshot));
  return came.map(
    (snapshot) =>
      `Qdrant (${server.service}) has a snapshot ${snapshot} of ${name} that an interrupted restore may have begun. If it was not made by someone else, remove it: ${removalOf(name, snapshot)}`,
  );
}

/**
 * Keeps what a restore or an undo changed, and removes what it needed for the way back.
 *
 * @param former note of the restore that an undo reversed: the content of its snapshots is live now
 * @throws {UserError} if that fails; the note stays then
 */
export async function keepRestored(
  { host, root }: Keeper,
  server: QdrantServer,
  note: Note,
  former: Note | null,
): Promise<void> {
  const { service, kind, collections, upload, removed } = note;
  const present = await listCollections(server);
  for (const { name } of collections) if (present.includes(name)) await removeSaved(server, name, upload);
  if (kind === 'restore') {
    await closeNote(host, root, service, 'done');
    return;
  }
  for (const { name, saved } of former?.collections ?? [])
    if (saved !== null && present.includes(name)) await removeSaved(server, name, saved.name);
  for (const name of removed) await removeCollection(server, name);
  await forgetDone(host, root, service);
  await closeNote(host, root, service, 'nothing');
}

/** @returns number of points of a collection that Qdrant can serve @throws {UserError} RB-QDRANT-FAILED */
export async function requireSound(server: QdrantServer, name: string): Promise<number> {
  const { status, points } = await readCollection(server, name);
  if (status !== 'red') return points;
  throw new UserError('RB-QDRANT-FAILED', {
    what: `Qdrant (service ${server.service}) restored ${name}, but cannot serve it`,
    why: 'Qdrant reports its status as red',
    remedy: 'see `docker logs` of its container and its free disk, and run it again',
  });
}
