/** The env file of a release, from every source that it can have. */
import type { EnvSource, UploadedFile } from '../config/files';
import type { Runbook } from '../config/runbook';
import { UserError } from '../errors';
import type { SecretsRequest } from '../secrets/sops';
import { isEncrypted } from '../secrets/sops-file';
import type { State } from '../stack/model';
import type { HostEnvFile } from '../stack/observe/observe';
import { secretsIn } from '../stack/resolve/secrets';
import type { Recorder } from './record';

interface EnvRequest {
  readonly runbook: Runbook;
  readonly files: readonly UploadedFile[];
  readonly envSource: EnvSource;
  readonly sops: SecretsRequest | null;
}

interface EnvChoice {
  /** With the name of the env file that is used. */
  readonly runbook: Runbook;
  /** The release's files, the env file among them. */
  readonly files: readonly UploadedFile[];
  /** Where it comes from, for the log and the report. */
  readonly said: string;
}

/** The file that Compose reads by default: the env file of stacks whose runbook names none. */
const COMPOSES_OWN = '.env';

/** Decrypts the env file if it comes from SOPS; its values are masked before anything is shown. @throws {UserError} */
export async function withSecrets<I extends EnvRequest>(inputs: I, recorder: Recorder): Promise<I> {
  const { runbook, sops } = inputs;
  const path = runbook.envFile;
  if (sops === null || path === null) return inputs;
  for (const line of sops.ageKey.split(/[\r\n]+/)) if (!line.startsWith('#')) recorder.secret(line);
  recorder.step('Decrypt the secrets');
  const { decrypt } = await import('../secrets/sops');
  const { text, values, tool } = await decrypt(sops);
  for (const secret of secretsIn(text)) recorder.secret(secret);
  recorder.info(`${tool.said}: ${values.size} values of ${sops.path}`);
  const decrypted = { path, content: Buffer.from(text), mode: 0o600 };
  return { ...inputs, files: [...inputs.files.filter((file) => file.path !== path), decrypted] };
}

/**
 * A run that brings no env file takes the host's as it is, so that the release is complete and that file is not removed
 * as a leftover.
 *
 * @throws {UserError} RB-FILE-MISSING: the env file that the runbook names, or that a release had, does not exist;
 *   RB-ENV-ENCRYPTED
 */
export function chooseEnvFile(request: EnvRequest, there: OnHost): EnvChoice {
  const chosen = choose(request, there);
  const { envFile } = chosen.runbook;
  const text = chosen.files.find(({ path }) => path === envFile)?.content.toString('utf8') ?? '';
  if (envFile === null || !isEncrypted(text)) return chosen;
  throw new UserError('RB-ENV-ENCRYPTED', {
    what: `${envFile} is encrypted by SOPS, and the containers would get the encrypted values`,
    why: chosen.said,
    remedy: `name it as sops-file, and give age-key; the decrypted content becomes ${envFile} on the host`,
  });
}

interface OnHost {
  readonly state: State;
  readonly onHost: HostEnvFile | null;
}

function choose({ runbook, files, envSource, sops }: EnvRequest, { state, onHost }: OnHost): EnvChoice {
  const { envFile, envFileNamed } = runbook;
  if (envFile === null) return { runbook, files, said: 'env file: none, as the runbook says' };
  if (envSource !== 'host') {
    const from =
      envSource === 'sops'
        ? `${sops?.path}, decrypted`
        : envSource === 'input'
          ? 'the input env-content'
          : 'the repository';
    return { runbook, files, said: `env file: ${envFile} from ${from}` };
  }
  const own = { ...runbook, envFile: COMPOSES_OWN };
  if (onHost?.path !== envFile && !envFileNamed && files.some(({ path }) => path === COMPOSES_OWN)) {
    const secret = files.map((file) => (file.path === COMPOSES_OWN ? { ...file, mode: 0o600 } : file));
    return { runbook: own, files: secret, said: `env file: ${COMPOSES_OWN} from the repository` };
  }
  if (onHost !== null) {
    const kept = { path: onHost.path, content: onHost.content, mode: 0o600 };
    return {
      runbook: { ...runbook, envFile: onHost.path },
      files: [...files.filter(({ path }) => path !== onHost.path), kept],
      said: `env file: ${onHost.path} as it is on the host, changed there on ${onHost.changedAt}; this run brings none`,
    };
  }
  refuseLost(runbook, envFile, state);
  return { runbook, files, said: `env file: none; neither this run nor the host has ${envFile}` };
}

function refuseLost({ directory, envFileNamed }: Runbook, envFile: string, state: State): void {
  const names = envFileNamed ? [envFile] : [envFile, COMPOSES_OWN];
  const had = [state.current, ...state.releases.toReversed()].flatMap((release) =>
    names.flatMap((path) => (release?.files[path] ? [{ path, id: release.id, sha: release.files[path] }] : [])),
  )[0];
  if (had !== undefined) {
    throw new UserError('RB-FILE-MISSING', {
      what: `there is no env file: this run brings none, and the host has no ${directory}/${had.path}`,
      why: `release ${had.id} had one: the file was removed from the host since, or the SSH user cannot read it`,
      remedy: `give env-content, or put it back on the host: install -m 600 ${directory}/.runbook/blobs/${had.sha} ${directory}/${had.path}`,
    });
  }
  if (!envFileNamed) return;
  throw new UserError('RB-FILE-MISSING', {
    what: `the env file ${envFile} was not found: this run brings none, and the host has no ${directory}/${envFile}`,
    why: 'the runbook file or the input env-file names it',
    remedy: 'give env-content, put the file on the host, or write `env-file: null` where the stack needs none',
  });
}

/** For a release that the host has already. */
export function envFileOf(
  { id, files }: { readonly id: string; readonly files: Readonly<Record<string, string>> },
  { envFile }: Pick<Runbook, 'envFile'>,
): string {
  if (envFile === null) return 'env file: none, as the runbook says';
  const path = [envFile, COMPOSES_OWN].find((name) => files[name] !== undefined);
  return path === undefined
    ? `env file: ${envFile} as it is on the host; release ${id} brought none`
    : `env file: ${path} as release ${id} has it`;
}
