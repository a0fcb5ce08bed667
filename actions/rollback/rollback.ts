/** Rollback: brings a retained release back, from the host's own images, with its files and settings. */

import { UserError } from '../lib/errors';
import { change, releaseOutputs } from '../lib/procedure/change';
import { openedFiles } from '../lib/procedure/closing';
import type { Listing, Outcome, Procedure, Run } from '../lib/procedure/define';
import { changeByEdit } from '../lib/procedure/edit-current';
import { envFileOf } from '../lib/procedure/env-file';
import { type Comeback, withPresentSecrets } from '../lib/procedure/keep-secrets';
import { differsInClosed, keptClosed } from '../lib/procedure/kept-closed';
import { leftByRollback, waysBack } from '../lib/stack/history';
import { breakingSince, schemaOf } from '../lib/stack/migrations';
import type { Release, State } from '../lib/stack/model';
import { missingImage } from '../lib/stack/plan/checks';
import { readFiles } from '../lib/stack/release/files';
import { unreadableError } from '../lib/stack/release/records';
import { readStored } from '../lib/stack/release/stored';
import { type RollbackInputs, readRollbackInputs } from './inputs';

export const rollback: Procedure<RollbackInputs> = {
  name: 'rollback',
  lease: 'stack',
  passesFreeze: true,
  recovers: ({ drift }) => drift,
  goesForward: true,
  outputs: releaseOutputs,
  read: readRollbackInputs,
  title: ({ release }) => `Roll back to ${release ?? 'the release before'}`,
  list: { wanted: ({ list }) => list, show: listReleases },
  run: async (run) => {
    const { inputs, recorder, session } = run;
    const { host, state } = session;
    const release = choose(state, inputs.release);
    recorder.info(`${host.name}: release ${state.current?.id} runs, back to ${release.id} of ${release.createdAt}`);
    const obstacle = obstacleTo(release, state);
    if (obstacle !== null) throw obstacle;
    const notes =
      state.migrations.at(-1)?.schema === schemaOf(release, inputs.runbook)
        ? []
        : ['The schema stays as the newer release left it; by the record of migrations this release can use it.'];
    const { notes: secrets, runbook, ...comeback } = await withPresentSecrets(run, release);
    for (const note of secrets) recorder.info(note);
    if (differsInClosed(release, state.current)) return await asNow(run, comeback, [...notes, ...secrets]);
    const envFile = comeback.envFile ?? envFileOf(release, runbook);
    const target = { ...comeback, migrate: false, notes: [...notes, ...secrets], envFile, procedure: 'rollback' };
    return await change(run, state, target, runbook);
  },
};

/** A release made from the former one, with a site that is closed or open as it is now. @throws {UserError} */
async function asNow(
  run: Run<RollbackInputs>,
  { release, delivery }: Pick<Comeback, 'release' | 'delivery'>,
  notes: readonly string[],
): Promise<Outcome> {
  const { host, root, state } = run.session;
  if (delivery !== null)
    throw new UserError('RB-MAINTENANCE-UNSUITABLE', {
      what: `release ${release.back} cannot be brought back with the present secrets and with a site that is closed or open as it is now`,
      why: 'secrets were rotated since, and the site is closed in one of the two releases and open in the other',
      remedy: `open the site (maintenance, mode: off) if it is closed; else deploy version ${release.version}`,
    });
  const stored = await readStored(host, root, release);
  const uploads = await readFiles(host, root, release);
  const open = openedFiles(uploads, release.closed?.files ?? {});
  const kept = await keptClosed(run, state, open, run.inputs.runbook);
  return await changeByEdit(run, {
    current: stored,
    edits: {},
    by: 'rollback',
    back: release.back ?? release.id,
    notes: [...(kept === null ? [] : [kept.note]), ...notes],
    ...(kept === null ? {} : { proof: kept.proof }),
    site: { uploads, files: kept?.files ?? open, closed: kept?.closed ?? null },
  });
}

/** The releases that can be rolled back to. */
async function listReleases({ session, recorder }: Run<RollbackInputs>): Promise<Listing> {
  const { state } = session;
  const current = state.current?.id ?? null;
  const left = leftByRollback(state.history);
  const releases = state.releases.map((release) => ({
    id: release.id,
    version: release.version,
    createdAt: release.createdAt,
    current: release.id === current,
    obstacle: obstacleTo(release, state)?.details.what ?? null,
    leftByRollback: left.has(release.id),
  }));
  for (const one of state.unreadable) recorder.warning(unreadableError(one).message);
  return {
    title: 'Releases',
    empty: 'There is no release on this host yet.',
    head: ['release', 'version', 'created', 'by', 'can be brought back'],
    rows: releases.map(({ id, version, createdAt, obstacle, ...one }, index) => [
      [
        { code: id },
        ...(one.current ? [' ', { strong: 'current' }] : []),
        one.leftByRollback ? ' ↩ rolled back from' : '',
      ],
      { code: version },
      createdAt,
      state.releases[index]?.createdBy ?? '',
      obstacle === null ? '✅' : `❌ ${obstacle}`,
    ]),
    lines: releases.map(
      ({ id, version, obstacle, ...one }) =>
        `${id} (${version}) ${obstacle ?? 'can be brought back'}${one.leftByRollback ? ', was rolled back from' : ''}${one.current ? ', current' : ''}`,
    ),
    outputs: { releases: JSON.stringify(releases) },
  };
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
    why: left.length === 0 ? why : `${why}; these were rolled back from: ${left.join(', ')}`,
    remedy: 'choose one of these, or deploy the version that you want',
  });
}

/** Why a release cannot be brought back as it is. */
function obstacleTo(release: Release, state: State): UserError | null {
  const missing = missingImage(release, state.images);
  if (missing !== null) return missing;
  const breaking = breakingSince(state.migrations, release);
  if (breaking === null) return null;
  return new UserError('RB-SCHEMA-BREAKING', {
    what: `release ${release.id} cannot use the schema that the database has now`,
    why: `release ${breaking.release} migrated it in a way that was declared breaking`,
    remedy: 'restore the backup from before that migration, or deploy a corrected newer version',
  });
}
