/** Common to procedures that lead to the current release with some of its services edited. */
import type { UploadedFile } from '../config/files';
import type { CommonInputs } from '../config/inputs';
import { UserError } from '../errors';
import type { Proof } from '../stack/apply/proof';
import type { Closed } from '../stack/closed';
import type { Release, State } from '../stack/model';
import { dependentsOf } from '../stack/plan/order';
import { isOneShot } from '../stack/plan/strategy';
import { readAtStart } from '../stack/proxy-files';
import { packDelivery } from '../stack/release/delivery';
import { type Edit, edited, type Stored } from '../stack/release/edit';
import { type HostSize, readStored } from '../stack/release/stored';
import { change } from './change';
import { sha256 } from './closing';
import type { Outcome, Run } from './define';
import { envFileOf } from './env-file';

interface EditTarget {
  readonly current: Stored;
  readonly edits: Readonly<Record<string, Edit>>;
  /** The procedure. */
  readonly by: string;
  readonly notes: readonly string[];
  /** The edit closes or opens the site, which changes these files. */
  readonly site?: SiteFiles;
  readonly proof?: Proof;
  /** ID of the release that this release is made to bring back. */
  readonly back?: string;
}

interface SiteFiles {
  /** The files as the release has them, and as they are to be: the same paths with other contents. */
  readonly uploads: readonly UploadedFile[];
  readonly files: readonly UploadedFile[];
  readonly closed: Closed | null;
}

/** @throws {UserError} RB-NOT-DEPLOYED, RB-RECORD-UNREADABLE, RB-CONNECTION-LOST */
export async function currentOf({ session }: Run<CommonInputs>): Promise<Stored & { readonly size: HostSize }> {
  return await readStored(session.host, session.root, requireCurrent(session.state));
}

/** @throws {UserError} for what speaks against the plan; nothing was changed by it then */
export async function changeByEdit(
  run: Run<CommonInputs>,
  { current, edits, by, notes, site, proof, back }: EditTarget,
): Promise<Outcome> {
  const { session, recorder, inputs } = run;
  const { state } = session;
  const made = { createdAt: new Date().toISOString(), createdBy: run.actor, run: run.run };
  const changed = changedOf(site);
  const wanted = { ...edits, ...madeAnew(run, current.release, changed) };
  const { release, compose, sharedFiles } = edited({
    current,
    state,
    by,
    directory: inputs.runbook.directory,
    edits: wanted,
    ...(site === undefined ? {} : { site: { files: shaOf(changed), closed: site.closed } }),
    ...made,
    ...(back === undefined ? {} : { back }),
  });
  const archive = await packDelivery({
    release,
    compose,
    sharedFiles,
    filesList: listed(current.filesList, changed),
    logins: [],
    adopted: null,
    blobs: new Map([...changed.values()].map((content) => [sha256(content), content])),
  });
  for (const note of notes) recorder.info(note);
  // Its files are those of the current release, which the host has.
  const staging = `${session.root}/staging/none`;
  const same = release.id === state.current?.id;
  return await change(run, state, {
    release,
    notes,
    migrate: false,
    procedure: by,
    named: Object.keys(edits),
    ...(proof === undefined ? {} : { proof }),
    delivery: same ? null : { archive, staging, pull: [], adopts: false },
    envFile: envFileOf(release, inputs.runbook),
  });
}

/** Path → content that the release does not have. */
function changedOf(site: SiteFiles | undefined): ReadonlyMap<string, Buffer> {
  const was = new Map(site?.uploads.map(({ path, content }) => [path, content]));
  const others = site?.files.filter(({ path, content }) => was.get(path)?.equals(content) === false) ?? [];
  return new Map(others.map(({ path, content }) => [path, content]));
}

/** Services that read these files only as they start. */
function madeAnew(
  { inputs, session }: Run<CommonInputs>,
  release: Release,
  changed: ReadonlyMap<string, Buffer>,
): Record<string, Edit> {
  const name = inputs.runbook.proxy.service ?? '';
  const service = release.services[name];
  if (service === undefined || changed.size === 0) return {};
  const sums = shaOf(changed);
  const mounts = Object.fromEntries(Object.entries(service.mounts).map(([path, sha]) => [path, sums[path] ?? sha]));
  return readAtStart(name, { ...service, mounts }, service, session.state, inputs.runbook).length > 0
    ? { [name]: { anew: true } }
    : {};
}

function shaOf(files: ReadonlyMap<string, Buffer>): Record<string, string> {
  return Object.fromEntries([...files].map(([path, content]) => [path, sha256(content)]));
}

/** Text of a `files.list` with the sums of these. */
function listed(text: string, changed: ReadonlyMap<string, Buffer>): string {
  return text.replace(/^\S+ (\S+) (.*)$/gm, (line, mode: string, path: string) => {
    const content = changed.get(path);
    return content === undefined ? line : `${sha256(content)} ${mode} ${path}`;
  });
}

/** @throws {UserError} RB-NOT-DEPLOYED */
export function requireCurrent({ current, containers }: State): Release {
  if (current !== null) return current;
  const runs = containers.some(({ state, oneOff }) => state === 'running' && !oneOff);
  throw new UserError('RB-NOT-DEPLOYED', {
    what: 'the host has no release of this stack that could be changed',
    why: runs
      ? 'the containers there were started by hand, and no deploy has adopted them yet'
      : 'nothing of this stack was deployed there yet',
    remedy: runs
      ? 'deploy once: that adopts the running containers, and restarts only what differs'
      : 'deploy it first',
  });
}

/** @throws {UserError} RB-SERVICE-UNKNOWN, RB-SERVICE-UNSUITABLE for a service that runs to its end */
export function requireServices(
  names: readonly string[],
  release: Release,
  { runbook }: Pick<CommonInputs, 'runbook'>,
): void {
  const known = Object.keys(release.services);
  const unknown = names.filter((name) => !known.includes(name));
  if (unknown.length > 0) {
    throw new UserError('RB-SERVICE-UNKNOWN', {
      what: `there is no service ${unknown.map((name) => JSON.stringify(name)).join(', ')} in release ${release.id}`,
      why: `it has ${known.join(', ')}`,
      remedy: 'correct the name; if the service was added to the Compose files since, deploy them first',
    });
  }
  const ending = names.find((name) => isOneShot(name, release, runbook));
  if (ending === undefined) return;
  throw new UserError('RB-SERVICE-UNSUITABLE', {
    what: `${ending} runs to its end, and does not run between deploys`,
    why: 'other services wait for it to complete, or runbook.yml names it as a migration or a one-shot',
    remedy: 'leave it out; a deploy runs it when it has changed',
  });
}

/** Refuses to stop the proxy, and services that others need, unless downtime is allowed. @throws {UserError} RB-DOWNTIME-REFUSED */
export function requireDispensable(
  stopped: readonly string[],
  release: Release,
  { allowDowntime, runbook }: Pick<CommonInputs, 'allowDowntime' | 'runbook'>,
): void {
  if (allowDowntime) return;
  for (const name of stopped) {
    if (name === runbook.proxy.service)
      throw new UserError('RB-DOWNTIME-REFUSED', {
        what: `${name} would be stopped, and visitors reach the site through it`,
        why: 'runbook.yml names it as proxy.service; without it nothing answers them, not even a page',
        remedy: 'close the site with a page (maintenance, mode: on), or allow it with `allow-downtime: true`',
      });
    const others = dependentsOf(name, release).filter(
      (other) =>
        !stopped.includes(other) && release.services[other]!.replicas > 0 && !isOneShot(other, release, runbook),
    );
    if (others.length === 0) continue;
    throw new UserError('RB-DOWNTIME-REFUSED', {
      what: `${name} would be stopped, and ${others.join(', ')} ${others.length === 1 ? 'depends' : 'depend'} on it`,
      why: 'while it is stopped they fail, and some (nginx with its name in the configuration) cannot even start again',
      remedy: 'stop them too, or allow it with `allow-downtime: true`',
    });
  }
}
