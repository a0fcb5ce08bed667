/** Restore: a backup into new databases beside the live ones, then an exchange of names; or back from one. */
import { text } from 'node:stream/consumers';
import { check, compare } from '../lib/backup/check';
import { choose, databasesOf } from '../lib/backup/choose';
import { feedOf, identitiesIn, isEncrypted } from '../lib/backup/feed';
import type { DatabasePart, Manifest } from '../lib/backup/manifest';
import { UserError } from '../lib/errors';
import { secretsOf } from '../lib/host/connect';
import type { Facts, Server } from '../lib/postgres/facts';
import { type LoadTarget, load } from '../lib/postgres/load';
import { besideId, besideName } from '../lib/postgres/names';
import { makeRoles, missingRoles } from '../lib/postgres/roles';
import type { Recorder } from '../lib/procedure/record';
import { costOf, StackSession } from '../lib/procedure/stack-session';
import { createSteps } from '../lib/steps/runner';
import { exchange } from './exchange';
import {
  failed,
  finisher,
  type Restored,
  type RestoreRequest,
  type Scene,
  serversOf,
  settledFacts,
  sourceOf,
} from './scene';

/** Backups of a place, oldest first. Changes nothing. */
export async function listBackups(
  { target, runbook, run, from, folder }: Pick<RestoreRequest, 'target' | 'runbook' | 'run' | 'from' | 'folder'>,
  recorder: Recorder,
): Promise<readonly Manifest[]> {
  for (const secret of secretsOf(target)) recorder.secret(secret);
  const session = await StackSession.open({ target, runbook, paths: [], run, procedure: 'restore', lease: null });
  for (const secret of session.secrets) recorder.secret(secret);
  try {
    return await sourceOf({ from, folder, runbook }, session.host).list();
  } finally {
    await session.close();
  }
}

/** @throws {UserError} for what speaks against it before anything was changed; later the report holds the error */
export async function restore(request: RestoreRequest, recorder: Recorder): Promise<Restored> {
  const { target, runbook, run, actor, dryRun } = request;
  checkConfirmed(request);
  for (const secret of [...secretsOf(target), ...identitiesIn(request.identity ?? '')]) recorder.secret(secret);
  recorder.step('Connect and observe');
  const session = await StackSession.open({
    target,
    runbook,
    paths: [],
    run,
    procedure: 'restore',
    lease: dryRun ? null : request.lease,
  });
  for (const secret of session.secrets) recorder.secret(secret);
  const { host, root, token } = session;
  const steps = createSteps(host, { root, token, run, actor, procedure: 'restore', release: null });
  const source = sourceOf(request, host);
  try {
    const scene: Scene = { request, session, recorder, steps, source, notes: [] };
    return request.undo ? await goBack(scene) : await bringBack(scene);
  } finally {
    await session.close();
    recorder.info(costOf(host));
  }
}

function checkConfirmed({ confirm, dryRun, runbook }: RestoreRequest): void {
  if (dryRun || confirm === runbook.stack) return;
  throw new UserError('RB-RESTORE-UNCONFIRMED', {
    what:
      confirm === ''
        ? 'the input confirm is empty'
        : `the input confirm is ${JSON.stringify(confirm)}, no name of this stack`,
    why: 'a restore replaces what the stack has now, so its name has to be typed',
    remedy: `look with dry-run: true, and then set confirm: ${runbook.stack}`,
  });
}

async function bringBack(scene: Scene): Promise<Restored> {
  const { request, session, recorder, source } = scene;
  const begun = Date.now();
  recorder.step('Choose the backup and check it');
  const manifest = choose(await source.list(), request.wanted, source.name);
  const parts = databasesOf(manifest, request.databases);
  recorder.info(`backup ${manifest.id} of ${manifest.createdAt}, release ${manifest.release ?? '(none)'}`);
  const facts = await settledFacts(scene, serversOf(parts));
  check({ ...request, manifest, parts, servers: facts.servers, state: session.state });
  for (const part of parts) recorder.info(sentence(part, facts));
  const finish = finisher(scene, manifest.id, begun);
  if (request.dryRun) return finish('planned', {});

  const targets = parts.map((part): LoadTarget => {
    // What is encrypted is decrypted here: the identity never gets to the host.
    const packed = part.file.endsWith('.zst') && !facts.servers.get(part.service)?.unpacks;
    const there = !packed && !isEncrypted(part);
    const path = there ? source.path(manifest, part) : null;
    return {
      service: part.service,
      user: part.user,
      database: part.database,
      incoming: besideName(part.database, 'restore', facts.now),
      archive:
        path === null
          ? { on: 'runner', open: () => feedOf(source, manifest, part, request.identity) }
          : { on: 'host', path, sha256: part.sha256 },
    };
  });
  if (request.roles) await bringRoles(scene, manifest, serversOf(parts), facts);
  recorder.step('Restore beside the live databases');
  const folder = `${session.root}/steps/${session.token}-load`;
  try {
    const counts = await load(request.runbook.stack, targets, {
      host: session.host,
      steps: scene.steps,
      folder,
      progress: recorder,
    });
    for (const [index, part] of parts.entries()) compare(part, counts[index] ?? []);
  } catch (error) {
    return await failed(scene, serversOf(parts), error, finish);
  }
  return await exchange(scene, facts, parts, 'restore', facts.now, finish);
}

/** Roles belong to a server, so they are made where they are missing and never changed. */
async function bringRoles(
  { request, recorder, steps, source, notes }: Scene,
  manifest: Manifest,
  servers: readonly Server[],
  facts: Facts,
): Promise<void> {
  for (const server of servers) {
    const part = manifest.globals.find(({ service }) => service === server.service);
    if (part === undefined) continue;
    const { stream, proven } = await feedOf(source, manifest, part, request.identity);
    const globals = await text(stream);
    await proven();
    const { names, statements } = missingRoles(globals, facts.servers.get(server.service)?.roles ?? new Set());
    if (names.length === 0) continue;
    recorder.step(`Make missing roles of ${server.service}`);
    await makeRoles(request.runbook.stack, server, statements, steps);
    recorder.info(`made: ${names.join(', ')}`);
    notes.push(`Roles made on ${server.service}, as the backup has them: ${names.join(', ')}.`);
  }
}

async function goBack(scene: Scene): Promise<Restored> {
  const { request, recorder } = scene;
  const begun = Date.now();
  recorder.step('Find the former databases');
  const configured = request.runbook.backup.databases.filter(
    ({ database }) => request.databases === null || request.databases.includes(database),
  );
  const facts = await settledFacts(scene, serversOf(configured));
  const former = configured.flatMap((one) =>
    [...(facts.servers.get(one.service)?.databases.keys() ?? [])].flatMap((name) => {
      const id = besideId(name, one.database, 'before');
      return id === null ? [] : [{ ...one, id }];
    }),
  );
  const newest = former
    .map(({ id }) => id)
    .sort()
    .at(-1);
  if (newest === undefined) {
    throw new UserError('RB-UNDO-UNKNOWN', {
      what: 'no restore has left a former database to go back to',
      why: `none of ${configured.map(({ database }) => database).join(', ')} has one named *_before_*`,
      remedy: 'restore a backup instead',
    });
  }
  const parts = former.filter(({ id }) => id === newest);
  for (const { database } of parts) recorder.info(`${database}: back to ${besideName(database, 'before', newest)}`);
  const finish = finisher(scene, null, begun);
  if (request.dryRun) return finish('planned', {});
  return await exchange(scene, facts, parts, 'before', newest, finish);
}

function sentence({ service, database, bytes, databaseBytes }: DatabasePart, { servers }: Facts): string {
  const present = servers.get(service)?.databases.get(database);
  const live = present === undefined ? 'not there yet' : `${mib(present)} MiB now`;
  return `${service}/${database}: ${mib(databaseBytes)} MiB at its time, ${mib(bytes)} MiB packed; ${live}`;
}

function mib(bytes: number): number {
  return Math.ceil(bytes / 2 ** 20);
}
