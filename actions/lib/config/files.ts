/** What a release uploads: Compose files, env file and the files that the runbook names. */
import { type Dirent, lstatSync, readdirSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { UserError } from '../errors';
import type { UploadedFile } from '../stack/resolve/types';
import { isRelativePath } from './schema';

const LARGEST = 64 * 2 ** 20;

export interface FilesRequest {
  /** Folder of the runbook file, absolute. */
  readonly folder: string;
  readonly compose: readonly string[];
  readonly files: readonly string[];
  readonly envFile: string | null;
  /** Content of the env file, instead of the file. */
  readonly envContent: string | null;
}

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
  const full = join(folder, path);
  try {
    if (!isRelativePath(path)) throw new Error('it is no path below the folder of runbook.yml');
    const real = realpathSync(full);
    if (real !== realpathSync(folder) && !real.startsWith(realpathSync(folder) + sep))
      throw new Error('it leads out of the repository');
    if (!statSync(real).isDirectory()) return [readFile(full, clean(path))];
    return readdirSync(real, { recursive: true, withFileTypes: true })
      .filter((entry) => !entry.isDirectory())
      .flatMap((entry) => readPath(folder, join(path, relative(real, pathOf(entry)))));
  } catch (error) {
    if (error instanceof UserError) throw error;
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

function readFile(full: string, path: string): UploadedFile {
  const { size, mode } = statSync(full);
  if (size > LARGEST) throw new Error(`it has ${size} bytes, more than ${LARGEST}`);
  if (!isRelativePath(path)) throw new Error('its name has control characters');
  return { path, content: readFileSync(full), mode: mode & 0o100 || lstatSync(full).mode & 0o100 ? 0o755 : 0o644 };
}

function pathOf(entry: Dirent): string {
  return join(entry.parentPath, entry.name);
}

function clean(path: string): string {
  return path
    .split('/')
    .filter((part) => part !== '' && part !== '.')
    .join('/');
}
