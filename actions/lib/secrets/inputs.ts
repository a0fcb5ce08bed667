/** The inputs for a SOPS file, of every action that reads one. */
import { join } from 'node:path';
import type { Reader } from '../config/reader';
import { cleanPath, isRelativePath } from '../config/sections/values';
import type { SecretsRequest } from './sops';

/** The file's path is relative to the workspace. */
export function readSops(reader: Reader, workspace: string): SecretsRequest | null {
  const path = reader.wired('sops-file')?.trim() ?? null;
  const ageKey = reader.wired('age-key');
  if (path === null && ageKey === null) return null;
  if (path === null) reader.problem('age-key is given without sops-file');
  if (ageKey === null) reader.problem('sops-file is given without age-key, which decrypts it');
  if (path !== null && path !== '' && !isRelativePath(path))
    reader.problem(`sops-file is ${JSON.stringify(path)}, which is not a path within the workspace`);
  const clean = cleanPath(path ?? '');
  return { file: join(workspace, clean), path: clean, ageKey: ageKey ?? '' };
}
