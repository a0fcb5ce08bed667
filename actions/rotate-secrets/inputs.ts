/** Inputs of the action rotate-secrets as typed data. */

import type { UploadedFile } from '../lib/config/files';
import { noEnvFile } from '../lib/config/files';
import { type CommonInputs, readCommon, withRunbook } from '../lib/config/inputs';
import { type GetInput, Reader } from '../lib/config/reader';
import type { Edited } from '../lib/secrets/encrypt';
import { readSops } from '../lib/secrets/inputs';
import type { Rekeyed } from '../lib/secrets/rekey';
import type { SecretsRequest } from '../lib/secrets/sops';
import type { Rotation } from './rotation';

export interface RotateSecretsInputs extends CommonInputs {
  readonly mode: 'apply' | 'check' | 'encrypt' | 'rekey' | 'rotate';
  /** Of `encrypt`, and of `rotate` for external keys: lines of an env file; holds secrets. */
  readonly values: string;
  /** For `rotate`: names that get a new value. */
  readonly keys: readonly string[];
  /** For `rotate`: how the new file gets into the repository, and into which branch; `null`: the branch of the run. */
  readonly store: 'commit' | 'pull-request';
  readonly branch: string | null;
  /** For `rotate`: the values and file that it makes, before they are used. */
  readonly rotation: Rotation | null;
  /** For `encrypt`: the file with the values, before it is written. */
  readonly edited: Edited | null;
  /** For `rekey`: the file for its recipients, before it is written. */
  readonly rekeyed: Rekeyed | null;
  /** Whether `encrypt` and `rekey` write it. */
  readonly writes: boolean;
  /** Of the checkout, absolute. */
  readonly workspace: string;
  readonly sops: SecretsRequest;
  readonly envSource: 'sops';
  /** The env file, once it is decrypted. */
  readonly files: readonly UploadedFile[];
  /** Variables that a server reads only at its first start, and whose new values it has already. */
  readonly firstStart: readonly string[];
}

/** @throws {UserError} RB-INPUT-INVALID, RB-CONFIG-INVALID, RB-CONFIG-MISSING */
export function readRotateSecretsInputs(get: GetInput, workspace: string): RotateSecretsInputs {
  const reader = new Reader(get);
  const common = readCommon(reader);
  const mode =
    reader.required('mode') === '' ? 'apply' : reader.choice('mode', ['apply', 'check', 'encrypt', 'rekey', 'rotate']);
  const values = reader.wired('values');
  if (mode === 'encrypt' && values === null) reader.problem('values is missing: the values to encrypt');
  if (mode !== 'encrypt' && mode !== 'rotate' && values !== null)
    reader.problem('values is for mode: encrypt and mode: rotate only');
  const rotates = readRotate(reader, mode === 'rotate');
  if (mode === 'rotate' && common.githubToken === null)
    reader.problem('github-token is missing: it is needed to write the new file to the repository');
  const sops = readSops(reader, workspace);
  if (sops === null) reader.problem('sops-file and age-key are missing');
  const firstStart = reader.list('first-start');
  reader.boolean('report-failures');
  reader.finish();
  const inputs = withRunbook(common, workspace);
  if (inputs.runbook.envFile === null) throw noEnvFile('sops-file');
  // A mode that changes nothing on the host needs no lease.
  const dryRun = inputs.dryRun || ['check', 'encrypt', 'rekey'].includes(mode);
  const encrypts = { values: values ?? '', edited: null, rekeyed: null, writes: !inputs.dryRun, rotation: null };
  return {
    ...inputs,
    ...encrypts,
    ...rotates,
    dryRun,
    mode,
    workspace,
    sops: sops!,
    envSource: 'sops',
    files: [],
    firstStart,
  };
}

function readRotate(reader: Reader, wanted: boolean): Pick<RotateSecretsInputs, 'keys' | 'store' | 'branch'> {
  const keys = reader.list('keys');
  if (wanted && keys.length === 0) reader.problem('keys is missing: the names of the secrets to rotate');
  if (!wanted && keys.length > 0) reader.problem('keys is for mode: rotate only');
  const twice = keys.filter((name, at) => keys.indexOf(name) !== at);
  if (twice.length > 0) reader.problem(`keys names ${[...new Set(twice)].join(', ')} twice`);
  return {
    keys,
    store: reader.choice('store', ['commit', 'pull-request']),
    branch: reader.wired('branch')?.trim() ?? null,
  };
}
