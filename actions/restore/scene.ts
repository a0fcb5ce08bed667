/** What all parts of a restore work with. */

import type { Wanted } from '../lib/backup/choose';
import type { DatabasePart } from '../lib/backup/manifest';
import { s3Destination } from '../lib/backup/s3';
import { folderSource, hostSource, type Source } from '../lib/backup/source';
import type { BackupPlace, Runbook } from '../lib/config/runbook';
import { UserError } from '../lib/errors';
import type { SshTarget } from '../lib/host/connect';
import type { Host } from '../lib/host/host';
import { type Facts, readFacts, type Server } from '../lib/postgres/facts';
import { besideId } from '../lib/postgres/names';
import { recover } from '../lib/postgres/swap';
import { describe } from '../lib/procedure/change';
import type { Recorder } from '../lib/procedure/record';
import type { Report } from '../lib/procedure/report';
import type { LeaseRequest, StackSession } from '../lib/procedure/stack-session';
import type { Steps } from '../lib/steps/step';

export interface RestoreRequest {
  readonly target: SshTarget;
  readonly runbook: Runbook;
  readonly title: string;
  readonly run: string;
  readonly actor: string;
  readonly lease: LeaseRequest;
  readonly dryRun: boolean;
  readonly from: BackupPlace;
  /** A folder of the runner that holds `<stack>/<id>/`, for `from: file`. */
  readonly folder: string;
  /** Lines of an age key file; `null`: none. */
  readonly identity: string | null;
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
export interface Scene {
  readonly request: RestoreRequest;
  readonly session: StackSession;
  readonly recorder: Recorder;
  readonly steps: Steps;
  readonly source: Source;
  readonly notes: string[];
}

export type Named = Pick<DatabasePart, 'service' | 'user' | 'database'>;
export type Finish = (
  status: Report['status'],
  more: Partial<Report>,
  former?: Readonly<Record<string, string>>,
) => Restored;

/** Where the backup comes from. */
export function sourceOf(
  { from, folder, runbook }: Pick<RestoreRequest, 'from' | 'folder' | 'runbook'>,
  host: Host,
): Source {
  const { backup, stack } = runbook;
  if (from === 's3' && backup.s3 !== null) return s3Destination(backup.s3, stack);
  return from === 'file' ? folderSource(folder, stack) : hostSource(host, backup.directory, stack);
}

/** The facts, after what an interrupted restore left was cleared up. */
export async function settledFacts(scene: Scene, servers: readonly Server[]): Promise<Facts> {
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
export async function failed(
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

/** What makes the report, whatever becomes of the restore. */
export function finisher({ request, session, recorder, notes }: Scene, backup: string | null, begun: number): Finish {
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
      recovered: null,
      notes,
      seconds: (Date.now() - begun) / 1000,
      error: null,
      ...more,
    },
  });
}

export function serversOf(parts: readonly Named[]): Server[] {
  const services = [...new Set(parts.map(({ service }) => service))];
  return services.map((service) => {
    const own = parts.filter((part) => part.service === service);
    return { service, user: own[0]?.user ?? 'postgres', databases: own.map(({ database }) => database) };
  });
}
