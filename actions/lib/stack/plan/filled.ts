/** Volumes that begin empty: what had made their content, one-shots and the migration, has to run again. Pure. */
import type { Runbook } from '../../config/runbook';
import type { Release, ReleaseService, State } from '../model';
import { requirements } from './order';
import { isOneShot } from './strategy';

/** Whether only one-shots write to the volume, the migration left out. @param key name in the Compose files */
export function isFilled(key: string, target: Release, runbook: Runbook): boolean {
  const writers = writersOf(key, target);
  return (
    writers.length > 0 &&
    writers.every((name) => name !== runbook.migration.service && isOneShot(name, target, runbook))
  );
}

/** Docker's names of volumes that the one-shot writes to, and that are made by this run or by a person, empty. */
export function emptied(service: ReleaseService, state: State, target: Release, runbook: Runbook): readonly string[] {
  return Object.entries(target.shared?.volumes ?? {})
    .filter(([key, { external }]) => !external && writesTo(service, key))
    .filter(
      ([key, { name }]) => isNew(name, state) || (state.volumes[name] === undefined && isFilled(key, target, runbook)),
    )
    .map(([, { name }]) => name);
}

/**
 * The volume of a database that a person made anew, empty; `null`: there is none. What does not wait for the migration
 * may be its database.
 */
export function emptiedDatabase(state: State, target: Release, migration: string): string | null {
  const found = Object.entries(target.shared?.volumes ?? {}).find(
    ([key, { name }]) =>
      isNew(name, state) && writersOf(key, target).some((writer) => !requirements(writer, target).has(migration)),
  );
  return found?.[1].name ?? null;
}

/** Whether the service writes to such a volume: whoever made that wants the service to start on it. */
export function startsAnew(service: ReleaseService, state: State, { shared }: Release): boolean {
  return Object.entries(shared?.volumes ?? {}).some(([key, { name }]) => isNew(name, state) && writesTo(service, key));
}

/** Whether a person made the volume since the current release became current, and nothing has begun to use it. */
function isNew(name: string, { volumes, current, containers }: State): boolean {
  const { empty } = volumes[name] ?? {};
  const isUsed = containers.some(
    ({ state, mounts }) =>
      state === 'running' && mounts.some(({ source }) => source === name || source.startsWith(`${name}/`)),
  );
  return empty !== undefined && empty === current?.id && !isUsed;
}

function writersOf(key: string, target: Release): string[] {
  return Object.keys(target.services).filter((name) => writesTo(target.services[name]!, key));
}

/** A source may have a folder of the volume behind it. */
function writesTo({ traits }: ReleaseService, key: string): boolean {
  return traits.writableVolumes.some((source) => source === key || source.startsWith(`${key}/`));
}
