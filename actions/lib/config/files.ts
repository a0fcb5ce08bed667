/**
 * The files that a release uploads: Compose files, the env file, and files that the runbook or the Compose files name.
 */
import { existsSync, readdirSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { join, posix, sep } from 'node:path';
import { UserError } from '../errors';
import { composePaths } from './compose-paths';
import { cleanPath, isRelativePath } from './sections/values';

/** Largest file, in bytes. */
const LARGEST = 64 * 2 ** 20;

/**
 * Limits for a folder that only the Compose files name: files, and their bytes together. More is not a configuration.
 */
const MOST = 1000;
const MOST_BYTES = 64 * 2 ** 20;

/** The beginning of a file whose content Git LFS has elsewhere. Source: Git LFS specification, "The Pointer" */
const LFS_POINTER = 'version https://git-lfs.github.com/spec/v1\n';

/** One file of the user's repository that belongs to the release. */
export interface UploadedFile {
  /** Below the stack's directory, with `/` and without `..`; no line break. */
  readonly path: string;
  readonly content: Buffer;
  /** Permission bits, e.g. `0o644`. */
  readonly mode: number;
  /** For a file that only the Compose files name: why other content on the host may be worth more than this file. */
  readonly care?: string;
}

export interface FilesRequest {
  /** Absolute path of the runbook file's folder. */
  readonly folder: string;
  /** The stack's directory on the host. */
  readonly directory: string;
  readonly profiles: readonly string[];
  readonly compose: readonly string[];
  /** Files, and folders with everything in them except `.git`. */
  readonly files: readonly string[];
  readonly envFile: string | null;
  /** Content of the env file, which takes the place of the file. */
  readonly envContent: string | null;
}

/** Where a run has its env file from; `host`: the run brings none, and the host's file stays. */
export type EnvSource = 'input' | 'sops' | 'repository' | 'host';

/** Sorted by path. @throws {UserError} RB-FILE-MISSING, RB-INPUT-INVALID */
export function collectFiles(request: FilesRequest): UploadedFile[] {
  const { folder, compose, files, envFile, envContent } = request;
  const found = new Map<string, UploadedFile>();
  const add = (path: string, mode?: number): void => {
    for (const file of readPath(folder, path)) found.set(file.path, mode === undefined ? file : { ...file, mode });
  };
  for (const path of [...compose, ...files]) add(path);
  if (envFile !== null) {
    // Only the SSH user may read the file with secrets.
    if (envContent === null) add(envFile, 0o600);
    else found.set(envFile, { path: envFile, content: Buffer.from(envContent), mode: 0o600 });
  } else if (envContent !== null) {
    throw noEnvFile('env-content');
  }
  for (const file of namedByCompose(request)) if (!found.has(file.path)) found.set(file.path, file);
  return [...found.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** @param given the input with the content of an env file */
export function noEnvFile(given: string): UserError {
  return new UserError('RB-INPUT-INVALID', {
    what: `${given} was given, but runbook.yml says env-file: null`,
    remedy: `name the env file in runbook.yml, or leave ${given} out`,
  });
}

/**
 * Files that the Compose files name and the repository has. Where `files` names a folder or a part of it, only that is
 * uploaded of it. The env file is chosen elsewhere.
 */
function* namedByCompose({
  folder,
  compose,
  files,
  envFile,
  profiles,
  directory,
}: FilesRequest): Generator<UploadedFile> {
  const read = (path: string): string | null => {
    const file = join(folder, path);
    return existsSync(file) && statSync(file).isFile() ? readFileSync(file, 'utf8') : null;
  };
  const named = [...compose, ...files, ...(envFile === null ? [] : [envFile]), '.env'].map(cleanPath);
  let bytes = 0;
  for (const { path, care } of composePaths({ compose, profiles, directory, read })) {
    const said = named.some((one) => one === '.' || isBelow(path, one) || isBelow(one, path));
    if (path === '.' || said || !isRelativePath(path) || !existsSync(join(folder, path))) continue;
    let count = 0;
    for (const file of readPath(folder, path)) {
      // Nobody named these files one by one, and they are mostly for developers.
      if (file.path !== path && /^\.env(?:\.|$)/.test(posix.basename(file.path))) continue;
      count += 1;
      bytes += file.content.length;
      if (count > MOST || bytes > MOST_BYTES) throw tooMuch(path, count > MOST);
      yield care === null ? file : { ...file, care };
    }
  }
}

/** Whether a path equals the folder or lies in it. */
function isBelow(path: string, folder: string): boolean {
  return path === folder || path.startsWith(`${folder}/`);
}

function tooMuch(path: string, many: boolean): UserError {
  return new UserError('RB-FILES-TOO-MANY', {
    what: `${JSON.stringify(path)}, which the Compose files mount, is in the repository with more than ${many ? `${MOST} files` : `${MOST_BYTES} bytes in all that they name`}`,
    why: 'so much data is rarely meant to be uploaded with each release',
    remedy: `name in \`files:\` the parts of it to upload (everything: ${JSON.stringify(path)}); then only these are uploaded`,
  });
}

/** Yields files one by one, so that a folder with too much content is not read to its end. */
function* readPath(folder: string, path: string): Generator<UploadedFile> {
  try {
    if (!isRelativePath(path)) throw new Error('it is not a path below the folder of runbook.yml');
    yield* walk(realpathSync(folder), cleanPath(path), []);
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

/** @param above real paths of the folders on the way here: a link to one of them would never end */
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
  const content = readFileSync(real);
  if (content.subarray(0, LFS_POINTER.length).toString('latin1') === LFS_POINTER)
    throw new Error(
      `${path} has not been checked out by Git LFS, and is only a pointer (\`lfs: true\` of actions/checkout)`,
    );
  yield { path, content, mode: modeOf(found.mode) };
}

/** Whether a file exists, or a folder that is not empty: Git has no empty folders. */
export function isThere(path: string): boolean {
  if (!existsSync(path)) return false;
  return !statSync(path).isDirectory() || readdirSync(path).length > 0;
}

/** A file that only its owner can read stays so. */
function modeOf(mode: number): number {
  const open = (mode & 0o077) !== 0;
  return (mode & 0o100) !== 0 ? (open ? 0o755 : 0o700) : open ? 0o644 : 0o600;
}
