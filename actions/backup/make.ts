/** Makes one backup: dumps, proves, publishes, ships. */
import { PassThrough } from 'node:stream';
import { type Clock, clockOf } from '../lib/backup/clock';
import { type Dumped, type DumpItem, dump, titleOf } from '../lib/backup/dump';
import { examine, type Place, partFolder, publish, requireRoom } from '../lib/backup/host-place';
import {
  type HostIdentity,
  type Installation,
  installationOf,
  readIdentity,
  sayCopy,
} from '../lib/backup/installation';
import { type Manifest, type Part, partsOf, type QdrantPart, sizeOf } from '../lib/backup/manifest';
import { encrypterFor, type Shipped, ship } from '../lib/backup/ship';
import { UserError } from '../lib/errors';
import { quote } from '../lib/host/quote';
import { type Facts, readFacts } from '../lib/postgres/facts';
import type { QdrantServer } from '../lib/qdrant/http';
import { appliedOf, parseMigrations } from '../lib/stack/migrations';
import { readVolumes, type VolumeFacts } from '../lib/volumes/facts';
import { estimate, itemsOf, serversOf } from './items';
import { freeId, install } from './name';
import { asStored, databasePart } from './parts';
import { findServers, takeSnapshot } from './qdrant';
import { recordBrokers } from './redpanda';
import { pastOf, type Scene, tell } from './scene';

const LEAST_ROOM = 64 * 2 ** 20;

export interface Prepared {
  readonly place: Place;
  readonly facts: Facts;
  readonly clock: Clock;
  /** Of this host; `null`: it has none yet. */
  readonly installation: string | null;
  readonly identity: HostIdentity;
  readonly volumes: ReadonlyMap<string, VolumeFacts>;
  readonly qdrant: readonly QdrantServer[];
  readonly items: readonly DumpItem[];
  /** On the host, oldest first, without any from the future. */
  readonly earlier: readonly Manifest[];
}

/** What can be known beforehand. Changes nothing. @throws {UserError} */
export async function prepare(scene: Scene): Promise<Prepared> {
  const { request, session, recorder, local } = scene;
  const { stack, backup } = request.runbook;
  await encrypterFor(backup.recipients);
  const servers = serversOf(backup.databases);
  const asked = Date.now();
  const facts = await readFacts(session.host, { stack, root: session.root, servers, writers: [] });
  const clock = clockOf(facts.now, asked);
  if (clock.doubt !== null) tell(scene, clock.doubt);
  for (const { service, database } of backup.databases) {
    const bytes = facts.servers.get(service)?.databases.get(database);
    if (bytes === undefined) throw unknownDatabase(service, database, facts);
    recorder.info(`${service}/${database}: ${mib(bytes)} MiB, PostgreSQL ${facts.servers.get(service)?.major}`);
  }
  const volumes = await readVolumes(session.host, { stack, root: session.leaseRoot, names: backup.volumes });
  for (const [name, { bytes }] of volumes) recorder.info(`${name}: ${mib(bytes)} MiB`);
  const qdrant = await findServers(scene);
  const place = await examine(session.host, backup.directory, stack);
  const identity = await readIdentity(session.host, session.root);
  const installation = installationOf(identity, await local.list());
  const copied = sayCopy(identity, session.root);
  if (copied !== null) tell(scene, copied);
  const earlier = await pastOf(scene, local, clock.now, installation);
  if (backup.to.includes('host')) {
    requireRoom(place, backup.directory, estimate(backup, facts, volumes, earlier.at(-1)) + LEAST_ROOM);
  }
  return {
    place,
    facts,
    clock,
    installation,
    identity,
    volumes,
    qdrant,
    items: itemsOf(servers, backup.volumes, backup.format),
    earlier,
  };
}

export interface Made {
  readonly manifest: Manifest;
  /** Why the first of what was left out was; `null`: nothing was. */
  readonly left: UserError | null;
}

/**
 * @param onPublished called once it is a backup on the host
 * @returns the manifest as the host has it or would have it
 * @throws {UserError} nothing of it is left off the host then
 */
export async function make(scene: Scene, prepared: Prepared, onPublished: (made: Manifest) => void): Promise<Made> {
  const installation = await install(scene, prepared);
  const id = await freeId(scene, prepared);
  try {
    return await attempt(scene, prepared, { id, installation }, onPublished);
  } catch (error) {
    // What has no manifest counts nowhere; the first error is the one to tell.
    const { host } = scene.session;
    if (host.connected) await host.run(`rm -rf ${quote(partFolder(prepared.place, id))}`).catch(() => {});
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
  const { place, facts, items, volumes } = prepared;
  const { request, session, recorder, steps, remote } = scene;
  const { runbook } = request;
  const begun = Date.now();
  const onHost = runbook.backup.to.includes('host');
  recorder.step('Dump and read back');
  const shipped = new Map<string, Shipped>();
  const migrations: string[] = [];
  const {
    items: made,
    dumped,
    left,
  } = await dump(
    { stack: runbook.stack, items, folder: onHost ? partFolder(place, id) : null, patience: request.lease.timeout },
    {
      steps,
      info: (text) => recorder.info(text),
      remote: (line) => recorder.remote(line),
      migration: (line) => migrations.push(line),
      progress: (item, bytes) => recorder.info(`${titleOf(item)}: ${mib(bytes)} MiB so far`),
      take: async (item, file, fifo) => {
        // Its size is not known; that of the content is about as much as it will ever be.
        const most =
          item.kind === 'database'
            ? facts.servers.get(item.service)?.databases.get(item.database)
            : item.kind === 'volume'
              ? volumes.get(item.name)?.bytes
              : null;
        shipped.set(file, await send(scene, id, file, most ?? null, fifo));
      },
    },
  );
  // Of nothing there is no backup.
  if (made.length === 0 && left[0] !== undefined) throw left[0].error;
  const parts = dumped.map((one) => proven(one, shipped.get(one.file)));
  const snapshots: QdrantPart[] = [];
  if (prepared.qdrant.length > 0) recorder.step('Snapshot of Qdrant');
  for (const server of prepared.qdrant) {
    const file = `qdrant.${server.service}.snapshot`;
    const taken = await takeSnapshot(scene, server, { id, file, folder: onHost ? partFolder(place, id) : null });
    if (taken.shipped !== null) shipped.set(file, taken.shipped);
    snapshots.push(taken.part);
  }
  const brokers = await recordBrokers(scene);
  const schema = appliedOf(parseMigrations(migrations)).at(-1);
  const manifest: Manifest = {
    stack: runbook.stack,
    id,
    createdAt: id.replace(/(....)(..)(..)T(..)(..)(..)Z/, '$1-$2-$3T$4:$5:$6Z'),
    installation,
    run: request.run,
    release: session.state.current?.id ?? null,
    schema: schema?.schema || null,
    migrated: schema?.release || null,
    seconds: (Date.now() - begun) / 1000,
    verified: left.length === 0,
    left: left.map(({ item }) => titleOf(item)),
    databases: made.flatMap((item, index) =>
      item.kind === 'database' ? [databasePart(item, parts[index]!, dumped[index]!, facts)] : [],
    ),
    globals: made.flatMap((item, index) =>
      item.kind === 'globals' ? [{ ...parts[index]!, service: item.service }] : [],
    ),
    volumes: made.flatMap((item, index) =>
      item.kind === 'volume'
        ? [
            {
              ...parts[index]!,
              name: item.name,
              entries: dumped[index]!.entries,
              volumeBytes: volumes.get(item.name)?.bytes ?? null,
            },
          ]
        : [],
    ),
    qdrant: snapshots,
    brokers,
  };
  if (onHost) {
    recorder.step('Publish on the host');
    await publish(place, manifest, steps);
    onPublished(manifest);
    recorder.info(`${place.directory}/${id}: ${mib(sizeOf(manifest))} MiB`);
  }
  const result: Made = { manifest, left: left[0]?.error ?? null };
  if (remote.length === 0) return result;
  recorder.step('Copy to where the host is not');
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

/** Streams one file of the host to all places off it. */
async function send(scene: Scene, id: string, file: string, bytes: number | null, path: string): Promise<Shipped> {
  const { request, session, recorder, remote } = scene;
  const content = new PassThrough();
  // Whatever fails there ends the stream with its error.
  session.host
    .stream(`cat ${quote(path)}`, content, { timeout: 24 * 3600 * 1000 })
    .catch((error: Error) => content.destroy(error));
  const shipped = await ship({ id, file, bytes, content, recipients: request.runbook.backup.recipients }, remote);
  recorder.info(`${file}: ${mib(shipped.bytes)} MiB to ${remote.map(({ name }) => name).join(', ')}`);
  return shipped;
}

/** The same hash on both ends of the way. */
function proven({ file, bytes, sha256 }: Dumped, sent: Shipped | undefined): Part {
  if (sent !== undefined && sent.sha256 !== sha256) throw corrupt(file);
  const size = bytes ?? sent?.bytes;
  if (size === undefined) throw new Error(`${file} has no size`);
  return { file, bytes: size, sha256 };
}

function unknownDatabase(service: string, database: string, { servers }: Facts): UserError {
  const known = [...(servers.get(service)?.databases.keys() ?? [])];
  return new UserError('RB-DATABASE-UNKNOWN', {
    what: `${service} has no database ${JSON.stringify(database)}`,
    why: `it has ${known.join(', ')}`,
    remedy: 'correct backup.databases in the runbook file; nothing was backed up',
  });
}

function corrupt(file: string): UserError {
  return new UserError('RB-TRANSFER-CORRUPT', {
    what: `${file} arrived other than it left the host`,
    why: 'its SHA-256 differs; the copy off the host was not published',
    remedy: 'run it again',
  });
}

function mib(bytes: number): string {
  return (bytes / 2 ** 20).toFixed(bytes < 10 * 2 ** 20 ? 1 : 0);
}
