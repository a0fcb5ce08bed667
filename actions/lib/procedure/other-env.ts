/** Finds the services of a release that another env file would change. Changes nothing. */
import type { UploadedFile } from '../config/files';
import type { CommonInputs } from '../config/inputs';
import type { Runbook } from '../config/runbook';
import { UserError } from '../errors';
import type { Release, State } from '../stack/model';
import { type Next, nextRelease } from '../stack/release/next';
import { resolve } from '../stack/resolve/resolve';
import { secretsInModel } from '../stack/resolve/secrets';
import type { Resolved, ResolveRequest } from '../stack/resolve/types';
import type { Run } from './define';

interface OtherEnvRequest {
  readonly release: Release;
  /** With the env file that the release has. */
  readonly runbook: Runbook;
  /** All files of the release. */
  readonly there: readonly UploadedFile[];
  /** Text of the other env file. */
  readonly text: string;
}

export interface OtherEnv {
  /** The files as Compose reads them now, with the release's own env file and with the other one. */
  readonly before: Resolved;
  readonly after: Resolved;
  /** Services that differ between the two. */
  readonly changed: readonly string[];
  /** The release with the other env file, in which only these services change. */
  readonly ask: (only: readonly string[]) => Promise<Resolved>;
}

/** @throws {UserError} what `resolve` throws */
export async function otherEnv(
  { inputs, recorder, session, signal }: Run<CommonInputs>,
  { release, runbook, there, text }: OtherEnvRequest,
): Promise<OtherEnv> {
  const { host, state } = session;
  const path = runbook.envFile!;
  const wanted = [...there.filter((file) => file.path !== path), { path, content: Buffer.from(text), mode: 0o600 }];
  const request: Omit<ResolveRequest, 'files' | 'only' | 'keepStaging'> = {
    runbook,
    inRepository: () => false,
    present: state.files,
    versions: {},
    refresh: [],
    current: release,
    imagesOf: release,
    asksNone: true,
    images: state.images,
    logins: [],
    signal,
    physicalDirectory: state.physicalDirectory,
  };
  const ask = async (files: readonly UploadedFile[], only: readonly string[] | null): Promise<Resolved> => {
    const resolved = await resolve(host, { ...request, files, only, keepStaging: only !== null && !inputs.dryRun });
    for (const secret of secretsInModel(resolved.model)) recorder.secret(secret);
    return resolved;
  };
  // The same Compose reads both, so that nothing but the env file makes the difference.
  const before = await ask(there, null);
  const after = await ask(wanted, null);
  const changed = Object.keys(release.services).filter(
    (name) => before.services[name]?.definition !== after.services[name]?.definition,
  );
  return { before, after, changed, ask: (only) => ask(wanted, only) };
}

/** What is made of a release with another env file. @param state as if that release were the current one */
export function releaseWith(run: Run<CommonInputs>, resolved: Resolved, runbook: Runbook, state: State): Next {
  const { version, schemaCompatible } = state.current!;
  const made = { createdAt: new Date().toISOString(), createdBy: run.actor, run: run.run };
  return nextRelease({ resolved, state, runbook, version, schemaCompatible, ...made });
}

/** @throws {UserError} RB-FILE-MISSING */
export function requireFiles({ id, files }: Release, { compose }: Runbook): void {
  const missing = compose.filter((path) => files[path] === undefined);
  if (missing.length === 0) return;
  throw new UserError('RB-FILE-MISSING', {
    what: `release ${id} was made without ${missing.join(', ')}`,
    why: 'runbook.yml names other Compose files than it did when that release was deployed',
    remedy: 'deploy: it takes sops-file and age-key, and the new Compose files',
  });
}

/** The env file of the release; a stack whose runbook names none may have a `.env`. `null`: none. */
export function envFileIn({ files }: Release, { envFile, envFileNamed }: Runbook): string | null {
  if (envFile === null || files[envFile] !== undefined) return envFile;
  return !envFileNamed && files['.env'] !== undefined ? '.env' : null;
}
