/** Deploy: brings a version live. Reads like the runbook's section. */
import { join } from 'node:path';
import { isThere } from '../lib/config/files';
import { change, releaseOutputs, type Target } from '../lib/procedure/change';
import type { Outcome, Procedure, Run } from '../lib/procedure/define';
import { chooseEnvFile, withSecrets } from '../lib/procedure/env-file';
import { checkFirstStarts } from '../lib/procedure/first-start';
import { firstValues } from '../lib/procedure/first-values';
import { type KeptClosed, keptClosed } from '../lib/procedure/kept-closed';
import { checkContainers } from '../lib/secrets/containers';
import type { Release, State } from '../lib/stack/model';
import { type Adopted, adopt, lostReleases, needsAdoption } from '../lib/stack/observe/adopt';
import type { Origin } from '../lib/stack/origin';
import { checkDisk, checkPorts } from '../lib/stack/plan/checks';
import { checkExposed } from '../lib/stack/plan/checks-exposed';
import { checkProfiles } from '../lib/stack/plan/checks-profiles';
import { unnamedMigrations } from '../lib/stack/plan/one-shots';
import { checkProjectName } from '../lib/stack/project-name';
import { packDelivery } from '../lib/stack/release/delivery';
import { nextRelease } from '../lib/stack/release/next';
import { resolveInTime } from '../lib/stack/resolve/await';
import { checkOverwritten } from '../lib/stack/resolve/checks-files';
import { checkServiceNames } from '../lib/stack/resolve/checks-names';
import { idleMigration } from '../lib/stack/resolve/idle';
import { namesOf } from '../lib/stack/resolve/names';
import { resolve } from '../lib/stack/resolve/resolve';
import { secretsIn, secretsInFiles, secretsInModel } from '../lib/stack/resolve/secrets';
import type { Resolved } from '../lib/stack/resolve/types';
import { type DeployInputs, readDeployInputs } from './inputs';
import { awaitTag } from './tag';

/** Milliseconds from one look at a registry to the next. */
const IMAGE_PAUSE = 10_000;

export const deploy: Procedure<DeployInputs> = {
  name: 'deploy',
  lease: 'stack',
  recovers: ({ drift }) => drift,
  goesForward: true,
  outputs: releaseOutputs,
  read: readDeployInputs,
  title: ({ version }) => `Deploy ${version || 'the version that runs'}`,
  awaited: awaitTag,
  prepare: withSecrets,
  secrets: secretsGiven,
  names: ({ runbook, files }) => {
    const compose = files.filter(({ path }) => runbook.compose.includes(path));
    return namesOf(runbook, { compose: compose.map(({ content }) => content.toString('utf8')) });
  },
  paths: ({ files }) => files.map(({ path }) => path),
  run: (run) => bringLive(run),
};

/** @param more parts of the target that another procedure adds */
export async function bringLive(run: Run<DeployInputs>, more: Partial<Target> = {}): Promise<Outcome> {
  const { recorder } = run;
  const { inputs, kept, said } = await filesOf(run);
  const { state, adopted } = await present(run, inputs);

  recorder.step('Resolve the release');
  recorder.info(said);
  const resolved = await resolveRelease(run, inputs, state, adopted);
  checkResolved(run, inputs, state, resolved);
  await checkServers(run, state, resolved, adopted);
  if (adopted !== null) checkProfiles(adopted.profiles ?? {}, Object.keys(resolved.services), state, inputs.files);
  const target = await targetOf(run, state, resolved, adopted, kept);
  for (const note of target.notes) recorder.info(note);
  checkDisk(resolved.images, state);
  checkPorts(resolved.model.services, state);
  return await change(run, state, { ...target, envFile: said, ...more }, inputs.runbook);
}

/** What is deployed: with which env file, and with the files of a site that stays closed. @throws {UserError} */
async function filesOf(run: Run<DeployInputs>): Promise<{
  readonly inputs: DeployInputs;
  readonly kept: KeptClosed | null;
  readonly said: string;
}> {
  const { recorder, session } = run;
  const { state, envFile } = session;
  const { runbook, said, files: chosen } = chooseEnvFile(run.inputs, { state, onHost: envFile });
  const kept = await keptClosed(run, state, chosen, runbook);
  const { files } = kept ?? { files: chosen };
  const inputs = { ...run.inputs, runbook, files };
  for (const secret of secretsGiven(inputs)) recorder.secret(secret);
  checkOverwritten(files, state);
  checkProjectName(runbook, files, state.current);
  return { inputs, kept, said };
}

/** What runs now; where it was made by hand, it counts as a release from here on. @throws {UserError} */
async function present(
  { recorder, session, run }: Run<DeployInputs>,
  { runbook, files }: DeployInputs,
): Promise<{ readonly state: State; readonly adopted: Adopted | null }> {
  const { host, root, state } = session;
  const adopted = needsAdoption(state) ? await adopt(host, state, runbook, files, run, new Date()) : null;
  if (lostReleases(state))
    recorder.warning(
      `${root} has no record of the releases that made the running containers: somebody has removed the records. The stack is adopted as it runs; a rollback to an older release is not possible`,
    );
  if (adopted === null) return { state, adopted };
  recorder.info(`this stack runs already: it becomes release ${adopted.release.id}; nothing is restarted for that`);
  return { state: withAdopted(state, adopted), adopted };
}

/** Compose files and registries as services with digests; what is secret in them is masked. @throws {UserError} */
async function resolveRelease(
  run: Run<DeployInputs>,
  inputs: DeployInputs,
  state: State,
  adopted: Adopted | null,
): Promise<Resolved> {
  const { recorder, session } = run;
  const { runbook, files, versions, services } = inputs;
  const request = {
    runbook,
    files,
    inRepository: (path: string) => isThere(join(inputs.folder, path)),
    present: state.files,
    versions,
    refresh: [...Object.keys(versions), ...(services ?? [])],
    only: adopted === null ? services : null,
    current: state.current,
    ...staying(inputs, state),
    images: state.images,
    physicalDirectory: state.physicalDirectory,
    logins: inputs.logins,
    keepStaging: !inputs.dryRun,
    signal: run.signal,
  };
  const resolved = await resolveInTime((one) => resolve(session.host, one), request, {
    timeout: inputs.imageTimeout * 1000,
    pause: IMAGE_PAUSE,
    say: (text) => recorder.info(text),
  });
  if (resolved.staging !== null) run.discard(resolved.staging);
  recorder.keep(Object.keys(resolved.services));
  for (const secret of secretsInModel(resolved.model)) recorder.secret(secret);
  for (const secret of secretsInFiles(resolved.model, files, runbook.directory)) recorder.secret(secret);
  return resolved;
}

/** What speaks against it, whatever it changes. @throws {UserError} */
function checkResolved(
  { recorder, session }: Run<DeployInputs>,
  inputs: DeployInputs,
  state: State,
  found: Resolved,
): void {
  const { runbook, files, sops } = inputs;
  const { model, services, warnings } = found;
  if (sops !== null) checkContainers(model.services, envText(inputs), sops.path);
  checkServiceNames(runbook, Object.keys(services), files);
  session.requirePlace(Object.keys(services));
  for (const warning of warnings) recorder.warning(warning);
  checkExposed(model, { directory: runbook.directory, physicalDirectory: state.physicalDirectory });
}

/** Refuses a new password that every service but the server itself would get. @throws {UserError} */
async function checkServers(
  { inputs, session, recorder }: Run<DeployInputs>,
  state: State,
  resolved: Resolved,
  adopted: Adopted | null,
): Promise<void> {
  const { host, root } = session;
  const { stack, directory } = inputs.runbook;
  const found = await firstValues({ host, root, directory, state, adopted, resolved }, recorder);
  await checkFirstStarts({ host, stack, found, accepted: inputs.firstStart }, recorder);
}

/** Without a version the versioned services keep the images that they run, whatever tag the Compose files have. */
function staying({ versions, runbook }: DeployInputs, { current }: State): { readonly imagesOf?: Release } {
  if (Object.keys(versions).length > 0 || current === null) return {};
  const services = Object.entries(current.services).filter(([name]) => runbook.versioned.includes(name));
  return { imagesOf: { ...current, services: Object.fromEntries(services) } };
}

async function targetOf(
  { inputs, actor, run, pushed }: Run<DeployInputs>,
  state: State,
  resolved: Resolved,
  adopted: Adopted | null,
  kept: KeptClosed | null,
): Promise<Omit<Target, 'envFile'>> {
  const { release, compose, sharedFiles } = nextRelease({
    resolved,
    state,
    runbook: inputs.runbook,
    version: inputs.version || (state.current?.version ?? 'latest'),
    schemaCompatible: inputs.schemaCompatible,
    closed: kept?.closed,
    createdAt: new Date().toISOString(),
    createdBy: actor,
    run,
    origin: originOf(inputs, pushed),
  });
  const archive = await packDelivery({
    release,
    compose,
    sharedFiles,
    filesList: resolved.filesList,
    logins: inputs.logins,
    adopted,
  });
  const pull = resolved.images.filter((image) => !image.local).map((image) => image.ref);
  return {
    release,
    migrate: true,
    delivery: { archive, staging: resolved.staging ?? '', pull, adopts: adopted !== null },
    ...(kept === null ? {} : { proof: kept.proof }),
    origins: Object.fromEntries(resolved.images.flatMap(({ ref, origin }) => (origin ? [[ref, origin]] : []))),
    notes: [
      ...(kept === null ? [] : [kept.note]),
      ...(adopted?.notes ?? []),
      ...unnamedMigrations(resolved.model, release, inputs.runbook),
      ...idleMigration(textsOf(inputs.files), Object.keys(resolved.services), inputs.runbook.migration.service),
    ],
  };
}

function textsOf(files: DeployInputs['files']): string[] {
  return files.filter(({ path }) => /\.ya?ml$/i.test(path)).map(({ content }) => content.toString('utf8'));
}

/** The commit of the tag that was pushed, where that is the version of all that goes live. */
function originOf({ version, services }: DeployInputs, pushed: Run<DeployInputs>['pushed']): Origin | undefined {
  if (pushed === null || pushed.repository === '' || version !== pushed.tag || services !== null) return undefined;
  return { repository: pushed.repository, commit: pushed.commit };
}

function withAdopted(state: State, { release }: Adopted): State {
  const { schema } = release;
  const migrations = schema === null ? state.migrations : [{ schema, release: release.id, compatible: true }];
  return { ...state, current: release, releases: [release], migrations };
}

function secretsGiven(inputs: DeployInputs): string[] {
  const passwords = inputs.logins.map((login) => login.password);
  return [...passwords, ...secretsIn(envText(inputs))].filter((secret) => secret !== '');
}

function envText({ files, runbook }: DeployInputs): string {
  return files.find((file) => file.path === runbook.envFile)?.content.toString('utf8') ?? '';
}
