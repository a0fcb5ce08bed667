/** The way back: the data that the last restore put aside becomes live again. */

import type { Subjects } from '../lib/data/kind';
import { BESIDE } from '../lib/data/kinds';
import { everythingOr } from '../lib/data/wanted';
import { UserError } from '../lib/errors';
import type { Outcome } from '../lib/procedure/define';
import { readNotes } from '../lib/qdrant/note';
import { undoneRecord } from '../lib/stack/migrations';
import { exchange } from './exchange';
import { plannedUndo } from './planned';
import { QdrantChanges } from './qdrant-change';
import { changeBack } from './qdrant-undo';
import { finisher, type Scene } from './scene';
import { requireNoHooks, settledFacts } from './settled';

/** @throws {UserError} RB-UNDO-UNKNOWN */
export async function undoLastRestore(scene: Scene): Promise<Outcome> {
  const { request, recorder, session } = scene;
  recorder.step('Find the former data');
  const { backup } = request.runbook;
  const wanted = everythingOr(request);
  const configured = backup.databases.filter(({ database }) => wanted.databases?.includes(database) ?? true);
  const names = wanted.volumes ?? backup.volumes;
  const settled = await settledFacts(scene, { databases: configured, volumes: names });
  const { facts } = settled;
  const found = BESIDE.flatMap((one) => one.former({ databases: configured, volumes: names }, settled));
  const saved = (await readNotes(session.host, session.root)).done.filter(
    ({ service }) => wanted.qdrant?.includes(service) ?? true,
  );
  const newest = [...found, ...saved]
    .map(({ id }) => id)
    .sort()
    .at(-1);
  if (newest === undefined) {
    throw new UserError('RB-UNDO-UNKNOWN', {
      what: 'no restore has left anything to go back to',
      why: `none of ${[...configured.map(({ database }) => database), ...names].join(', ') || 'the databases and volumes'} has former data, named *before*, and no snapshot of Qdrant is saved`,
      remedy: 'restore a backup instead',
    });
  }
  const former = found.filter(({ id }) => id === newest);
  const subjects: Subjects = {
    databases: former.flatMap((one) => one.subjects.databases ?? []),
    volumes: former.flatMap((one) => one.subjects.volumes ?? []),
  };
  for (const { line } of former) recorder.info(line);
  requireNoHooks(scene, settled, subjects.volumes);
  const changes = [];
  for (const note of saved) if (note.id === newest) changes.push(await changeBack(scene, note));
  const titles = [
    ...former.map(({ fullName }) => fullName),
    ...changes.map(({ server, former }) => `${server.service} (${former?.backup ?? ''})`),
  ];
  const finish = finisher(scene, null, plannedUndo(scene, newest, titles));
  const before = `the data from before the restore of ${newest}`;
  if (request.dryRun) {
    const verdict = `Nothing was changed. The undo would make ${before} live again: ${titles.join(', ')}.`;
    return finish('planned', { verdict });
  }
  const qdrant = new QdrantChanges(scene, facts.now, changes);
  // Only data that comes back as a whole has the schema that was recorded then.
  const undoes = request.databases === null || subjects.databases.length === backup.databases.length ? newest : null;
  const schema = subjects.databases.length > 0 ? undoneRecord(undoes, facts.now, session.state.migrations) : null;
  const live = `${before.replace(/^t/, 'T')} is live again: ${titles.join(', ')}`;
  return await exchange(scene, settled, { subjects, live, qdrant, schema, remarks: [] }, 'before', newest, finish);
}
