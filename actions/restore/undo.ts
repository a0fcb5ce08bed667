/** The way back: what the last restore put aside becomes live again. */

import { UserError } from '../lib/errors';
import { besideId, besideName } from '../lib/postgres/names';
import type { Outcome } from '../lib/procedure/define';
import { readNotes } from '../lib/qdrant/note';
import { everythingOr } from '../lib/restore/choose';
import { undoneRecord } from '../lib/stack/migrations';
import { besideFolder, besideFolderId } from '../lib/volumes/names';
import { exchange } from './exchange';
import { plannedUndo } from './planned';
import { QdrantChanges } from './qdrant-change';
import { changeBack } from './qdrant-undo';
import { finisher, type Scene, serversOf } from './scene';
import { requireNoHooks, settledFacts } from './settled';

/** @throws {UserError} RB-UNDO-UNKNOWN */
export async function goBack(scene: Scene): Promise<Outcome> {
  const { request, recorder, session } = scene;
  recorder.step('Find the former data');
  const { backup } = request.runbook;
  const wanted = everythingOr(request);
  const configured = backup.databases.filter(({ database }) => wanted.databases?.includes(database) ?? true);
  const names = wanted.volumes ?? backup.volumes;
  const settled = await settledFacts(scene, { servers: serversOf(configured), volumes: names });
  const { facts } = settled;
  const databases = configured.flatMap((one) =>
    [...(facts.servers.get(one.service)?.databases.keys() ?? [])].flatMap((name) => {
      const id = besideId(name, one.database, 'before');
      return id === null ? [] : [{ ...one, id }];
    }),
  );
  const folders = names.flatMap((name) =>
    (settled.volumes.get(name)?.beside ?? []).flatMap((folder) => {
      const id = besideFolderId(folder, 'before');
      return id === null ? [] : [{ name, id }];
    }),
  );
  const saved = (await readNotes(session.host, session.root)).done.filter(
    ({ service }) => wanted.qdrant?.includes(service) ?? true,
  );
  const newest = [...databases, ...folders, ...saved]
    .map(({ id }) => id)
    .sort()
    .at(-1);
  if (newest === undefined) {
    throw new UserError('RB-UNDO-UNKNOWN', {
      what: 'no restore has left anything to go back to',
      why: `none of ${[...configured.map(({ database }) => database), ...names].join(', ') || 'the databases and volumes'} has a former one, named *before*, and of Qdrant nothing is saved`,
      remedy: 'restore a backup instead',
    });
  }
  const parts = databases.filter(({ id }) => id === newest);
  const volumes = folders.filter(({ id }) => id === newest).map(({ name }) => name);
  for (const { database } of parts) recorder.info(`${database}: back to ${besideName(database, 'before', newest)}`);
  for (const name of volumes) recorder.info(`${name}: back to ${besideFolder('before', newest)}`);
  requireNoHooks(scene, settled, volumes);
  const changes = [];
  for (const note of saved) if (note.id === newest) changes.push(await changeBack(scene, note));
  const subjects = [
    ...parts.map(({ service, database }) => `${service}/${database}`),
    ...volumes,
    ...changes.map(({ server, former }) => `${server.service} (${former?.backup ?? ''})`),
  ];
  const finish = finisher(scene, null, plannedUndo(scene, newest, subjects));
  if (request.dryRun) return finish('planned', {});
  const qdrant = new QdrantChanges(scene, facts.now, changes);
  // Only what comes back as a whole has the schema that was recorded then.
  const undoes = request.databases === null || parts.length === backup.databases.length ? newest : null;
  const schema = parts.length > 0 ? undoneRecord(undoes, facts.now, session.state.migrations) : null;
  return await exchange(scene, settled, { parts, volumes, qdrant, schema, remarks: [] }, 'before', newest, finish);
}
