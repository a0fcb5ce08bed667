/** Rollback: brings a retained release back, from the host's own images, with its files and settings. */
import type { Runbook } from '../lib/config/runbook';
import { UserError } from '../lib/errors';
import { type SshTarget, secretsOf } from '../lib/host/connect';
import { type ChangeOptions, change } from '../lib/procedure/change';
import { envFileOf } from '../lib/procedure/env-file';
import type { Recorder } from '../lib/procedure/record';
import { recover } from '../lib/procedure/recover';
import type { Report } from '../lib/procedure/report';
import { costOf, type LeaseRequest, StackSession } from '../lib/procedure/stack-session';
import { leftByRollback, waysBack } from '../lib/stack/history';
import { localImage } from '../lib/stack/identity';
import { breakingSince, schemaOf } from '../lib/stack/migrations';
import type { Release, State } from '../lib/stack/model';
import type { DriftPolicy } from '../lib/stack/recovery';
import { unreadableError } from '../lib/stack/store/records';
import { createSteps } from '../lib/steps/runner';

export interface RollbackRequest extends ChangeOptions {
  readonly target: SshTarget;
  readonly runbook: Runbook;
  /** A release's ID, or `null` for the one before the current. */
  readonly release: string | null;
  readonly actor: string;
  readonly lease: LeaseRequest;
  readonly drift: DriftPolicy;
}

export interface Releases {
  readonly current: string | null;
  /** Oldest first; each can be rolled back to unless `obstacle` says why not. */
  readonly releases: readonly ListedRelease[];
}

export interface ListedRelease {
  readonly release: Release;
  readonly obstacle: string | null;
  /** Somebody rolled back from it. */
  readonly left: boolean;
}

/** What can be rolled back to. Changes nothing. */
export async function listReleases(
  request: Pick<RollbackRequest, 'target' | 'runbook' | 'run'>,
  recorder: Recorder,
): Promise<Releases> {
  const { target, runbook, run } = request;
  for (const secret of secretsOf(target)) recorder.secret(secret);
  const session = await StackSession.open({ target, runbook, paths: [], run, procedure: 'rollback', lease: null });
  recorder.keep(session.names);
  for (const secret of session.secrets) recorder.secret(secret);
  try {
    const { state } = session;
    const left = leftByRollback(state.history);
    const releases = state.releases.map((release) => ({
      release,
      obstacle: obstacleTo(release, state)?.details.what ?? null,
      left: left.has(release.id),
    }));
    for (const one of state.unreadable) recorder.warning(unreadableError(one).message);
    return { current: state.current?.id ?? null, releases };
  } finally {
    await session.close();
  }
}

export async function rollback(request: RollbackRequest, recorder: Recorder): Promise<Report> {
  const { target, runbook, run } = request;
  for (const secret of secretsOf(target)) recorder.secret(secret);
  recorder.step('Connect and observe');
  const session = await StackSession.open({
    target,
    runbook,
    paths: [],
    run,
    procedure: 'rollback',
    lease: request.dryRun ? null : request.lease,
    signal: request.signal,
  });
  recorder.keep(session.names);
  for (const secret of session.secrets) recorder.secret(secret);
  try {
    const recovered = request.dryRun ? null : await recover(session, { ...request, procedure: 'rollback' }, recorder);
    const { host, state } = session;
    const release = choose(state, request.release);
    recorder.info(`${host.name}: release ${state.current?.id} runs, back to ${release.id} of ${release.createdAt}`);
    const obstacle = obstacleTo(release, state);
    if (obstacle !== null) throw obstacle;
    const steps = createSteps(host, {
      root: session.root,
      token: session.token,
      run,
      actor: request.actor,
      procedure: 'rollback',
      release: release.id,
    });
    const notes =
      state.migrations.at(-1)?.schema === schemaOf(release, runbook)
        ? []
        : ['The schema stays as the newer release left it; the migrations say that this release can use it.'];
    const target = { release, delivery: null, migrate: false, notes, envFile: envFileOf(release, runbook), recovered };
    return await change(state, target, request, { host, steps, runbook, recorder });
  } finally {
    await session.close();
    recorder.info(costOf(session.host));
  }
}

/** @throws {UserError} RB-RELEASE-UNKNOWN, RB-RECORD-UNREADABLE */
function choose(state: State, wanted: string | null): Release {
  const { current, releases, history, unreadable } = state;
  const known = releases.map((release) => release.id).join(', ') || 'none';
  const id = wanted ?? waysBack(history).find((way) => state.folders.includes(way));
  const found = releases.find((release) => release.id === id);
  if (current !== null && found !== undefined) return found;
  const damaged = unreadable.find((one) => one.id === id);
  if (damaged !== undefined) throw unreadableError(damaged);
  const left = [...leftByRollback(history)].filter((one) => state.folders.includes(one));
  const why = `the host has ${known}; the current one is ${current?.id ?? 'none'}`;
  throw new UserError('RB-RELEASE-UNKNOWN', {
    what:
      wanted === null
        ? 'there is no release before the current one'
        : `there is no release ${JSON.stringify(wanted)} on the host`,
    why: left.length === 0 ? why : `${why}; somebody rolled back from ${left.join(', ')}`,
    remedy: 'choose one of these, or deploy the version that you want',
  });
}

/** Why a release cannot be brought back as it is. */
function obstacleTo(release: Release, state: State): UserError | null {
  for (const [name, service] of Object.entries(release.services)) {
    if (localImage(service, state.images) !== null) continue;
    return new UserError('RB-IMAGE-MISSING', {
      what: `release ${release.id} needs ${service.image}, which is no longer on the host (service ${name})`,
      why: 'somebody removed the image',
      remedy: `deploy version ${release.version} again`,
    });
  }
  const breaking = breakingSince(state.migrations, release);
  if (breaking === null) return null;
  return new UserError('RB-SCHEMA-BREAKING', {
    what: `release ${release.id} cannot use the schema that the database has now`,
    why: `release ${breaking.release} migrated it in a way that it calls breaking`,
    remedy: 'restore the backup from before that migration, or deploy a corrected newer version',
  });
}
