/** Restore: a backup into new databases beside the live ones, then an exchange of names; or back from one. */
import { text } from 'node:stream/consumers';
import type { Runbook } from '../lib/config/runbook';
import { UserError } from '../lib/errors';
import { type SshTarget, secretsOf } from '../lib/host/connect';
import { type Facts, readFacts, type Server } from '../lib/postgres/facts';
import { type LoadTarget, load } from '../lib/postgres/load';
import { besideId, besideName } from '../lib/postgres/names';
import { makeRoles, missingRoles } from '../lib/postgres/roles';
import { recover, type ServerSwap, swap } from '../lib/postgres/swap';
import { describe } from '../lib/procedure/change';
import type { Recorder } from '../lib/procedure/record';
import type { Report } from '../lib/procedure/report';
import { costOf, StackSession } from '../lib/procedure/stack-session';
import { createSteps } from '../lib/steps/runner';
import type { Steps } from '../lib/steps/step';
import { check, compare } from './check';
import { choose, databasesOf, type Wanted } from './choose';
import type { DatabasePart, Manifest } from './manifest';
import { feedOf, hostSource, type Source } from './source';

export interface RestoreRequest {
  readonly target: SshTarget;
  readonly runbook: Runbook;
  readonly title: string;
  readonly run: string;
  readonly dryRun: boolean;
  readonly wanted: Wanted;
  /** Names, or `service/name`; `null`: all that the backup has. */
  readonly databases: readonly string[] | null;
  /** The stack's name, typed by a person. */
  readonly confirm: string;
  readonly roles: boolean;
  readonly newerServer: boolean;
  /** Back to the databases that the last restore put aside. */
  readonly undo: boolean;
}

export interface Restored {
  readonly report: Report;
  readonly backup: string | null;
  /** Live name → name of the one that was live before. */
  readonly former: Readonly<Record<string, string>>;
}

/** What a restore works with once the host is reached. */
interface Scene {
  readonly request: RestoreRequest;
  readonly session: StackSession;
  readonly recorder: Recorder;
  readonly steps: Steps;
  readonly source: Source;
  readonly notes: string[];
}

/** Backups of a place, oldest first. Changes nothing. */
export async function listBackups(
  { target, runbook, run }: Pick<RestoreRequest, 'target' | 'runbook' | 'run'>,
  recorder: Recorder,
): Promise<readonly Manifest[]> {
  for (const secret of secretsOf(target)) recorder.secret(secret);
  const session = await StackSession.open({ target, runbook, paths: [], run, procedure: 'restore', changes: false });
  for (const secret of session.secrets) recorder.secret(secret);
  try {
    return await hostSource(session.host, runbook.backup.directory, runbook.stack).list();
  } finally {
    await session.close();
  }
}

/** @throws {UserError} for what speaks against it before anything was changed; later the report holds the error */
export async function restore(request: RestoreRequest, recorder: Recorder): Promise<Restored> {
  const { target, runbook, run, dryRun } = request;
  checkConfirmed(request);
  for (const secret of secretsOf(target)) recorder.secret(secret);
  recorder.step('Connect and observe');
  const session = await StackSession.open({ target, runbook, paths: [], run, procedure: 'restore', changes: !dryRun });
  for (const secret of session.secrets) recorder.secret(secret);
  const { host, root, token } = session;
  const steps = createSteps(host, { root, token, run, procedure: 'restore', release: null });
  const source = hostSource(host, runbook.backup.directory, runbook.stack);
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
    const path = facts.servers.get(part.service)?.unpacks ? source.path(manifest, part) : null;
    return {
      service: part.service,
      user: part.user,
      database: part.database,
      incoming: besideName(part.database, 'restore', facts.now),
      archive:
        path === null
          ? { on: 'runner', open: () => feedOf(source, manifest, part) }
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
    const { stream, proven } = await feedOf(source, manifest, part);
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

type Named = Pick<DatabasePart, 'service' | 'user' | 'database'>;
type Finish = (status: Report['status'], more: Partial<Report>, former?: Readonly<Record<string, string>>) => Restored;

/** Makes the databases live that stand beside them as `kind` with this ID. */
async function exchange(
  scene: Scene,
  facts: Facts,
  parts: readonly Named[],
  kind: 'restore' | 'before',
  id: string,
  finish: Finish,
): Promise<Restored> {
  const { request, recorder, steps, notes } = scene;
  const { runbook } = request;
  recorder.step('Swap');
  const aside = kind === 'restore' ? 'before' : 'undone';
  const former: Record<string, string> = {};
  const servers = serversOf(parts).map(({ service, user, databases }): ServerSwap => {
    const server = facts.servers.get(service);
    const exchanges = databases.map((live) => {
      const outgoing = server?.databases.has(live) ? besideName(live, aside, facts.now) : null;
      if (outgoing !== null) former[live] = outgoing;
      return { live, incoming: besideName(live, kind, id), outgoing };
    });
    return { service, user, container: server?.container ?? '', exchanges };
  });
  const seconds = new Map<string, number>();
  try {
    await swap(
      {
        stack: runbook.stack,
        writers: facts.writers,
        proxy: runbook.proxy.service,
        healthTimeout: runbook.restore.healthTimeout,
        servers,
      },
      {
        steps,
        mark: (text) => {
          seconds.set(text, performance.now());
          recorder.mark(text);
          recorder.info(text);
        },
      },
    );
  } catch (error) {
    return await failed(scene, serversOf(parts), error, finish);
  }
  const stopped = ((seconds.get('writers started') ?? 0) - (seconds.get('stopping the writers') ?? 0)) / 1000;
  notes.push(`The writers (${facts.writers.join(', ') || 'none ran'}) stood still for ${stopped.toFixed(1)} s.`);
  for (const { service, user, exchanges } of servers) {
    for (const { live, outgoing } of exchanges) {
      if (outgoing === null) continue;
      notes.push(
        `What was ${live} is ${outgoing} now. To drop it: docker exec $(docker ps -q --filter label=com.docker.compose.project=${runbook.stack} --filter label=com.docker.compose.service=${service}) dropdb -U ${user} '${outgoing}'`,
      );
    }
  }
  if (kind === 'restore') notes.push('To go back: run this action with undo: true.');
  return finish('succeeded', {}, former);
}

/** The facts, after what an interrupted restore left was cleared up. */
async function settledFacts(scene: Scene, servers: readonly Server[]): Promise<Facts> {
  const { request, session, recorder, steps, notes } = scene;
  const { stack, restore: settings } = request.runbook;
  const ask = (): Promise<Facts> =>
    readFacts(session.host, { stack, root: session.root, servers, writers: settings.writers });
  const pending = await isPending(session);
  if (pending && !request.dryRun) {
    for (const line of await recover(stack, [], steps, 'recover')) {
      recorder.info(line);
      notes.push(line);
    }
  }
  const facts = await ask();
  const left = servers.some(({ service, databases }) =>
    [...(facts.servers.get(service)?.databases.keys() ?? [])].some((name) =>
      databases.some((database) => besideId(name, database, 'restore') !== null),
    ),
  );
  if (!left || request.dryRun) return facts;
  for (const line of await recover(stack, servers, steps, 'clean')) {
    recorder.info(line);
    notes.push(line);
  }
  return await ask();
}

async function isPending({ host, root }: StackSession): Promise<boolean> {
  const outcome = await host.run(`[ ! -e '${root}/restore.pending' ] || echo pending`);
  return outcome.stdout.trim() === 'pending';
}

/** Removes what was filled in vain, and reports. */
async function failed(
  { request, session, recorder, steps, notes }: Scene,
  servers: readonly Server[],
  error: unknown,
  finish: Finish,
): Promise<Restored> {
  if (!(error instanceof UserError)) throw error;
  if (session.host.connected && error.code !== 'RB-CONNECTION-LOST') {
    try {
      for (const line of await recover(request.runbook.stack, servers, steps, 'clear')) recorder.info(line);
    } catch (second) {
      if (!(second instanceof UserError)) throw second;
      notes.push(`What this restore left could not be removed: ${second.details.what}. The next restore tries again.`);
    }
  }
  notes.push('The former databases serve on.');
  return finish('failed', { error: describe(error) });
}

function finisher({ request, session, recorder, notes }: Scene, backup: string | null, begun: number): Finish {
  const current = session.state.current?.id ?? null;
  return (status, more, former = {}) => ({
    backup,
    former,
    report: {
      title: request.title,
      status,
      host: session.host.name,
      stack: request.runbook.stack,
      release: current,
      previousRelease: current,
      plan: null,
      planHash: null,
      timeline: recorder.finish(status === 'failed' ? 'failed' : 'done'),
      health: [],
      notes,
      seconds: (Date.now() - begun) / 1000,
      error: null,
      ...more,
    },
  });
}

function serversOf(parts: readonly Named[]): Server[] {
  const services = [...new Set(parts.map(({ service }) => service))];
  return services.map((service) => {
    const own = parts.filter((part) => part.service === service);
    return { service, user: own[0]?.user ?? 'postgres', databases: own.map(({ database }) => database) };
  });
}

function sentence({ service, database, bytes, databaseBytes }: DatabasePart, { servers }: Facts): string {
  const present = servers.get(service)?.databases.get(database);
  const live = present === undefined ? 'not there yet' : `${mib(present)} MiB now`;
  return `${service}/${database}: ${mib(databaseBytes)} MiB at its time, ${mib(bytes)} MiB packed; ${live}`;
}

function mib(bytes: number): number {
  return Math.ceil(bytes / 2 ** 20);
}
