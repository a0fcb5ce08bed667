/** What a release uploads: Compose files, env file and the files that the runbook names. */
import { readdirSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { join, sep } from 'node:path';
import { UserError } from '../errors';
import type { UploadedFile } from '../stack/resolve/types';
import { cleanPath, isRelativePath } from './schema';

/** Bytes of one file. */
const LARGEST = 64 * 2 ** 20;

export interface FilesRequest {
  /** Folder of the runbook file, absolute. */
  readonly folder: string;
  readonly compose: readonly string[];
  /** Files, and folders with all that they hold but `.git`. */
  readonly files: readonly string[];
  readonly envFile: string | null;
  /** Content of the env file, instead of the file. */
  readonly envContent: string | null;
}

/** Where a run has its env file from; `host`: it brings none, and the one that is there stays. */
export type EnvSource = 'input' | 'repository' | 'host';

/** Sorted by path. @throws {UserError} RB-FILE-MISSING, RB-INPUT-INVALID */
export function collectFiles({ folder, compose, files, envFile, envContent }: FilesRequest): UploadedFile[] {
  const found = new Map<string, UploadedFile>();
  const add = (path: string, mode?: number): void => {
    for (const file of readPath(folder, path)) found.set(file.path, mode === undefined ? file : { ...file, mode });
  };
  for (const path of [...compose, ...files]) add(path);
  if (envFile !== null) {
    // Only the SSH user may read what holds secrets.
    if (envContent === null) add(envFile, 0o600);
    else found.set(envFile, { path: envFile, content: Buffer.from(envContent), mode: 0o600 });
  } else if (envContent !== null) {
    throw new UserError('RB-INPUT-INVALID', {
      what: 'env-content was given, but runbook.yml says env-file: null',
      remedy: 'name the env file in runbook.yml, or leave env-content out',
    });
  }
  return [...found.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
}

function readPath(folder: string, path: string): UploadedFile[] {
  try {
    if (!isRelativePath(path)) throw new Error('it is no path below the folder of runbook.yml');
    return [...walk(realpathSync(folder), cleanPath(path), [])];
  } catch (error) {
    throw new UserError(
      'RB-FILE-MISSING',
      {
        what: `${JSON.stringify(path)} cannot be uploaded`,
        why: error instanceof Error ? error.message : String(error),
        remedy: 'check the path in runbook.yml or in the inputs; it counts from the folder of runbook.yml',
      },
      { cause: error },
    );
  }
}

/** @param above real paths of the folders on the way here: a link back to one of them would never end */
function* walk(root: string, path: string, above: readonly string[]): Generator<UploadedFile> {
  if (!isRelativePath(path)) throw new Error(`${JSON.stringify(path)} has a name that is refused`);
  const real = realpathSync(join(root, path));
  if (real !== root && !real.startsWith(root + sep)) throw new Error(`${path} leads out of the repository`);
  const found = statSync(real);
  if (found.isDirectory()) {
    if (above.includes(real)) throw new Error(`${path} leads back to a folder that it is in`);
    for (const name of readdirSync(real)) if (name !== '.git') yield* walk(root, join(path, name), [...above, real]);
    return;
  }
  if (!found.isFile()) throw new Error(`${path} is neither a file nor a folder`);
  if (found.size > LARGEST) throw new Error(`${path} has ${found.size} bytes, more than ${LARGEST}`);
  yield { path, content: readFileSync(real), mode: modeOf(found.mode) };
}

/** What only its owner can read stays so. */
function modeOf(mode: number): number {
  const open = (mode & 0o077) !== 0;
  return (mode & 0o100) !== 0 ? (open ? 0o755 : 0o700) : open ? 0o644 : 0o600;
}
