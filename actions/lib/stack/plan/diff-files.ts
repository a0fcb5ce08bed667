/** The parts of a release that are not containers: uploaded files, networks and volumes. Part of `diff`; pure. */
import { posix } from 'node:path';
import type { Runbook } from '../../config/runbook';
import type { Drift } from '../drift';
import type { Plan, Release, State } from '../model';
import { type SharedChange, sharedKinds } from '../resources';

export function missingShared(state: State, { shared }: Release): SharedChange[] {
  return sharedKinds.flatMap((kind) =>
    Object.entries(shared?.[kind] ?? {})
      .filter(([, { name, external }]) => !external && state[kind][name] === undefined)
      .map(([key, { name }]) => ({ kind, key, name })),
  );
}

export function fileChanges(
  state: State,
  target: Release,
  { envFile, directory }: Pick<Runbook, 'envFile' | 'directory'>,
): Plan['files'] {
  const was = state.current?.files ?? {};
  const changes: Record<string, 'add' | 'change' | 'remove'> = {};
  for (const [path, sha] of Object.entries(target.files)) {
    const there = state.files[path];
    if (there === sha || (was[path] === sha && state.unfinished === null)) continue;
    changes[path] = there === undefined ? 'add' : 'change';
  }
  for (const path of Object.keys(was)) {
    // A release without an env file of its own uses the one on the host.
    if (path === envFile || path === '.env') continue;
    const there = state.files[path];
    if (target.files[path] !== undefined || there === undefined) continue;
    if (mounting(path, target, directory) !== null) continue;
    // A file that was edited since stays: a container may write to files that it mounts.
    if ([state.current, ...state.releases].some((release) => release?.files[path] === there)) changes[path] = 'remove';
  }
  return changes;
}

/** Notes on files that the target does not bring any more, but whose place one of its services mounts. */
export function leftNotes(state: State, target: Release, { directory }: Pick<Runbook, 'directory'>): string[] {
  const left = Object.keys(state.current?.files ?? {}).filter(
    (path) => target.files[path] === undefined && state.files[path] !== undefined,
  );
  return left.flatMap((path) => {
    const service = mounting(path, target, directory);
    return service === null
      ? []
      : [`${path} is no longer uploaded, and ${service} still mounts it: the file on the host stays as it is.`];
  });
}

/**
 * The first service of a release that mounts a path of which the release brings nothing, and that has the file there.
 * Without the file Docker would make an empty folder in its place, and an emptied folder would look as if it were meant.
 */
function mounting(file: string, { services, files }: Release, directory: string): string | null {
  const isFrom = (source: string) => (path: string) => path === source || path.startsWith(`${source}/`);
  const found = Object.entries(services).find(([, { traits }]) => {
    const binds = traits.volumes.flatMap((text) => {
      const [, source] = /^bind:(.*):[^:]*$/.exec(text.replaceAll('$$', '$')) ?? [];
      return source === undefined ? [] : [posix.relative(directory, source)];
    });
    const sources = [...binds, ...(traits.hostFiles ?? [])].filter((source) => source !== '');
    return sources.some((source) => isFrom(source)(file) && !Object.keys(files).some(isFrom(source)));
  });
  return found?.[0] ?? null;
}

/** @param changed files that the plan changes */
export function fileDrift(state: State, changed: Plan['files']): Drift[] {
  if (state.unfinished !== null) return [];
  return Object.entries(state.current?.files ?? {})
    .filter(([path, sha]) => state.files[path] !== sha)
    .map(([path]) => ({
      service: path,
      what: state.files[path] === undefined ? 'was removed by hand' : 'was edited by hand',
      ...(Object.hasOwn(changed, path) ? { undone: true as const } : {}),
    }));
}
