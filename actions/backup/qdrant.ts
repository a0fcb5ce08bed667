/** Snapshots of Qdrant on their way into a backup: made by its own API, compared with the size and checksum that it reports, removed there. */
import { PassThrough, pipeline } from 'node:stream';
import type { QdrantPart } from '../lib/backup/manifest';
import { measure } from '../lib/backup/measure';
import { type Shipped, ship } from '../lib/backup/ship';
import { UserError } from '../lib/errors';
import { quote } from '../lib/host/quote';
import { createSnapshot, failed, greet, readSnapshot, removeSnapshot, type Snapshot } from '../lib/qdrant/client';
import { listCollections } from '../lib/qdrant/collections';
import { findQdrant } from '../lib/qdrant/find';
import type { QdrantServer } from '../lib/qdrant/http';
import { readNotes } from '../lib/qdrant/note';
import { type Scene, tell } from './scene';

/** Milliseconds to write one on the host. */
const LONG = 12 * 3600 * 1000;

/** Every server that answers. Removes snapshots that an ended run left there. @throws {UserError} */
export async function findServers(
  scene: Scene,
  onDown: (service: string, error: UserError) => void,
): Promise<readonly QdrantServer[]> {
  const { session, recorder, request } = scene;
  const servers: QdrantServer[] = [];
  for (const settings of request.runbook.backup.qdrant) {
    try {
      const server = await findQdrant(session.host, request.runbook.stack, settings);
      if (server.apiKey !== null) recorder.secret(server.apiKey);
      await greet(server);
      recorder.info(`${server.service}: Qdrant answers`);
      // One that needs another path or key to tell them makes its snapshot all the same.
      const collections = await listCollections(server).catch(() => null);
      if (collections?.length === 0)
        tell(
          scene,
          `${server.service} has no collection: the backup has nothing of it. It may be another server, or another storage than the application uses.`,
        );
      if (!request.dryRun) await removeLeft(scene, server);
      servers.push(server);
    } catch (error) {
      if (!(error instanceof UserError) || !session.host.connected) throw error;
      onDown(settings.service, error);
    }
  }
  return servers;
}

/**
 * @param folder on the host for the file; `null`: it goes through the runner alone
 * @throws {UserError} no snapshot is left on the server then
 */
export async function takeSnapshot(
  scene: Scene,
  server: QdrantServer,
  { id, file, folder }: { readonly id: string; readonly file: string; readonly folder: string | null },
): Promise<{ readonly part: QdrantPart; readonly shipped: Shipped | null }> {
  const { session, recorder } = scene;
  const { service } = server;
  const before = await restoresOf(scene, service);
  const snapshot = await createSnapshot(server);
  await session.host.run(`umask 077; echo ${quote(snapshot.name)} >${quote(noteOf(scene, service))}`);
  recorder.info(`${service}: snapshot ${snapshot.name} made, on its way`);
  let problem: unknown = null;
  try {
    if ((await restoresOf(scene, service)) !== before) throw busy(service);
    const { bytes, sha256, shipped } = await bring(scene, server, snapshot, { id, file, folder });
    if (bytes !== snapshot.size) throw failed(service, `it has ${bytes} bytes instead of ${snapshot.size}`);
    if (snapshot.checksum !== null && sha256 !== snapshot.checksum)
      throw failed(service, 'its SHA-256 differs from the one that Qdrant reports');
    recorder.info(
      `${service}: snapshot of ${bytes} bytes, ${snapshot.checksum === null ? 'Qdrant names no checksum' : 'SHA-256 as Qdrant reports it'}`,
    );
    return { part: { file, bytes, sha256, service, checked: snapshot.checksum !== null }, shipped };
  } catch (error) {
    problem = error;
    throw error;
  } finally {
    await forget(scene, server, snapshot.name).catch((error: unknown) => {
      // The first error is the one to tell; the next run tries again.
      if (problem === null) recorder.warning(`${service}: the snapshot stays there: ${(error as Error).message}`);
    });
  }
}

/** A mark that changes when a restore changes the data. @throws {UserError} RB-DATA-BUSY while a restore does */
async function restoresOf({ session }: Scene, service: string): Promise<string> {
  const { pending, done } = await readNotes(session.host, session.root);
  const own = pending.filter((note) => note.service === service);
  if (own.some(({ phase }) => phase === 'changing' || phase === 'swapping')) throw busy(service);
  return done.find((note) => note.service === service)?.id ?? '';
}

function busy(service: string): UserError {
  return new UserError('RB-DATA-BUSY', {
    what: `a restore changes Qdrant (service ${service}), or left it unfinished`,
    why: 'a snapshot now would hold half of the former data and half of the restored data; nothing was published',
    remedy:
      'run it again when the restore has ended; if none runs, run the action restore, which first puts that right',
  });
}

async function bring(
  { request, session, remote }: Scene,
  server: QdrantServer,
  snapshot: Snapshot,
  { id, file, folder }: { readonly id: string; readonly file: string; readonly folder: string | null },
): Promise<{ bytes: number; sha256: string; shipped: Shipped | null }> {
  const content = new PassThrough();
  const answer = await readSnapshot(server, snapshot);
  let broken = '';
  answer.once('error', ({ message }: Error) => {
    // Not where a place that accepts no more data ended it.
    if (!content.destroyed) broken = message;
  });
  pipeline(answer, content, () => {});
  // A place explains what it refused, but not why its input ended.
  const explained = (error: unknown): never => {
    if (broken === '' && error instanceof UserError) throw error;
    throw failed(server.service, broken || (error as Error).message);
  };
  if (folder === null) {
    const { recipients } = request.runbook.backup;
    const shipped = await ship({ id, file, bytes: snapshot.size, content, recipients }, remote).catch(explained);
    return { ...shipped, shipped };
  }
  const counted = measure();
  const path = quote(`${folder}/${file}`);
  const outcome = await session.host
    .run(`umask 077; cat >${path} && { sync ${path} 2>/dev/null || sync; } && sha256sum <${path}`, {
      input: pipeline(content, counted.stream, () => {}),
      timeout: LONG,
    })
    .catch(explained);
  const { bytes, sha256 } = counted.result();
  if (outcome.outcome === 'unknown') throw failed(server.service, outcome.reason);
  if (outcome.code !== 0) throw failed(server.service, `it could not be written: ${outcome.stderr.trim()}`);
  // Reads the stored file, not the stream.
  if (!outcome.stdout.startsWith(sha256)) throw failed(server.service, 'read back on the host, its SHA-256 differs');
  return { bytes, sha256, shipped: null };
}

async function removeLeft(scene: Scene, server: QdrantServer): Promise<void> {
  const outcome = await scene.session.host.run(`cat ${quote(noteOf(scene, server.service))} 2>/dev/null || :`);
  const name = outcome.stdout.trim();
  if (name === '') return;
  await forget(scene, server, name).catch(() => {});
  scene.recorder.info(`${server.service}: ${name}, left by an interrupted backup, was removed`);
}

async function forget(scene: Scene, server: QdrantServer, name: string): Promise<void> {
  await removeSnapshot(server, name);
  await scene.session.host.run(`rm -f ${quote(noteOf(scene, server.service))}`);
}

/** The file on the host that names the snapshot which is under way. */
function noteOf({ session }: Scene, service: string): string {
  return `${session.leaseRoot}/qdrant-${service}`;
}
