/** Makes one backup: dumps, proves, publishes, ships. */

import { dump } from '../lib/backup/dump';
import type { Dumped } from '../lib/backup/dump-told';
import { partFolder, publish } from '../lib/backup/host-place';
import { acceptedNow } from '../lib/backup/loss';
import type { Installation } from '../lib/backup/manifest';
import { type Manifest, type Part, partsOf, type QdrantPart, sizeOf } from '../lib/backup/manifest';
import { type Shipped, ship } from '../lib/backup/ship';
import { telling } from '../lib/backup/telling';
import { sayMib, shortMib } from '../lib/bytes';
import { UserError } from '../lib/errors';
import { quote } from '../lib/host/quote';
import { sayBound } from '../lib/restore/check';
import { appliedOf, parseMigrations } from '../lib/stack/migrations';
import { freeId, install } from './name';
import { asStored, dumpedParts } from './parts';
import type { Left, Prepared } from './prepare';
import { takeSnapshot } from './qdrant';
import { recordBrokers } from './redpanda';
import { type Scene, tell } from './scene';

interface Made {
  readonly manifest: Manifest;
  /** Why the first part that was left out was left out; `null`: none was. */
  readonly left: UserError | null;
}

/**
 * @param onPublished called once the backup is complete on the host @returns the manifest as the host has it or would have it @throws {UserError} no part of the backup is left off the host then
 */
export async function make(scene: Scene, prepared: Prepared, onPublished: (made: Manifest) => void): Promise<Made> {
  const installation = await install(scene, prepared);
  const id = await freeId(scene, prepared);
  try {
    return await attempt(scene, prepared, { id, installation }, onPublished);
  } catch (error) {
    // A copy without a manifest does not count anywhere; the first error is reported.
    const { host } = scene.session;
    const folder = partFolder(prepared.place, { id, uid: installation.uid });
    if (host.connected) await host.run(`rm -rf ${quote(folder)}`).catch(() => {});
    for (const place of scene.remote) await place.remove(id).catch(() => {});
    throw error;
  }
}

async function attempt(
  scene: Scene,
  prepared: Prepared,
  { id, installation }: Pick<Manifest, 'id'> & { readonly installation: Installation },
  onPublished: (made: Manifest) => void,
): Promise<Made> {
  const { place, items } = prepared;
  const { request, session, recorder, steps, remote } = scene;
  const { runbook } = request;
  const begun = Date.now();
  const onHost = runbook.backup.to.includes('host');
  const folder = partFolder(place, { id, uid: installation.uid });
  recorder.step('Dump and read back');
  const shipped = new Map<string, Shipped>();
  const migrations: string[] = [];
  const dumps = await dump(
    {
      stack: runbook.stack,
      items,
      folder: onHost ? folder : null,
      patience: request.leaseTimeout,
      blocked: runbook.backup.blockedTimeout,
    },
    steps,
    {
      info: (text) => recorder.info(text),
      remote: (line) => recorder.remote(line),
      migration: (line) => migrations.push(line),
      waits: (item, text) => tell(scene, `${item.title}: the dump ${text}.`),
      progress: (item, bytes) => recorder.info(`${item.title}: ${shortMib(bytes)} MiB so far`),
      take: async (item, file, fifo) => {
        // The size of its archive is not known; that of the content is about as much as it will ever be.
        shipped.set(file, await send(scene, id, file, item.bytes, fifo));
      },
    },
  );
  const { items: made, dumped } = dumps;
  const left: Left[] = [...prepared.down, ...dumps.left.map(({ item, error }) => ({ title: item.title, error }))];
  const parts = dumped.map((one) => proven(one, shipped.get(one.file)));
  const snapshots: QdrantPart[] = [];
  if (prepared.qdrant.length > 0) recorder.step('Snapshot of Qdrant');
  for (const server of prepared.qdrant) {
    const file = `qdrant.${server.service}.snapshot`;
    try {
      const taken = await takeSnapshot(scene, server, { id, file, folder: onHost ? folder : null });
      if (taken.shipped !== null) shipped.set(file, taken.shipped);
      snapshots.push(taken.part);
    } catch (error) {
      if (!(error instanceof UserError) || !session.host.connected || error.code === 'RB-STORAGE-FAILED') throw error;
      if (onHost) await session.host.run(`rm -f ${quote(`${folder}/${file}`)}`);
      await discard(scene, id, file);
      left.push({ title: server.service, error });
    }
  }
  // A backup without any data is not made, and roles without a database are not data.
  if (left[0] !== undefined && made.every(({ extra }) => extra) && snapshots.length === 0) throw left[0].error;
  for (const { title, error } of left) {
    if (!prepared.down.some((one) => one.title === title))
      recorder.warning(`${title} is left out: ${error.details.what}.`);
  }
  const kept = new Set(parts.map(({ file }) => file));
  for (const file of shipped.keys()) if (!kept.has(file) && !file.startsWith('qdrant.')) await discard(scene, id, file);
  const brokers = await recordBrokers(scene);
  const schema = appliedOf(parseMigrations(migrations)).at(-1);
  const whole: Manifest = {
    stack: runbook.stack,
    id,
    createdAt: id.replace(/(....)(..)(..)T(..)(..)(..)Z/, '$1-$2-$3T$4:$5:$6Z'),
    installation,
    run: scene.run,
    release: session.state.current?.id ?? null,
    schema: schema?.schema || null,
    migrated: schema?.release || null,
    seconds: (Date.now() - begun) / 1000,
    verified: left.length === 0,
    left: left.map(({ title }) => title),
    bare: prepared.bare,
    accepted: null,
    ...dumpedParts(made, dumped, parts),
    qdrant: snapshots,
    brokers,
  };
  const manifest = { ...whole, accepted: acceptedNow(whole, prepared.earlier, request.pruneAll) };
  for (const text of sayBound(manifest.databases)) tell(scene, text);
  if (onHost) {
    recorder.step('Publish on the host');
    await publish(place, folder, manifest, steps);
    onPublished(manifest);
    recorder.info(`${place.directory}/${id}: ${shortMib(sizeOf(manifest))} MiB`);
  }
  const result: Made = { manifest, left: left[0]?.error ?? null };
  if (remote.length === 0) return result;
  recorder.step('Copy off the host');
  if (onHost) {
    for (const { file, bytes, sha256 } of partsOf(manifest)) {
      const sent = await send(scene, id, file, bytes, `${place.directory}/${id}/${file}`);
      if (sent.sha256 !== sha256) throw corrupt(file);
      shipped.set(file, sent);
    }
  }
  for (const [index, destination] of remote.entries()) {
    await destination.publish(asStored(manifest, shipped, index));
    recorder.info(`${destination.name}/${id}: published`);
  }
  return result;
}

/** Removes the copies of a file whose source turned out not to be a part of the backup. */
async function discard({ remote, request }: Scene, id: string, file: string): Promise<void> {
  const name = request.runbook.backup.recipients.length > 0 ? `${file}.age` : file;
  for (const place of remote) await place.discard(id, name);
}

/** Streams one file of the host to all places off it. */
async function send(scene: Scene, id: string, file: string, bytes: number | null, path: string): Promise<Shipped> {
  const { request, session, recorder, remote } = scene;
  const content = telling((bytes) => recorder.info(`${file}: ${sayMib(bytes)} sent so far`));
  // A failure there ends the stream with its error.
  session.host
    .stream(`cat ${quote(path)}`, content, { timeout: 24 * 3600 * 1000 })
    .catch((error: Error) => content.destroy(error));
  const shipped = await ship({ id, file, bytes, content, recipients: request.runbook.backup.recipients }, remote);
  recorder.info(`${file}: ${shortMib(shipped.bytes)} MiB to ${remote.map(({ name }) => name).join(', ')}`);
  return shipped;
}

/** Both ends must have the same hash. */
function proven({ file, bytes, sha256 }: Dumped, sent: Shipped | undefined): Part {
  if (sent !== undefined && sent.sha256 !== sha256) throw corrupt(file);
  const size = bytes ?? sent?.bytes;
  if (size === undefined) throw new Error(`${file} has no size`);
  return { file, bytes: size, sha256 };
}

function corrupt(file: string): UserError {
  return new UserError('RB-TRANSFER-CORRUPT', {
    what: `the copy of ${file} off the host differs from the file on it`,
    why: 'its SHA-256 differs; the copy off the host was not published',
    remedy: 'run it again',
  });
}
