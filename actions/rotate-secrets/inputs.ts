/** Inputs of the action rotate-secrets as typed data. */

import type { UploadedFile } from '../lib/config/files';
import { noEnvFile } from '../lib/config/files';
import { type CommonInputs, readCommon, withRunbook } from '../lib/config/inputs';
import { type GetInput, Reader } from '../lib/config/reader';
import type { Edited } from '../lib/secrets/encrypt';
import { readSops } from '../lib/secrets/inputs';
import type { SecretsRequest } from '../lib/secrets/sops';

export interface RotateSecretsInputs extends CommonInputs {
  readonly mode: 'apply' | 'check' | 'encrypt';
  /** Of `encrypt`: lines of an env file; holds secrets. */
  readonly values: string;
  /** Of `encrypt`: the file with them, before it is written. */
  readonly edited: Edited | null;
  /** Whether `encrypt` writes it. */
  readonly writes: boolean;
  /** Of the checkout, absolute. */
  readonly workspace: string;
  readonly sops: SecretsRequest;
  readonly envSource: 'sops';
  /** The env file, once it is decrypted. */
  readonly files: readonly UploadedFile[];
  /** Variables that count at a first start only, and that the server has by now all the same. */
  readonly firstStart: readonly string[];
}

/** @throws {UserError} RB-INPUT-INVALID, RB-CONFIG-INVALID, RB-CONFIG-MISSING */
export function readRotateSecretsInputs(get: GetInput, workspace: string): RotateSecretsInputs {
  const reader = new Reader(get);
  const common = readCommon(reader);
  const mode = reader.required('mode') === '' ? 'apply' : reader.choice('mode', ['apply', 'check', 'encrypt']);
  const values = reader.wired('values');
  if (mode === 'encrypt' && values === null) reader.problem('values is missing: what is to be encrypted');
  if (mode !== 'encrypt' && values !== null) reader.problem('values is for mode: encrypt only');
  const sops = readSops(reader, workspace);
  if (sops === null) reader.problem('sops-file and age-key are missing');
  const firstStart = reader.list('first-start');
  reader.boolean('report-failures');
  reader.finish();
  const inputs = withRunbook(common, workspace);
  if (inputs.runbook.envFile === null) throw noEnvFile('sops-file');
  // What changes nothing on the host needs no lease.
  const dryRun = inputs.dryRun || mode !== 'apply';
  const encrypts = { values: values ?? '', edited: null, writes: !inputs.dryRun };
  return { ...inputs, ...encrypts, dryRun, mode, workspace, sops: sops!, envSource: 'sops', files: [], firstStart };
}
