/**
 * Refuses files that services mount if they exist nowhere, were left out of the upload, or would replace others
 * unasked.
 */
import { createHash } from 'node:crypto';
import { posix } from 'node:path';
import { composePaths } from '../../config/compose-paths';
import type { UploadedFile } from '../../config/files';
import { UserError } from '../../errors';
import { quote } from '../../host/quote';
import type { ComposeModel } from '../compose-model';
import type { State } from '../model';
import { interpolated, variablesOf } from '../project-name';
import type { ResolveRequest } from './types';

/** A path below the stack's directory that a service mounts. */
interface Source {
  readonly path: string;
  readonly service: string;
}

/** Paths of bind mounts, secrets and configs of the services. Pure. */
export function sourcesOf(model: ComposeModel, directory: string): Source[] {
  const found = new Map<string, string>();
  for (const [service, definition] of Object.entries(model.services)) {
    const volumes = (definition.volumes ?? []) as { type: string; source?: string }[];
    const sources = volumes.flatMap(({ type, source }) => (type === 'bind' && source ? [source] : []));
    for (const kind of ['secrets', 'configs'] as const) {
      const entries = (model[kind] ?? {}) as Record<string, { file?: string }>;
      for (const { source } of (definition[kind] ?? []) as { source: string }[])
        sources.push(entries[source]?.file ?? '');
    }
    for (const source of sources) {
      if (!source.startsWith('/')) continue;
      const path = posix.relative(posix.normalize(directory), posix.normalize(source.replaceAll('$$', '$')));
      // Each step makes and knows its own folder.
      if (path === '.runbook' || path.startsWith('.runbook/')) continue;
      if (path !== '' && path !== '..' && !path.startsWith('../') && !found.has(path)) found.set(path, service);
    }
  }
  return [...found].map(([path, service]) => ({ path, service }));
}

/**
 * Refuses relative paths that lead out of the stack's directory. In the folder where Compose is asked they lead to places
 * beside it, which are gone by the time that containers start.
 *
 * @param staging the folder of the run, in which `tree` stands for the stack's directory
 * @throws {UserError} RB-SOURCE-ABOVE
 */
export function checkAbove(model: ComposeModel, staging: string, tree: string, directory: string): void {
  const above = (text: string): boolean => text === staging || text.startsWith(`${staging}/`);
  const named = (kind: string, name: string): string => {
    const users = Object.entries(model.services).filter(([, service]) =>
      ((service[kind] ?? []) as { source?: string }[]).some(({ source }) => source === name),
    );
    return users[0]?.[0] ?? `${kind}.${name}`;
  };
  const found = [
    // Nothing is built on the host.
    ...Object.entries(model.services).map(
      ([service, { build: _built, develop: _watched, ...rest }]) => [service, rest] as const,
    ),
    ...(['secrets', 'configs', 'volumes'] as const).flatMap((kind) =>
      Object.entries((model[kind] ?? {}) as object).map(([name, entry]) => [named(kind, name), entry] as const),
    ),
  ];
  for (const [service, definition] of found) {
    const [path] = textsIn(definition).filter(above);
    if (path === undefined) continue;
    const way = posix.relative(tree, path.replaceAll('$$', '$'));
    const place = posix.join(directory, way);
    throw new UserError('RB-SOURCE-ABOVE', {
      what: `${service} uses ${way}, which lies above the stack's directory ${directory}`,
      why: 'relative paths count from there, and only files below the folder of runbook.yml are uploaded',
      remedy: `if it is a folder or file of the host, write its absolute path in the Compose files (${place}); if it comes from the repository, move runbook.yml to the folder that holds it and the Compose files, and adjust the paths in them. Nothing was started`,
    });
  }
}

function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return value !== null && typeof value === 'object' ? Object.values(value).flatMap(textsIn) : [];
}

/**
 * Refuses a mounted path that the repository has but the run did not upload: paths with variables and a `.env` are not
 * found in the Compose files automatically.
 *
 * @param has whether the repository has a file there, or a folder with files
 * @throws {UserError} RB-FILE-UNNAMED
 */
export function checkNamed(
  sources: readonly Source[],
  files: readonly UploadedFile[],
  has: (path: string) => boolean,
): void {
  for (const { path, service } of sources) {
    if (isUploaded(path, files) || !has(path)) continue;
    throw new UserError('RB-FILE-UNNAMED', {
      what: `${service} mounts ./${path}, which is in the repository, but not named in runbook.yml`,
      why: 'only a path without variables is found automatically, and never a .env: the file on the host would be used',
      remedy: `name it in runbook.yml: files: [${JSON.stringify(path)}]; if the file on the host is right, remove it from the repository`,
    });
  }
}

/**
 * Refuses env files, label files and further Compose files with a variable in their path that the repository has but the
 * run did not upload: Compose would read those of the host, however old they are.
 *
 * @throws {UserError} RB-FILE-UNNAMED
 */
export function checkRead({
  runbook: { compose, profiles, directory, envFile },
  files,
  inRepository,
}: Pick<ResolveRequest, 'runbook' | 'files' | 'inRepository'>): void {
  const read = (path: string): string | null =>
    files.find((file) => file.path === path)?.content.toString('utf8') ?? null;
  const variables = variablesOf(envFile === null ? '' : (read(envFile) ?? ''));
  const paths = { compose, profiles, directory, read };
  const found = composePaths(paths).map(({ path }) => path);
  for (const { path } of composePaths({ ...paths, filled: (text) => interpolated(text, variables) })) {
    if (found.includes(path) || path === '.env' || isUploaded(path, files) || !inRepository(path)) continue;
    throw new UserError('RB-FILE-UNNAMED', {
      what: `the Compose files read ./${path}, which is in the repository, but not named in runbook.yml`,
      why: 'only a path without variables is found automatically: the file on the host would be used',
      remedy: `name it in runbook.yml: files: [${JSON.stringify(path)}]; if the file on the host is right, remove it from the repository`,
    });
  }
}

/**
 * @param missing paths that the host does not have and does not get
 * @throws {UserError} RB-SOURCE-MISSING
 */
export function checkSources(missing: readonly string[], sources: readonly Source[], directory: string): void {
  const [first] = sources.filter(({ path }) => missing.includes(path));
  if (first === undefined) return;
  const place = `${directory.replace(/\/+$/, '')}/${first.path}`;
  throw new UserError('RB-SOURCE-MISSING', {
    what: `${first.service} mounts ./${first.path}, which is neither in the repository nor on the host (${place})`,
    why: 'Docker would make an empty folder of that name there',
    remedy: `correct the path in the Compose files, or put the file into the repository; if it is a folder for data, create it on the host (mkdir -p ${quote(place)}); nothing was started`,
  });
}

/**
 * Refuses to replace content that only the host has, unless `runbook.yml` names the file.
 *
 * @param state as observed, before a stack is adopted
 * @throws {UserError} RB-FILE-DIFFERS
 */
export function checkOverwritten(
  files: readonly UploadedFile[],
  state: Pick<State, 'files' | 'releases' | 'current'>,
): void {
  for (const { path, content, care } of files) {
    const there = state.files[path];
    if (care === undefined || there === undefined) continue;
    const known = [state.current, ...state.releases].some((release) => release?.files[path] === there);
    const sha = createHash('sha256').update(content).digest('hex');
    // A file that the current release has already is not written again.
    if (known || sha === there || sha === state.current?.files[path]) continue;
    throw new UserError('RB-FILE-DIFFERS', {
      what: `${path} in the repository differs from the file on the host, which no release put there`,
      why: `only the Compose files name it, and ${care}: the file on the host may hold changes that the repository does not have`,
      remedy: `name it in \`files:\` of runbook.yml to replace it with the file of the repository, or remove it from the repository to keep the file on the host`,
    });
  }
}

function isUploaded(path: string, files: readonly UploadedFile[]): boolean {
  return files.some((file) => file.path === path || file.path.startsWith(`${path}/`));
}
