/** Qdrant back to what the last restore saved; and what an interrupted restore left of it. */
import { UserError } from '../lib/errors';
import { readFacts } from '../lib/postgres/facts';
import { listCollections, listSaved, recoverCollection } from '../lib/qdrant/collections';
import { roomOfQdrant } from '../lib/qdrant/find';
import { type Note, pathOf, readNotes, type Witness } from '../lib/qdrant/note';
import { requireQdrantRoom } from '../lib/qdrant/plan';
import { keepRestored, revertCollections } from '../lib/qdrant/settle';
import { unsettled } from '../lib/stack/interrupted';
import { readVolumes } from '../lib/volumes/facts';
import { type QdrantChange, reach } from './qdrant';
import type { Decision, Scene } from './scene';

/** Changes nothing. @throws {UserError} RB-QDRANT-FAILED, RB-UNDO-UNKNOWN, RB-DISK-SHORT */
export async function changeBack(scene: Scene, note: Note): Promise<QdrantChange> {
  const { request, session, recorder } = scene;
  const { service, collections } = note;
  const server = await reach(scene, service);
  const present = await listCollections(server);
  for (const { name, saved } of collections) {
    if (saved === null) continue;
    if (!present.includes(name) || !(await listSaved(server, name)).includes(saved.name))
      throw gone(service, name, saved.name);
    recorder.info(`${service}/${name}: back to its snapshot ${saved.name}`);
  }
  const removed = collections.filter(({ name, saved }) => saved === null && present.includes(name));
  for (const { name } of removed) recorder.info(`${service}/${name}: is removed, as the restore had made it`);
  const incoming = collections.reduce((sum, { saved }) => sum + (saved?.size ?? 0), 0);
  requireQdrantRoom(service, await roomOfQdrant(session.host, request.runbook.stack, service), incoming);
  return {
    kind: 'undo',
    server,
    backup: null,
    former: note,
    aliases: new Map(Object.entries(note.aliases)),
    collections: collections.flatMap(({ name, saved }) => (saved === null ? [] : [{ name, exists: true }])),
    removed: removed.map(({ name }) => name),
    fill: async (begin, upload) => {
      for (const { name, saved } of collections) {
        if (saved === null) continue;
        await begin(name);
        await recoverCollection(server, name, saved, upload);
      }
    },
    ...(removed.length === 0
      ? {}
      : {
          remark: `Removed from Qdrant (${service}), as the restore had made them: ${removed.map(({ name }) => name).join(', ')}. The backup ${note.backup} has them.`,
        }),
  };
}

/**
 * Puts right what an interrupted restore left, whatever this run restores. Writes to Qdrant are not stopped for a restore: going back loses what was written since, so a person must have asked for it.
 *
 * @throws {UserError} RB-RESTORE-UNSETTLED; nothing was begun then
 */
export async function settleQdrant(scene: Scene, decision: Decision | null): Promise<void> {
  const { session, request, recorder, notes } = scene;
  const { pending, done } = await readNotes(session.host, session.root);
  for (const note of pending) {
    const { service, phase } = note;
    if (request.dryRun && session.state.interrupted?.running) continue;
    if (request.dryRun && (decision !== null || isSettled(phase))) {
      notes.push(`An interrupted restore left Qdrant (${service}) unfinished; the next restore first puts that right.`);
      continue;
    }
    const server = await reach(scene, service).catch((error: unknown) => {
      throw stuck(error, pathOf(session.root, service, 'pending'));
    });
    const committed = phase === 'swapping' && (await wasCommitted(scene, note.witness));
    if (decision === null && !committed && !isSettled(phase)) throw unsettled(null, [service]);
    const stays = phase === 'kept' || committed || (decision === 'forward' && !isSettled(phase));
    const former = done.find((one) => one.service === service) ?? null;
    // It is asked by HTTP, without a step on the host.
    recorder.changed = true;
    const strays = stays
      ? await keepRestored(session, server, note, former)
      : await revertCollections(session, server, note);
    const line = stays
      ? `An interrupted restore of Qdrant (${service}) was finished: the restored data stays.`
      : phase === 'saving'
        ? `Snapshots in Qdrant (${service}), left by an interrupted restore, were removed.`
        : `Qdrant (${service}) went back to what it was before an interrupted restore.`;
    recorder.info(line);
    notes.push(line, ...(strays ?? []));
  }
}

/** Nothing remains to be decided. */
function isSettled(phase: Note['phase']): boolean {
  return phase === 'saving' || phase === 'kept' || phase === 'back';
}

/** By what a commit leaves and a reversal takes away. */
async function wasCommitted({ session, request }: Scene, witness: Witness | null): Promise<boolean> {
  const { host, root } = session;
  const { stack } = request.runbook;
  if (witness === null) return false;
  if ('volume' in witness) {
    const volumes = await readVolumes(host, { stack, root, names: [witness.volume] });
    return volumes.get(witness.volume)?.beside.includes(witness.folder) ?? false;
  }
  const { service, user, live, database } = witness;
  const { servers } = await readFacts(host, {
    stack,
    root,
    servers: [{ service, user, databases: [live] }],
    writers: [],
  });
  return servers.get(service)?.databases.has(database) ?? false;
}

function gone(service: string, collection: string, snapshot: string): UserError {
  return new UserError('RB-UNDO-UNKNOWN', {
    what: `Qdrant (service ${service}) has no snapshot ${snapshot} of ${collection} any more`,
    why: 'the snapshot or the collection was removed since the restore',
    remedy: 'restore a backup instead, or name the other data to go back with databases and volumes',
  });
}

function stuck(error: unknown, path: string): unknown {
  if (!(error instanceof UserError) || error.code !== 'RB-QDRANT-FAILED') return error;
  const { details } = error;
  return new UserError(error.code, {
    what: `what an interrupted restore left of Qdrant cannot be put right: ${details.what}`,
    why: details.why,
    remedy: `${details.remedy}; if that Qdrant is no longer used, remove ${path} on the host`,
  });
}
