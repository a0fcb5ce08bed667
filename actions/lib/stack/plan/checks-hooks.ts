/** Refuses hooks that Compose would run and this action would not, before anything changes. Pure. */
import { UserError } from '../../errors';
import type { Plan, Release, State } from '../model';
import { tiedTo } from './groups';

/**
 * Compose runs `post_start` whenever it starts a container of ours. It runs `pre_stop` only if Compose itself stops the
 * container, and `pre_start` only if no container of the service runs.
 */
const NOT_RUN = {
  pre_stop: 'old containers are stopped by Docker, which knows no hooks',
  pre_start: 'Docker Compose runs it only where no container of the service runs',
} as const;

const INSTEAD = {
  pre_stop:
    'let its program do that on its stop signal (stop_signal, stop_grace_period), and remove the hook from the Compose files; nothing was changed',
  pre_start:
    'make it a service of its own that other services wait for (depends_on with service_completed_successfully), or let its entrypoint do it; nothing was changed',
} as const;

/**
 * Checks the hooks of services that a plan starts or stops. A service that the plan leaves alone may have any hooks.
 *
 * @param current the release that runs
 * @throws {UserError} RB-HOOK-UNSUPPORTED
 */
export function checkHooks({ changes }: Pick<Plan, 'changes'>, target: Release, current: Release | null): void {
  for (const { service, start, retire } of changes) {
    const wanted = hooksOf(service, target);
    for (const hook of ['pre_stop', 'pre_start'] as const) {
      if (start === 0 || !wanted.includes(hook)) continue;
      throw new UserError('RB-HOOK-UNSUPPORTED', {
        what: `${service} has a ${hook} hook, which this run would not run`,
        why: NOT_RUN[hook],
        remedy: INSTEAD[hook],
      });
    }
    if (retire.length === 0 || !hooksOf(service, current).includes('pre_stop')) continue;
    throw new UserError('RB-HOOK-UNSUPPORTED', {
      what: `${service} runs with a pre_stop hook, and this run would stop it without running the hook`,
      why: NOT_RUN.pre_stop,
      remedy: `stop it once as it was started, which runs the hook: \`docker compose stop ${service}\` with its Compose files as they were; then run this again, which starts it. Nothing was changed`,
    });
  }
}

/**
 * Checks the hooks of services that a restore stops: it stops and starts the same containers by Docker, not by Compose.
 *
 * @param named services that the restore stops by their names
 * @param volumes volumes whose users the restore stops, by their names in the Compose files or in Docker, or by paths
 * @throws {UserError} RB-HOOK-UNSUPPORTED
 */
export function checkPauseHooks(
  { current, containers }: Pick<State, 'current' | 'containers'>,
  named: readonly string[],
  volumes: readonly string[],
): void {
  if (current === null) return;
  const paused = Object.keys(current.services).filter(
    (service) => named.includes(service) || volumes.some((volume) => writesTo(service, volume, current)),
  );
  const all = new Set(paused.flatMap((service) => [service, ...tiedTo(service, current)]));
  for (const service of all) {
    const hook = hooksOf(service, current).find((name) => name === 'pre_stop' || name === 'post_start');
    const runs = containers.some((one) => one.service === service && !one.oneOff && one.state === 'running');
    if (hook === undefined || !runs) continue;
    throw new UserError('RB-HOOK-UNSUPPORTED', {
      what: `${service} has a ${hook} hook, which a restore would not run as it stops ${service} and starts it again`,
      why: 'Docker stops and starts the existing containers, and knows no hooks',
      remedy: `stop it before, and start it after the restore, by Docker Compose, which runs its hooks: \`docker compose stop ${service}\`, \`docker compose start ${service}\`. Nothing was changed`,
    });
  }
}

function hooksOf(service: string, release: Release | null): readonly string[] {
  return release?.services[service]?.traits.hooks ?? [];
}

function writesTo(service: string, volume: string, { services, shared }: Release): boolean {
  const sources = (services[service]?.traits.writableVolumes ?? []).flatMap((source) => [
    source,
    shared?.volumes[source]?.name ?? source,
  ]);
  return sources.some((source) => source === volume || source.startsWith(`${volume}/`));
}
