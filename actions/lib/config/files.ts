/** What a release uploads: Compose files, env file, and the files that the runbook or the Compose files name. */
import { existsSync, readdirSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { join, posix, sep } from 'node:path';
import { UserError } from '../errors';
import { composePaths } from './compose-paths';
import { cleanPath, isRelativePath } from './sections/values';

/** Bytes of one file. */
const LARGEST = 64 * 2 ** 20;

/** Files of one folder that only the Compose files name, and bytes of all of them: more than that is not a configuration. */
const MOST = 1000;
const MOST_BYTES = 64 * 2 ** 20;

/** One file of the user's repository that belongs to the release. */
export interface UploadedFile {
  /** Below the stack's directory, with `/` and without `..`; no line break. */
  readonly path: string;
  readonly content: Buffer;
  /** Permission bits, e.g. `0o644`. */
  readonly mode: number;
  /** Of a file that only the Compose files name: why another content on the host may be worth more than this one. */
  readonly care?: string;
}

export interface FilesRequest {
  /** Folder of the runbook file, absolute. */
  readonly folder: string;
  /** The stack's on the host. */
  readonly directory: string;
  readonly profiles: readonly string[];
  readonly compose: readonly string[];
  /** Files, and folders with all that they hold but `.git`. */
  readonly files: readonly string[];
  readonly envFile: string | null;
  /** Content of the env file, instead of the file. */
  readonly envContent: string | null;
}

/** Where a run has its env file from; `host`: it brings none, and the one that is there stays. */
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
    // Only the SSH user may read what holds secrets.
    if (envContent === null) add(envFile, 0o600);
    else found.set(envFile, { path: envFile, content: Buffer.from(envContent), mode: 0o600 });
  } else if (envContent !== null) {
    throw noEnvFile('env-content');
  }
  for (const file of namedByCompose(request)) if (!found.has(file.path)) found.set(file.path, file);
  return [...found.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** @param given the input that brings the content of an env file */
export function noEnvFile(given: string): UserError {
  return new UserError('RB-INPUT-INVALID', {
    what: `${given} was given, but runbook.yml says env-file: null`,
    remedy: `name the env file in runbook.yml, or leave ${given} out`,
  });
}

/**
 * What the Compose files name and the repository has. Where `files` names a part of a folder or all of it, that is all that
 * is meant of it; and what is the env file is chosen elsewhere.
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
      // Nobody named those one by one, and they are mostly for developers.
      if (file.path !== path && /^\.env(?:\.|$)/.test(posix.basename(file.path))) continue;
      count += 1;
      bytes += file.content.length;
      if (count > MOST || bytes > MOST_BYTES) throw tooMuch(path, count > MOST);
      yield care === null ? file : { ...file, care };
    }
  }
}

/** Whether a path is the other one or lies in it. */
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

/** One by one, so that what turns out to be too much is never read. */
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

/** A file, or a folder that is not empty: Git has no others. */
export function isThere(path: string): boolean {
  if (!existsSync(path)) return false;
  return !statSync(path).isDirectory() || readdirSync(path).length > 0;
}

/** What only its owner can read stays so. */
function modeOf(mode: number): number {
  const open = (mode & 0o077) !== 0;
  return (mode & 0o100) !== 0 ? (open ? 0o755 : 0o700) : open ? 0o644 : 0o600;
}
