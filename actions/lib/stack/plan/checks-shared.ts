/** Refuses networks and volumes that differ from what a release says, before anything is changed. Pure. */

import type { Runbook } from '../../config/runbook';
import { type ErrorCode, UserError } from '../../errors';
import { quote } from '../../host/quote';
import type { Plan, Release, State } from '../model';
import {
  type Difference,
  differences,
  EMPTY,
  type HostResource,
  type SharedKind,
  type SharedResource,
} from '../resources';
import { emptiedDatabase, isFilled } from './filled';

/** @throws {UserError} RB-NETWORK-CHANGED, RB-NETWORK-MISSING, RB-VOLUME-CHANGED, RB-VOLUME-MISSING */
export function checkShared(target: Release, state: State, runbook: Runbook): void {
  for (const kind of ['networks', 'volumes'] as const) {
    for (const [key, wanted] of Object.entries(target.shared?.[kind] ?? {})) {
      const there = state[kind][wanted.name];
      if (there === undefined) {
        if (wanted.external) throw absent(kind, key, wanted);
        if (kind === 'volumes' && hadData(wanted, state) && !isFilled(key, target, runbook))
          throw lost(key, wanted, state.current?.id ?? '');
        continue;
      }
      const before = state.current?.shared?.[kind][key] ?? null;
      const found = differences(wanted, there, before?.name === wanted.name ? before : null);
      if (found.length > 0) throw changed(kind, key, wanted, there, found);
    }
  }
}

const CODES: Record<SharedKind, { readonly missing: ErrorCode; readonly changed: ErrorCode }> = {
  networks: { missing: 'RB-NETWORK-MISSING', changed: 'RB-NETWORK-CHANGED' },
  volumes: { missing: 'RB-VOLUME-MISSING', changed: 'RB-VOLUME-CHANGED' },
};

/**
 * Refuses to start a database on a volume that was made anew where the migration does not run: it would stay without its
 * tables, because from then on the volume looks as if it had been used all the time.
 *
 * @throws {UserError} RB-VOLUME-MISSING
 */
export function checkEmptied(
  { changes }: Pick<Plan, 'changes'>,
  target: Release,
  state: State,
  runbook: Runbook,
): void {
  const { service: migration } = runbook.migration;
  if (migration === null || target.services[migration] === undefined) return;
  const volume = emptiedDatabase(state, target, migration);
  if (volume === null || changes.some(({ service }) => service === migration)) return;
  throw new UserError('RB-VOLUME-MISSING', {
    what: `the volume ${volume} was made anew, empty, and this procedure does not run ${migration}`,
    why: 'the database would start without its tables, and no later run would notice it',
    remedy: `deploy: that runs ${migration}; then restore a backup, if you want its data`,
  });
}

function absent(kind: SharedKind, key: string, { name }: SharedResource): UserError {
  const what = kind.slice(0, -1);
  return new UserError(CODES[kind].missing, {
    what: `there is no ${what} ${name} on the host`,
    why: `the Compose files call ${kind}.${key} external, so that it must be created outside of this stack`,
    remedy: `create it (\`docker ${what} create ${quote(name)}\`), correct its name, or leave \`external\` out so that this action creates it`,
  });
}

/**
 * Whether the current release has this volume, with its data on the host itself. A volume with options such as `device`
 * shows data that lie elsewhere, and is the same when it is made anew.
 */
function hadData({ name }: SharedResource, { current }: State): boolean {
  const had = Object.values(current?.shared?.volumes ?? {}).find((volume) => volume.name === name);
  return had?.facts.driver === 'local' && !Object.keys(had.facts).some((fact) => fact.startsWith('driver_opts.'));
}

function lost(key: string, { name }: SharedResource, current: string): UserError {
  return new UserError('RB-VOLUME-MISSING', {
    what: `the volume ${name} (volumes.${key}) of the current release is gone from the host`,
    why: "this run would make an empty one in its place, and its service would start without its data; perhaps somebody removed it, or the disk with Docker's data is not mounted",
    remedy: `find out where it is (\`docker volume ls\`, \`df\`, and \`docker info\` for the data directory). To go on without its data, or to restore a backup into it: \`docker volume create --label ${EMPTY}=${current} ${quote(name)}\`, and deploy: by the label one-shots and the migration run again that had worked on its data`,
  });
}

function changed(
  kind: SharedKind,
  key: string,
  { name }: SharedResource,
  { users }: HostResource,
  found: readonly Difference[],
): UserError {
  const what = kind.slice(0, -1);
  const list = found.map((difference) => inWords(kind, difference)).join('; ');
  const stop = users.length > 0 ? `\`docker stop ${users.toSorted().map(quote).join(' ')}\` and ` : '';
  const remedy =
    kind === 'networks'
      ? `take the change back in the Compose files; or allow it its downtime: on the host ${stop}\`docker network rm ${quote(name)}\`, then run this again, which creates it and starts the stopped containers; or give the new network another \`name\``
      : `take the change back in the Compose files; or give the new volume another \`name\` and copy the data into it; or, if its data is not needed, remove it with the containers that have it: \`docker volume rm ${quote(name)}\``;
  return new UserError(CODES[kind].changed, {
    what: `${what} ${name} differs from the Compose files (${kind}.${key}): ${list}`,
    why: `Docker cannot change an existing ${what}; nothing was touched`,
    remedy,
  });
}

/** Options of volumes may be passwords, so only their hashes are known, and values are not shown. */
function inWords(kind: SharedKind, { fact, there, wanted }: Difference): string {
  const secret = kind === 'volumes' && fact.startsWith('driver_opts.');
  const said = (value: string): string => (secret || value === 'yes' || value === '' ? '' : ` ${value}`);
  if (wanted === null) return `it still has ${fact}${said(there ?? '')}`;
  if (there === null) return `it lacks ${fact}${said(wanted)}`;
  return secret ? `${fact} has another value` : `${fact} is${said(there)}, not${said(wanted)}`;
}
