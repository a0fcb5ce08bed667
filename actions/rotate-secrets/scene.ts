/** What runs, and what of it would be another by the env file that was decrypted. Changes nothing. */

import type { UploadedFile } from '../lib/config/files';
import type { Runbook } from '../lib/config/runbook';
import { UserError } from '../lib/errors';
import type { Run } from '../lib/procedure/define';
import { requireCurrent } from '../lib/procedure/edit-current';
import { checkContainers } from '../lib/secrets/containers';
import type { ComposeModel } from '../lib/stack/compose-model';
import type { Release } from '../lib/stack/model';
import { missingImage } from '../lib/stack/plan/checks';
import { readFiles } from '../lib/stack/release/files';
import { resolve } from '../lib/stack/resolve/resolve';
import { secretsIn, secretsInModel } from '../lib/stack/resolve/secrets';
import type { Resolved, ResolveRequest } from '../lib/stack/resolve/types';
import type { RotateSecretsInputs } from './inputs';

export interface Scene {
  readonly current: Release;
  /** With the env file that the release has. */
  readonly runbook: Runbook;
  readonly envFile: string;
  /** Text of the env file of the release; empty where it has none. */
  readonly former: string;
  /** Text of the one that was decrypted. */
  readonly given: string;
  /** Texts of the Compose files of the release. */
  readonly compose: readonly string[];
  /** All files of the release but the env file. */
  readonly files: readonly UploadedFile[];
  /** The files of the release as Compose reads them now, with its own env file and with the other one. */
  readonly before: Resolved;
  readonly after: Resolved;
  /** Services of which something differs. */
  readonly changed: readonly string[];
  /** The release with the other env file, in which only these services change. */
  readonly ask: (only: readonly string[]) => Promise<Resolved>;
}

/** @throws {UserError} RB-NOT-DEPLOYED, RB-FILE-MISSING, RB-IMAGE-MISSING, RB-RECORD-UNREADABLE, RB-ENV-INVALID, and what `resolve` throws */
export async function look(run: Run<RotateSecretsInputs>): Promise<Scene> {
  const { inputs, recorder, session } = run;
  const { host, state, root } = session;
  const current = requireCurrent(state);
  requireFiles(current, inputs);
  const missing = missingImage(current, state.images);
  if (missing !== null) throw missing;
  recorder.step('Resolve the release');
  const there = await readFiles(host, root, current);
  const envFile = envFileOf(current, inputs);
  const decrypted = inputs.files.find(({ path }) => path === inputs.runbook.envFile)!;
  const wanted = [...there.filter(({ path }) => path !== envFile), { ...decrypted, path: envFile }];
  const [former, given] = [there, wanted].map(
    (files) => files.find(({ path }) => path === envFile)?.content.toString('utf8') ?? '',
  ) as [string, string];
  for (const secret of secretsIn(former)) recorder.secret(secret);
  const runbook = { ...inputs.runbook, envFile };
  const request: Omit<ResolveRequest, 'files' | 'only' | 'keepStaging'> = {
    ...{ runbook, inRepository: () => false, present: state.files, versions: {}, refresh: [] },
    ...{ current, imagesOf: current, images: state.images, logins: [], signal: run.signal },
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
  recorder.keep(Object.keys(current.services));
  checkContainers(after.model.services, given, inputs.sops.path);
  const changed = Object.keys(current.services).filter(
    (name) => before.services[name]?.definition !== after.services[name]?.definition,
  );
  const compose = there
    .filter(({ path }) => runbook.compose.includes(path))
    .map(({ content }) => content.toString('utf8'));
  return {
    files: there.filter(({ path }) => path !== envFile),
    ...{ compose, current, runbook, envFile, former, given, before, after, changed },
    ask: (only) => ask(wanted, only),
  };
}

/** Names only, sorted. */
export function variablesThatDiffer(before: ComposeModel, after: ComposeModel, service: string): string[] {
  const [was, is] = [before, after].map(
    (model) => (model.services[service]?.environment ?? {}) as Record<string, unknown>,
  );
  return Object.keys({ ...was, ...is })
    .filter((name) => was?.[name] !== is?.[name])
    .toSorted();
}

/** @throws {UserError} RB-FILE-MISSING */
function requireFiles({ id, files }: Release, { runbook }: RotateSecretsInputs): void {
  const missing = runbook.compose.filter((path) => files[path] === undefined);
  if (missing.length === 0) return;
  throw new UserError('RB-FILE-MISSING', {
    what: `release ${id} was not made of ${missing.join(', ')}`,
    why: 'runbook.yml names other Compose files than it did when that release was deployed',
    remedy: 'deploy: it takes sops-file and age-key, and the new Compose files',
  });
}

/** What the release has; a stack whose runbook names none may have a `.env`. */
function envFileOf({ files }: Release, { runbook }: RotateSecretsInputs): string {
  const named = runbook.envFile!;
  return files[named] === undefined && !runbook.envFileNamed && files['.env'] !== undefined ? '.env' : named;
}
