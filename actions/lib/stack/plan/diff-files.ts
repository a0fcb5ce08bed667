/** The parts of a release that are not containers: uploaded files, networks and volumes. Part of `diff`; pure. */
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

export function fileChanges(state: State, target: Release, { envFile }: Pick<Runbook, 'envFile'>): Plan['files'] {
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
    // A file that was edited since stays: a container may write to files that it mounts.
    if ([state.current, ...state.releases].some((release) => release?.files[path] === there)) changes[path] = 'remove';
  }
  return changes;
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
