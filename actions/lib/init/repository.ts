/** Where things lie in the user's repository: its top, the stack's folder, Compose files in folders below. */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { UserError } from '../errors';
import { composeFilesIn } from './compose';

/** The folder with `.git`, which GitHub sees as the repository; without one, the folder itself. */
export function topOf(folder: string): string {
  for (let at = resolve(folder); ; at = dirname(at)) {
    if (existsSync(join(at, '.git'))) return at;
    if (at === dirname(at)) return resolve(folder);
  }
}

/** GitHub runs only workflows at the repository's top. */
export function workflowFolder(folder: string): string {
  return join(topOf(folder), '.github', 'workflows');
}

/** A file's path from the repository's top, as workflows write it. */
export function fromTop(folder: string, name: string): string {
  return relative(topOf(folder), resolve(folder, name)).split(sep).join('/');
}

/** Whether Git has the file: a runner's checkout has no other ones. */
export function isTracked(folder: string, name: string): boolean {
  return spawnSync('git', ['-C', folder, 'ls-files', '--error-unmatch', '--', name], { stdio: 'ignore' }).status === 0;
}

/**
 * The stack's folder: the one of the first Compose file, from which Compose resolves paths and takes the project's name.
 *
 * @param compose Compose files, as with `-f`; `null`: to be found by their names
 * @throws {UserError} RB-COMPOSE-INVALID
 */
export function stackFolder(
  folder: string,
  compose: readonly string[] | null,
): { readonly folder: string; readonly compose: readonly string[] | null } {
  const [first] = compose ?? [];
  if (compose === null || first === undefined) return { folder, compose };
  const at = resolve(folder, dirname(first));
  const inside = compose.map((file) => relative(at, resolve(folder, file)).split(sep).join('/'));
  if (inside.every((file) => !file.startsWith('../'))) return { folder: at, compose: inside };
  throw new UserError('RB-COMPOSE-INVALID', {
    what: `${compose.join(', ')}: not all of these files are in the folder of the first file, or in a folder below it`,
    why: 'runbook.yml is in the folder of the first Compose file, because Compose resolves all paths from that folder, and cannot name a file outside of it',
    remedy: 'move the files into one folder, or name a file first whose folder contains the others',
  });
}

/** @throws {UserError} RB-COMPOSE-INVALID, with the folders below that have Compose files */
export function noComposeFile(folder: string): UserError {
  const below = foldersWithCompose(folder).map((path) => relative(folder, path).split(sep).join('/'));
  return new UserError('RB-COMPOSE-INVALID', {
    what: `${resolve(folder)} has no Compose file`,
    why: `looked for compose.yaml, docker-compose.yml and their production variants, in this folder only${below.length === 0 ? '' : `; there are some in ${below.join(', ')}`}`,
    remedy: `${below.length === 0 ? 'run init in the folder that has it' : `give ${below.map((path) => `--folder ${path}`).join(' or ')}`}, or name it with --compose; this tool needs a Compose file`,
  });
}

/** Folders of the next two levels. */
function foldersWithCompose(folder: string, depth = 2): string[] {
  if (depth === 0) return [];
  const inner = readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !/^(\.git|node_modules|vendor)$/.test(entry.name))
    .map(({ name }) => join(folder, name))
    .sort();
  return inner.flatMap((path) => [
    ...(composeFilesIn(path).files.length > 0 ? [path] : []),
    ...foldersWithCompose(path, depth - 1),
  ]);
}
