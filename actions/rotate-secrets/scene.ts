/** The current release, and what the decrypted env file would change in it. Changes nothing. */

import type { UploadedFile } from '../lib/config/files';
import type { Runbook } from '../lib/config/runbook';
import type { Run } from '../lib/procedure/define';
import { requireCurrent } from '../lib/procedure/edit-current';
import { envFileIn, type OtherEnv, otherEnv, requireFiles } from '../lib/procedure/other-env';
import { checkContainers } from '../lib/secrets/containers';
import type { ComposeModel } from '../lib/stack/compose-model';
import type { Release, State } from '../lib/stack/model';
import { missingImage } from '../lib/stack/plan/checks';
import { isOneShot } from '../lib/stack/plan/strategy';
import { readFiles } from '../lib/stack/release/files';
import { secretsIn } from '../lib/stack/resolve/secrets';
import type { RotateSecretsInputs } from './inputs';

export interface Scene extends OtherEnv {
  readonly current: Release;
  /** With the env file that the release has. */
  readonly runbook: Runbook;
  readonly envFile: string;
  /** Text of the env file of the release; empty where it has none. */
  readonly former: string;
  /** Text of the decrypted env file. */
  readonly given: string;
  /** Texts of the Compose files of the release. */
  readonly compose: readonly string[];
  /** All files of the release but the env file. */
  readonly files: readonly UploadedFile[];
}

/** @throws {UserError} RB-NOT-DEPLOYED, RB-FILE-MISSING, RB-IMAGE-MISSING, RB-RECORD-UNREADABLE, RB-ENV-INVALID, and what `resolve` throws */
export async function look(run: Run<RotateSecretsInputs>): Promise<Scene> {
  const { inputs, recorder, session } = run;
  const { host, state, root } = session;
  const current = requireCurrent(state);
  requireFiles(current, inputs.runbook);
  recorder.step('Resolve the release');
  const there = await readFiles(host, root, current);
  const envFile = envFileIn(current, inputs.runbook) ?? inputs.runbook.envFile!;
  const textOf = (files: readonly UploadedFile[], wanted: string): string =>
    files.find(({ path }) => path === wanted)?.content.toString('utf8') ?? '';
  const [former, given] = [textOf(there, envFile), textOf(inputs.files, inputs.runbook.envFile!)];
  for (const secret of secretsIn(former)) recorder.secret(secret);
  const runbook = { ...inputs.runbook, envFile };
  const found = await otherEnv(run, { release: current, runbook, there, text: given });
  recorder.keep(Object.keys(current.services));
  checkImages(found.changed, current, state.images, runbook);
  checkContainers(found.after.model.services, given, inputs.sops.path);
  const compose = there
    .filter(({ path }) => runbook.compose.includes(path))
    .map(({ content }) => content.toString('utf8'));
  return {
    files: there.filter(({ path }) => path !== envFile),
    compose,
    current,
    runbook,
    envFile,
    former,
    given,
    ...found,
  };
}

/**
 * Refuses if a service that gets new containers needs an image that neither the host nor a registry has. An image that
 * nothing starts may be missing, such as that of a one-shot that has run.
 *
 * @throws {UserError} RB-IMAGE-MISSING
 */
export function checkImages(
  changed: readonly string[],
  current: Release,
  images: State['images'],
  runbook: Runbook,
): void {
  const started = Object.entries(current.services).filter(
    ([name, { replicas }]) => changed.includes(name) && replicas > 0 && !isOneShot(name, current, runbook),
  );
  const missing = missingImage({ ...current, services: Object.fromEntries(started) }, images);
  if (missing !== null) throw missing;
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
