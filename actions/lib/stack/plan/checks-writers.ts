/**
 * Checks that a service does not start on the data of a service that the release no longer has. The latter runs until
 * the new containers have passed, and two servers on the same data destroy it. Pure.
 */
import type { Runbook } from '../../config/runbook';
import { UserError } from '../../errors';
import { quote } from '../../host/quote';
import type { Container, Mount, Plan, Release, State } from '../model';
import { runningOf } from '../observe/inventory';
import { isNoData, physical, type Wanted, wantedOf } from './checks-mounts';
import { sharedOf, unshared } from './strategy';

/** @throws {UserError} RB-VOLUME-IN-USE */
export function checkWriters(plan: Plan, target: Release, state: State, runbook: Runbook): void {
  const { directory } = runbook;
  const names = [...new Set(state.containers.map(({ service }) => service))].sort();
  const leaving = names
    .filter((name) => (target.services[name]?.replicas ?? 0) === 0)
    .flatMap((name) => runningOf(state, name));
  for (const { service, start } of plan.changes) {
    if (start === 0) continue;
    // What the service writes to already, it has written to beside the other one all the time.
    const known = runningOf(state, service).flatMap(({ mounts }) => mounts.filter(({ writable }) => writable));
    const fresh = writesOf(service, target, runbook).filter(
      (wanted) => !known.some((mount) => overlap(wanted, mount, state, directory)),
    );
    for (const holder of leaving) {
      const mount = holder.mounts.find(
        (one) =>
          one.writable &&
          !isNoData(one, state, directory) &&
          fresh.some((wanted) => overlap(wanted, one, state, directory)),
      );
      if (mount !== undefined) throw inUse(service, holder, mount);
    }
  }
}

/** The mounts that the service writes to, without those that `runbook.yml` lets several containers write to. */
function writesOf(service: string, target: Release, runbook: Runbook): Wanted[] {
  const wanted = target.services[service];
  if (wanted === undefined) return [];
  const own = unshared(wanted, sharedOf(service, runbook));
  const volumes = wanted.traits.volumes.filter((text) => {
    const [, source = ''] = /^[^:]*:(.*):[^:]*$/.exec(text) ?? [];
    return own.some((one) => source === one || source.startsWith(`${one}/`));
  });
  return wantedOf(service, target, volumes);
}

/** Whether the two are the same volume or folder, or the one lies in the other. */
function overlap(wanted: Wanted, mount: Mount, state: State, directory: string): boolean {
  if (wanted.type !== mount.type || wanted.source === '') return false;
  const [a, b] = [wanted.source, mount.source].map((source) =>
    mount.type === 'bind' ? physical(source, state, directory) : source,
  ) as [string, string];
  return a === b || a.startsWith(`${b}/`) || b.startsWith(`${a}/`);
}

function inUse(service: string, { service: other, name }: Container, { source }: Mount): UserError {
  return new UserError('RB-VOLUME-IN-USE', {
    what: `${service} would write to ${source} while ${name} of ${other}, which the release no longer runs, still writes to it`,
    why: `${other} is removed only after ${service} was seen to run; two servers on the same data may destroy it`,
    remedy: `if ${service} takes the place of ${other}, stop that first (\`docker stop ${quote(name)}\`: the downtime begins there), and run this again; should the run fail, \`docker start ${quote(name)}\` brings it back. If both may write to it at once, name it in \`shared-volumes\` of ${service} in runbook.yml. Nothing was changed`,
  });
}
