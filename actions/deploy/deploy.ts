/** Deploy: brings a version live. Reads like the runbook's section. */
import { join } from 'node:path';
import { type EnvSource, isThere } from '../lib/config/files';
import type { Runbook } from '../lib/config/runbook';
import { type SshTarget, secretsOf as sshSecrets } from '../lib/host/connect';
import { type ChangeOptions, change, type Target } from '../lib/procedure/change';
import { chooseEnvFile } from '../lib/procedure/env-file';
import type { Recorder } from '../lib/procedure/record';
import { recover } from '../lib/procedure/recover';
import type { Report } from '../lib/procedure/report';
import { costOf, type LeaseRequest, StackSession } from '../lib/procedure/stack-session';
import { type Adopted, adopt, lostReleases, needsAdoption } from '../lib/stack/adopt';
import { checkDisk, checkPorts } from '../lib/stack/checks';
import { exposures } from '../lib/stack/checks-exposed';
import { checkOverwritten } from '../lib/stack/checks-files';
import { checkHooks } from '../lib/stack/checks-hooks';
import type { State } from '../lib/stack/model';
import { nextRelease } from '../lib/stack/next';
import { unnamedMigrations } from '../lib/stack/one-shots';
import { checkProjectName } from '../lib/stack/project-name';
import type { DriftPolicy } from '../lib/stack/recovery';
import { namesOf } from '../lib/stack/resolve/names';
import { resolve } from '../lib/stack/resolve/resolve';
import { secretsIn, secretsInFiles, secretsInModel } from '../lib/stack/resolve/secrets';
import type { RegistryLogin, Resolved, UploadedFile } from '../lib/stack/resolve/types';
import { packDelivery } from '../lib/stack/store/delivery';
import { createSteps } from '../lib/steps/runner';

export interface DeployRequest extends ChangeOptions {
  readonly target: SshTarget;
  readonly runbook: Runbook;
  readonly files: readonly UploadedFile[];
  /** Of the repository. */
  readonly folder: string;
  readonly envSource: EnvSource;
  /** For people; the release's label. */
  readonly version: string;
  /** Service → tag, `sha256:…` or `tag@sha256:…`. */
  readonly versions: Readonly<Record<string, string>>;
  /** Only these change; `null`: all. */
  readonly services: readonly string[] | null;
  readonly logins: readonly RegistryLogin[];
  readonly schemaCompatible: boolean;
  readonly actor: string;
  readonly lease: LeaseRequest;
  readonly drift: DriftPolicy;
}

export async function deploy(request: DeployRequest, recorder: Recorder): Promise<Report> {
  const { dryRun, run, actor, signal } = request;
  const compose = request.files.filter(({ path }) => request.runbook.compose.includes(path));
  recorder.keep(namesOf(request.runbook, { compose: compose.map(({ content }) => content.toString('utf8')) }));
  for (const secret of secretsOf(request)) recorder.secret(secret);

  recorder.step('Connect and observe');
  const paths = request.files.map((file) => file.path);
  const session = await StackSession.open({
    target: request.target,
    runbook: request.runbook,
    paths,
    run,
    procedure: 'deploy',
    lease: dryRun ? null : request.lease,
    signal,
    onAnswer: () => recorder.info(`connected to ${request.target.user}@${request.target.host}`),
  });
  let staging: string | null = null;
  recorder.keep(session.names);
  for (const secret of session.secrets) recorder.secret(secret);
  try {
    const { host } = session;
    recorder.info(
      `${host.name}: Docker ${session.state.engine.docker}, Compose ${session.state.engine.compose}, release ${session.state.current?.id ?? '(none)'}`,
    );
    const recovered = dryRun ? null : await recover(session, { ...request, procedure: 'deploy' }, recorder);
    const { runbook, files, said } = chooseEnvFile(request, { state: session.state, onHost: session.envFile });
    for (const secret of secretsOf({ ...request, runbook, files })) recorder.secret(secret);
    checkOverwritten(files, session.state);
    checkProjectName(runbook, files, session.state.current);
    const adopted = needsAdoption(session.state)
      ? await adopt(host, session.state, runbook, files, run, new Date())
      : null;
    if (lostReleases(session.state))
      recorder.warning(
        `what runs was made by releases of which ${session.root} knows nothing any more: somebody has removed them. It is adopted as it runs; a rollback to an older release is not possible`,
      );
    const state = adopted === null ? session.state : withAdopted(session.state, adopted);
    if (adopted !== null)
      recorder.info(`this stack runs already: it becomes release ${adopted.release.id}; nothing is restarted for that`);

    recorder.step('Resolve the release');
    recorder.info(said);
    const resolved = await resolve(host, {
      runbook,
      files,
      inRepository: (path) => isThere(join(request.folder, path)),
      present: state.files,
      versions: request.versions,
      refresh: [...Object.keys(request.versions), ...(request.services ?? [])],
      only: adopted === null ? request.services : null,
      current: state.current,
      images: state.images,
      logins: request.logins,
      keepStaging: !dryRun,
      signal,
    });
    staging = resolved.staging;
    recorder.keep(Object.keys(resolved.services));
    for (const secret of secretsInModel(resolved.model)) recorder.secret(secret);
    for (const secret of secretsInFiles(resolved.model, files, runbook.directory)) recorder.secret(secret);
    session.requirePlace(Object.keys(resolved.services));
    for (const warning of [...resolved.warnings, ...exposures(resolved.model, runbook, state)])
      recorder.warning(warning);
    const target = { ...(await targetOf(request, state, resolved, adopted)), envFile: said, recovered };
    for (const note of target.notes) recorder.info(note);
    checkDisk(resolved.images, state);
    checkPorts(resolved.model.services, state);
    checkHooks(resolved.model.services);

    const steps = createSteps(host, {
      root: session.root,
      token: session.token,
      run,
      actor,
      procedure: 'deploy',
      release: target.release.id,
    });
    return await change(state, target, request, { host, steps, runbook, recorder });
  } finally {
    await session.close(staging);
    recorder.info(costOf(session.host));
  }
}

async function targetOf(
  request: DeployRequest,
  state: State,
  resolved: Resolved,
  adopted: Adopted | null,
): Promise<Omit<Target, 'envFile' | 'recovered'>> {
  const { release, compose, sharedFiles } = nextRelease({
    resolved,
    state,
    runbook: request.runbook,
    version: request.version,
    schemaCompatible: request.schemaCompatible,
    createdAt: new Date().toISOString(),
    createdBy: request.actor,
    run: request.run,
  });
  const archive = await packDelivery({
    release,
    compose,
    sharedFiles,
    filesList: resolved.filesList,
    logins: request.logins,
    adopted,
  });
  const pull = resolved.images.filter((image) => !image.local).map((image) => image.ref);
  return {
    release,
    migrate: true,
    delivery: { archive, staging: resolved.staging ?? '', pull, adopts: adopted !== null },
    notes: [...(adopted?.notes ?? []), ...unnamedMigrations(resolved.model, release, request.runbook)],
  };
}

function withAdopted(state: State, { release }: Adopted): State {
  const { schema } = release;
  const migrations = schema === null ? state.migrations : [{ schema, release: release.id, compatible: true }];
  return { ...state, current: release, releases: [release], migrations };
}

function secretsOf({ target, files, runbook, logins }: DeployRequest): string[] {
  const environment = files.find((file) => file.path === runbook.envFile);
  return [
    ...sshSecrets(target),
    ...logins.map((login) => login.password),
    ...(environment ? secretsIn(environment.content.toString('utf8')) : []),
  ].filter((secret) => secret !== '');
}
