/** Qdrant in a restore: everything that can be found out and refused before anything changes. */

import type { Manifest, QdrantPart } from '../lib/backup/manifest';
import { mib } from '../lib/bytes';
import type { QdrantSettings } from '../lib/config/runbook';
import { UserError } from '../lib/errors';
import { type CollectionSnapshot, eachCollection, type FullSnapshot, readFullSnapshot } from '../lib/qdrant/archive';
import { listCollections, readAliases, readCollection, uploadCollection } from '../lib/qdrant/collections';
import { findQdrant, roomOfQdrant } from '../lib/qdrant/find';
import type { QdrantServer } from '../lib/qdrant/http';
import type { Note } from '../lib/qdrant/note';
import { type Plan, planOf, requireQdrantRoom } from '../lib/qdrant/plan';
import { feedOf } from '../lib/restore/feed';
import type { Scene } from './scene';

/** The change that a restore or an undo makes to one server. */
export interface QdrantChange {
  readonly kind: Note['kind'];
  readonly server: QdrantServer;
  /** The backup that it comes from. */
  readonly backup: string | null;
  /** Those that are filled, made where they do not exist. */
  readonly collections: readonly { readonly name: string; readonly exists: boolean }[];
  /** Alias → the collection that it shall stand for; `null`: none. */
  readonly aliases: ReadonlyMap<string, string | null>;
  /** Collections that are removed in the end. */
  readonly removed: readonly string[];
  /** Fills the collections. Await `begin` before one changes; `upload` names the data that are sent. */
  readonly fill: (begin: (collection: string) => Promise<void>, upload: string) => Promise<void>;
  /** The state that an undo goes back to. */
  readonly former?: Note;
  /** For the report, a sentence. */
  readonly remark?: string;
}

/** A service of a backup that was looked at: its archive is whole, and the server has room for it. */
export interface Planned {
  readonly settings: QdrantSettings;
  readonly server: QdrantServer;
  readonly part: QdrantPart;
  readonly full: FullSnapshot;
  readonly plan: Plan;
}

/**
 * Finds each server and checks that it answers with its key; nothing more.
 *
 * @throws {UserError} RB-QDRANT-FAILED
 */
export async function findServers(
  scene: Scene,
  services: readonly string[],
): Promise<ReadonlyMap<string, QdrantServer>> {
  const found = new Map<string, QdrantServer>();
  for (const service of services) found.set(service, await reach(scene, service));
  return found;
}

/** @throws {UserError} RB-QDRANT-FAILED */
export async function reach({ request, session, recorder }: Scene, service: string): Promise<QdrantServer> {
  const server = await findQdrant(
    session.host,
    request.runbook.stack,
    settingsOf(request.runbook.backup.qdrant, service),
  );
  if (server.apiKey !== null) recorder.secret(server.apiKey);
  await listCollections(server);
  return server;
}

/** @throws {UserError} RB-QDRANT-FAILED */
function settingsOf(settings: readonly QdrantSettings[], service: string): QdrantSettings {
  const found = settings.find((one) => one.service === service);
  if (found !== undefined) return found;
  throw new UserError('RB-QDRANT-FAILED', {
    what: `the runbook file does not say how to reach Qdrant (service ${service})`,
    why: `backup.qdrant has ${settings.map((one) => one.service).join(', ') || 'no service'}`,
    remedy: `add { service: ${service} } to backup.qdrant in the runbook file, or name the other data to restore with databases and volumes`,
  });
}

/** Reads each archive to its end. @throws {UserError} RB-ARCHIVE-DAMAGED, RB-DISK-SHORT, RB-QDRANT-FAILED and what the source fails with */
export async function planQdrant(
  scene: Scene,
  manifest: Manifest,
  parts: readonly QdrantPart[],
  servers: ReadonlyMap<string, QdrantServer>,
): Promise<readonly Planned[]> {
  const { request, session, recorder } = scene;
  const { stack, backup } = request.runbook;
  const all: Planned[] = [];
  for (const part of parts) {
    const { service } = part;
    const server = servers.get(service);
    if (server === undefined) throw new Error(`${service} was not looked for`);
    const full = await readWhole(scene, manifest, part);
    const live = { collections: await listCollections(server), aliases: await readAliases(server) };
    const plan = planOf(service, full, live);
    requireQdrantRoom(service, await roomOfQdrant(session.host, stack, service), sum(full.collections));
    for (const { collection, bytes } of full.collections) {
      const now = plan.replaced.includes(collection)
        ? `${(await readCollection(server, collection)).points} points now`
        : 'not there yet';
      recorder.info(`${service}/${collection}: ${mib(bytes)} MiB in the backup; ${now}`);
    }
    for (const [alias, collection] of plan.aliases)
      recorder.info(`${service}: alias ${alias} ${collection === null ? 'goes' : `for ${collection}`}`);
    if (plan.kept.length > 0) recorder.info(`${service}: not in the backup, so it stays: ${plan.kept.join(', ')}`);
    all.push({ settings: settingsOf(backup.qdrant, service), server, part, full, plan });
  }
  return all;
}

/** The function that fills the collections from the backup. */
export function changeFor(scene: Scene, manifest: Manifest, { server, part, full, plan }: Planned): QdrantChange {
  const { source, request, recorder } = scene;
  const { service } = part;
  return {
    kind: 'restore',
    server,
    backup: manifest.id,
    aliases: plan.aliases,
    removed: [],
    collections: full.collections.map(({ collection }) => ({
      name: collection,
      exists: plan.replaced.includes(collection),
    })),
    fill: async (begin, upload) => {
      const feed = await feedOf(source, manifest, part, request.identity);
      const visit = async (snapshot: CollectionSnapshot, content: AsyncIterable<Uint8Array>): Promise<void> => {
        await begin(snapshot.collection);
        recorder.info(`${service}/${snapshot.collection}: on its way, ${mib(snapshot.bytes)} MiB`);
        await uploadCollection(server, snapshot, upload, content);
      };
      await eachCollection(feed.stream, full, visit).catch((error: unknown) => {
        throw error instanceof UserError ? error : damaged(manifest, part, error);
      });
    },
    ...(plan.kept.length === 0
      ? {}
      : { remark: `Qdrant (${service}) keeps collections that the backup does not have: ${plan.kept.join(', ')}.` }),
  };
}

async function readWhole({ source, request }: Scene, manifest: Manifest, part: QdrantPart): Promise<FullSnapshot> {
  try {
    const { stream, proven } = await feedOf(source, manifest, part, request.identity);
    const full = await readFullSnapshot(stream);
    await proven();
    return full;
  } catch (error) {
    throw error instanceof UserError ? error : damaged(manifest, part, error);
  }
}

function damaged({ id }: Manifest, { file }: QdrantPart, error: unknown): UserError {
  return new UserError('RB-ARCHIVE-DAMAGED', {
    what: `${file} of the backup ${id} is not a whole snapshot of Qdrant`,
    why: error instanceof Error ? error.message : String(error),
    remedy: 'restore another backup; `list: true` shows what is there',
  });
}

function sum(parts: readonly { readonly bytes: number }[]): number {
  return parts.reduce((total, { bytes }) => total + bytes, 0);
}
