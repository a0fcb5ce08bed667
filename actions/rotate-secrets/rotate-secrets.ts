/** Rotates secrets: the values of a SOPS file in the repository become those of the services. */
import { releaseOutputs } from '../lib/procedure/change';
import type { Procedure } from '../lib/procedure/define';
import { withSecrets } from '../lib/procedure/env-file';
import { apply } from './apply';
import { check } from './check';
import { encrypt, withValues } from './encrypt';
import { type RotateSecretsInputs, readRotateSecretsInputs } from './inputs';
import { rekey, withNewKey } from './rekey';
import { rotate } from './rotate';
import { withRotation } from './rotation';

export const rotateSecrets: Procedure<RotateSecretsInputs> = {
  name: 'rotate-secrets',
  lease: 'stack',
  recovers: ({ drift }) => drift,
  outputs: releaseOutputs,
  read: readRotateSecretsInputs,
  title: ({ mode, sops, keys }) => titleOf(mode, sops.path, keys),
  watched: (get) => titleOf(get('mode')?.trim() ?? '', get('sops-file')?.trim() ?? '', []),
  prepare: async (inputs, recorder) => {
    const decrypted = await withSecrets(inputs, recorder);
    if (inputs.mode === 'rotate') return await withRotation(decrypted, recorder);
    if (inputs.mode === 'rekey') return await withNewKey(decrypted, recorder);
    return inputs.mode === 'encrypt' ? await withValues(decrypted, recorder) : decrypted;
  },
  run: async (run) => await { apply, check, encrypt, rekey, rotate }[run.inputs.mode](run),
};

function titleOf(mode: string, path: string, keys: readonly string[]): string {
  if (mode === 'rotate') return keys.length === 0 ? `Rotate values of ${path}` : `Rotate ${keys.join(', ')} of ${path}`;
  if (mode === 'encrypt') return `Encrypt values in ${path}`;
  if (mode === 'rekey') return `Encrypt ${path} with a new data key`;
  return `${mode === 'check' ? 'Check' : 'Apply'} the secrets of ${path}`;
}
