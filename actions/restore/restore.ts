/** Restore: a backup beside the live data, then an exchange with it; or back from one. */

import { isAhead } from '../lib/backup/clock';
import type { Manifest } from '../lib/backup/manifest';
import { type Source, sayUnreadable } from '../lib/backup/source';
import { checkRestorable } from '../lib/data/check';
import { serversOf } from '../lib/data/database';
import type { Subjects } from '../lib/data/kind';
import { BESIDE, eachKind } from '../lib/data/kinds';
import { byPresentUsers, partsWanted, titlesOf } from '../lib/data/wanted';
import { UserError } from '../lib/errors';
import type { Listing, Outcome, Procedure, Run } from '../lib/procedure/define';
import type { Recorder } from '../lib/procedure/record';
import { identitiesIn } from '../lib/restore/feed';
import { tryToOpen } from '../lib/restore/open';
import { bringRoles, compareRoles } from '../lib/restore/roles';
import { restoredRecord } from '../lib/stack/migrations';
import { loadBeside } from './beside';
import { chosen } from './chosen';
import { exchange, leftoversOf } from './exchange';
import { type RestoreInputs, readRestoreInputs } from './inputs';
import { listingOf } from './listing';
import { plannedRestore } from './planned';
import { changeFor, findServers, planQdrant } from './qdrant';
import { QdrantChanges } from './qdrant-change';
import { archiveRemarks, propertyRemarks, replicationRemarks } from './remarks';
import { failed, finisher, type Scene, sourceOf } from './scene';
import { schemaRemarks } from './schema';
import { settle } from './settle';
import { requireNoHooks, settledFacts } from './settled';
import { undoLastRestore } from './undo';

export const restore: Procedure<RestoreInputs> = {
  name: 'restore',
  lease: 'stack',
  passesFreeze: true,
  settles: true,
  streams: true,
  read: readRestoreInputs,
  title: ({ interrupted, undo }) =>
    interrupted !== null ? 'Settle an interrupted restore' : undo ? 'Undo the last restore' : 'Restore',
  check: checkConfirmed,
  secrets: ({ identity }) => identitiesIn(identity ?? ''),
  list: { wanted: ({ list }) => list, show: listBackups },
  run: async (run) => {
    const { inputs: request, session } = run;
    const scene: Scene = { ...run, request, steps: run.steps(null), source: sourceOf(request, session.host) };
    if (request.interrupted !== null) return await settle(scene, request.interrupted);
    return request.undo ? await undoLastRestore(scene) : await bringBack(scene);
  },
};

/** Backups of a place, oldest first, and a word on whether the newest could be read now. */
async function listBackups({ inputs, session, recorder }: Run<RestoreInputs>): Promise<Listing> {
  const source = sourceOf(inputs, session.host);
  const { manifests: all, unreadable } = await source.survey();
  const said = sayUnreadable(unreadable, source.name);
  if (said !== null) recorder.warning(said);
  const newest = all.findLast(({ id }) => !isAhead(id, Date.now()));
  if (newest !== undefined) await sayWhetherItOpens(source, newest, inputs.identity, recorder);
  return listingOf(all);
}

/** A list only warns about what is missing for a restore; a dry run ends with it. */
async function sayWhetherItOpens(source: Source, newest: Manifest, identity: string | null, recorder: Recorder) {
  try {
    recorder.info(await tryToOpen(source, newest, identity));
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    recorder.warning(`A restore would fail now: ${error.message.split('\n').join(' ')}`);
  }
}

function checkConfirmed({ confirm, dryRun, runbook }: RestoreInputs): void {
  if ((dryRun && confirm === '') || confirm === runbook.stack) return;
  throw new UserError('RB-RESTORE-UNCONFIRMED', {
    what:
      confirm === ''
        ? 'the input confirm is empty'
        : `the input confirm is ${JSON.stringify(confirm)}, which is not the name of this stack`,
    why: 'a restore replaces the data of the stack, so its name has to be typed',
    remedy: `look with dry-run: true, and then set confirm: ${runbook.stack}`,
  });
}

async function bringBack(scene: Scene): Promise<Outcome> {
  const { request, session, recorder, source } = scene;
  recorder.step('Choose the backup and check it');
  const manifest = await chosen(scene);
  const parts = byPresentUsers(partsWanted(manifest, request), request.runbook.backup.databases);
  const { databases, qdrant } = parts;
  const subjects: Subjects = { databases, volumes: parts.volumes.map(({ name }) => name) };
  recorder.info(`backup ${manifest.id} of ${manifest.createdAt}, release ${manifest.release ?? '(none)'}`);
  const servers = await findServers(
    scene,
    qdrant.map(({ service }) => service),
  );
  const settled = await settledFacts(scene, subjects);
  const { facts } = settled;
  requireNoHooks(scene, settled, subjects.volumes);
  checkRestorable(parts, {
    ...request,
    beside: true,
    manifest,
    servers: facts.servers,
    state: session.state,
    volumeFacts: settled.volumes,
  });
  for (const text of eachKind((kind) => kind.parts(parts).map((part) => kind.facing(part, settled))).flat())
    if (text !== null) recorder.info(text);
  for (const text of databases.flatMap((part) => propertyRemarks(part, facts))) {
    recorder.info(text);
    scene.notes.push(text);
  }
  for (const text of [
    ...databases.flatMap((part) => replicationRemarks(part, facts)),
    ...archiveRemarks(databases, facts),
  ]) {
    recorder.warning(text);
    scene.notes.push(text);
  }
  const remarks = databases.length > 0 ? schemaRemarks(scene, manifest) : [];
  for (const remark of remarks) recorder.info(remark);
  if (request.dryRun) recorder.info(await tryToOpen(source, manifest, request.identity));
  const planned = await planQdrant(scene, manifest, qdrant, servers);
  const roles = {
    stack: request.runbook.stack,
    host: session.host,
    source,
    manifest,
    identity: request.identity,
    servers: serversOf(databases),
    facts,
  };
  for (const sentence of await compareRoles(roles, request.roles)) {
    recorder.warning(sentence);
    scene.notes.push(sentence);
  }
  const plan = plannedRestore(scene, {
    manifest,
    place: source.name,
    exchanged: BESIDE.flatMap((one) => one.planned(subjects, settled)),
    qdrant: planned,
  });
  for (const line of plan.lines) recorder.info(line);
  const finish = finisher(scene, manifest.id, plan);
  const titles = titlesOf(parts).join(', ');
  if (request.dryRun) {
    const verdict = `Nothing was changed. The restore would make the data of the backup ${manifest.id} live: ${titles}.`;
    return finish('planned', { verdict });
  }

  if (request.roles)
    await bringRoles({
      ...roles,
      steps: scene.steps,
      onMake: (service, names) => {
        recorder.step(`Make missing roles of ${service}`);
        recorder.info(names.join(', '));
        scene.notes.push(`Roles made on ${service}, as the backup has them: ${names.join(', ')}.`);
      },
    });
  try {
    await loadBeside(scene, manifest, parts, facts);
  } catch (error) {
    return await failed(scene, leftoversOf(subjects, facts.now), error, finish);
  }
  const changes = new QdrantChanges(
    scene,
    facts.now,
    planned.map((one) => changeFor(scene, manifest, one)),
  );
  const whole = databases.length === manifest.databases.length;
  const schema = databases.length > 0 ? restoredRecord(manifest, whole, facts.now, session.state.migrations) : null;
  const live = `The data of the backup ${manifest.id} is live: ${titles}`;
  const exchanged = { subjects, live, qdrant: changes, schema, remarks };
  return await exchange(scene, settled, exchanged, 'restore', facts.now, finish);
}
