/** The env file of a release, wherever a run has it from. */
import type { EnvSource } from '../config/files';
import type { Runbook } from '../config/runbook';
import { UserError } from '../errors';
import type { State } from '../stack/model';
import type { HostEnvFile } from '../stack/observe';
import type { UploadedFile } from '../stack/resolve/types';

export interface EnvRequest {
  readonly runbook: Pick<Runbook, 'envFile' | 'directory'>;
  readonly files: readonly UploadedFile[];
  readonly envSource: EnvSource;
}

/**
 * The release's files with its env file among them. A run that brings none takes the host's as it is, so that the
 * release has all that it needs and nobody takes that file for one that has to go.
 *
 * @returns `said`: where it comes from, for the log and the report
 * @throws {UserError} RB-FILE-MISSING: neither this run nor the host has what the current release has
 */
export function withEnvFile(
  { runbook, files, envSource }: EnvRequest,
  { state, onHost }: { readonly state: State; readonly onHost: HostEnvFile | null },
): { readonly files: readonly UploadedFile[]; readonly said: string } {
  const { envFile } = runbook;
  if (envFile === null) return { files, said: 'env file: none, as the runbook says' };
  if (envSource !== 'host') {
    const from = envSource === 'input' ? 'the input env-content' : 'the repository';
    return { files, said: `env file: ${envFile} from ${from}` };
  }
  if (onHost !== null) {
    const kept = { path: envFile, content: onHost.content, mode: 0o600 };
    return {
      files: [...files, kept],
      said: `env file: ${envFile} as it is on the host, changed there on ${onHost.changedAt}; this run brings none`,
    };
  }
  const known = [state.current, ...state.releases.toReversed()].find((release) => release?.files[envFile]);
  const sha = known?.files[envFile];
  if (known && sha !== undefined) {
    const { directory } = runbook;
    throw new UserError('RB-FILE-MISSING', {
      what: `there is no env file: this run brings none, and the host has no ${directory}/${envFile}`,
      why: `release ${known.id} had one: it was removed from the host since, or the SSH user cannot read it`,
      remedy: `give env-content, or put it back on the host: install -m 600 ${directory}/.runbook/blobs/${sha} ${directory}/${envFile}`,
    });
  }
  return { files, said: `env file: none; neither this run nor the host has ${envFile}` };
}
