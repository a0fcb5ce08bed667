/** Chooses how a service gets its new containers, and finds out the downtime of that. Pure. */

import { posix } from 'node:path';
import { mib } from '../../bytes';
import { type Runbook, type Strategy, settingsOf } from '../../config/runbook';
import type { Container, Downtime, Release, ReleaseService, State } from '../model';
import { sharersOf, type Tie } from './groups';

interface Choice {
  readonly strategy: Strategy;
  readonly downtime: Downtime | null;
}

/** Factor of the memory that running containers use now: they may need more once caches fill and requests come. */
const MEMORY_MARGIN = 1.25;
/** Seconds from a container's start until it serves, for the announced downtime. */
const START_SECONDS = 5;

export function isOneShot(service: string, release: Release, runbook: Runbook): boolean {
  if (settingsOf(runbook, service).strategy === 'one-shot' || runbook.migration.service === service) return true;
  return Object.values(release.services).some(
    (other) => other.traits.dependsOn[service] === 'service_completed_successfully',
  );
}

/** Whether only a stand-in serves for the service, which an earlier procedure had to leave. */
export function onlyStandInServes(service: string, running: readonly Container[], state: State): boolean {
  const stoodFor = state.containers.some((c) => c.standIn && c.service === service && c.state === 'running');
  return stoodFor && !running.some((c) => c.state === 'running' && c.listens.length > 0);
}

/**
 * Chooses the strategy for a service that runs already. A service that cannot run twice is recreated, with a downtime
 * that is announced; one that has no callers is replaced; all others roll.
 *
 * @param starting number of new containers; less than the number of replicas if some containers stay
 */
export function chooseStrategy(
  name: string,
  service: ReleaseService,
  running: readonly Container[],
  release: Release,
  state: State,
  runbook: Runbook,
  tie: Tie | null = null,
  starting: number = service.replicas,
): Choice {
  const chosen = choose(name, service, running, release, state, runbook, starting);
  const { strategy, downtime } = tie?.dies === true ? recreate(service, tie.why) : chosen;
  const last = Object.hasOwn(state.replacements, name) ? state.replacements[name]! : null;
  return { strategy, downtime: downtime && { ...downtime, last } };
}

function choose(
  name: string,
  service: ReleaseService,
  running: readonly Container[],
  release: Release,
  state: State,
  runbook: Runbook,
  starting: number,
): Choice {
  if (isOneShot(name, release, runbook)) return { strategy: 'one-shot', downtime: null };
  const wanted = settingsOf(runbook, name).strategy;
  const single = whyOnlyOne(service);
  if (wanted === 'recreate') return recreate(service, 'runbook.yml says so');
  const stateful = whyStateful(service, running, sharedOf(name, runbook)) ?? whyHeld(name, release, runbook);
  const standsIn = wanted === 'stand-in' || (wanted === undefined && single !== null && name === runbook.proxy.service);
  if (standsIn) {
    const why =
      stateful ??
      whyFixed(service) ??
      (service.traits.hooks.length > 0 ? `a stand-in must not run its ${service.traits.hooks.join(', ')}` : null) ??
      (service.replicas > 1 ? 'a stand-in can serve for one container, not for several' : null);
    if (why !== null) return recreate(service, why, refusedTo(wanted));
    // Callers do not reach the service now, or a stand-in serves for it already, so recreating costs no downtime.
    if (onlyStandInServes(name, running, state) || running.every((container) => container.state === 'restarting'))
      return { strategy: 'recreate', downtime: null };
    const choice = besideOrRecreate('stand-in', service, running, state, starting);
    const lost =
      choice.strategy === 'stand-in' ? (whyPathLost(running, state) ?? whyElsewhere(service, running, release)) : null;
    return lost === null ? choice : recreate(service, lost, 'RB-REDIRECT-REFUSED');
  }
  // Callers by a container's name find a recreated container, which has the same name, but not one that starts beside
  // it.
  const alone = single ?? stateful ?? service.traits.namedBy ?? null;
  if (alone !== null) {
    const choice = recreate(service, alone, refusedTo(wanted));
    // This strategy stops the old containers first, too.
    return wanted === 'drain-and-replace' ? { ...choice, strategy: wanted } : choice;
  }
  const listens = running.some((container) => container.listens.length > 0) && whyOnce(service, running) === null;
  if (wanted === 'drain-and-replace' || (wanted === undefined && !listens)) {
    return { strategy: 'drain-and-replace', downtime: null };
  }
  return besideOrRecreate('rolling', service, running, state, starting);
}

/** Ports on which programs show metrics to Prometheus, and that are rarely used for anything else. */
const METRICS = [2112, 9091, 9100, 9102, 9106, 9113, 9114, 9121, 9187, 9216, 9394, 9540, 9808];

/** Why no second container is started beside one that listens: it may do its work twice, and has no callers. */
export function whyOnce({ traits }: ReleaseService, running: readonly Container[]): string | null {
  if (traits.once !== undefined) return traits.once;
  const ports = [...new Set(running.flatMap(({ listens }) => listens))];
  const measured = traits.unnamed === true && ports.length > 0 && ports.every((port) => METRICS.includes(port));
  return measured
    ? `nothing in the files calls it, and it listens only on ${ports.join(', ')}, which is usual for metrics`
    : null;
}

/** Runs old and new at once, and redirects connections; recreates the service if the host does not allow that. */
function besideOrRecreate(
  strategy: 'rolling' | 'stand-in',
  service: ReleaseService,
  running: readonly Container[],
  state: State,
  starting: number,
): Choice {
  if (state.engine.redirectRefused !== null) {
    return recreate(
      service,
      `connections cannot be redirected on this host: ${state.engine.redirectRefused}`,
      'RB-REDIRECT-REFUSED',
    );
  }
  const need = starting * memoryOfOne(service, running);
  if (need > state.memoryAvailable) {
    const why = `${mib(need)} MiB more memory is needed to run old and new at once, ${mib(state.memoryAvailable)} MiB are available`;
    return recreate(service, why, 'RB-MEMORY-SHORT');
  }
  return { strategy, downtime: null };
}

/** Why a second container cannot exist: something that it could not have, too. */
export function whyOnlyOne(service: ReleaseService): string | null {
  const { containerName, hostPorts } = service.traits;
  if (containerName !== null) return `container_name ${containerName} can exist only once`;
  const fixed = whyFixed(service);
  if (fixed !== null) return fixed;
  if (hostPorts.length > 0) return `it publishes port ${hostPorts.join(', ')} of the host`;
  return null;
}

/** Why neither a second container nor a stand-in can exist. */
function whyFixed({ traits: { fixed } }: ReleaseService): string | null {
  return fixed.length > 0 ? `its ${fixed.join(', ')} can exist only once` : null;
}

/**
 * What several containers of a service may write to at once: volumes by name, paths on the host or in the container.
 */
export function sharedOf(name: string, runbook: Runbook): string[] {
  const written = settingsOf(runbook, name).sharedVolumes ?? [];
  // A relative path of the Compose file is below the stack's directory.
  return written
    .flatMap((one) => [one, posix.join(runbook.directory, one)])
    .map((one) => one.replace(/(?<=.)\/+$/, ''));
}

/** The code for a downtime that must be allowed first, because `runbook.yml` asks for old and new at once. */
function refusedTo(wanted: Strategy | undefined): Downtime['code'] {
  return wanted === 'rolling' || wanted === 'stand-in' ? 'RB-DOWNTIME-REFUSED' : null;
}

/**
 * Why two processes of a service must not run at once, by any strategy.
 *
 * @param shared from {@link sharedOf}
 */
export function whyStateful(
  service: ReleaseService,
  running: readonly Container[],
  shared: readonly string[] = [],
): string | null {
  const { networkMode } = service.traits;
  if (networkMode !== null) return `its network mode is ${networkMode}`;
  const own = unshared(service, shared);
  if (own.length > 0) return `it writes to ${own.join(', ')}`;
  if (running.some((container) => container.anonymousVolume)) return 'it writes to a volume without a name';
  return null;
}

/** Volumes and folders that the service writes to, and that `runbook.yml` does not name as shared. */
export function unshared({ traits }: ReleaseService, shared: readonly string[]): string[] {
  const isShared = (source: string): boolean => {
    const targets = traits.volumes.flatMap((text) => {
      const [, from = '', target = ''] = /^\w+:(.*):([^:]*)$/.exec(text) ?? [];
      return from === source || from.startsWith(`${source}/`) ? [target] : [];
    });
    // A volume that is mounted at several places counts as shared if each of these is shared.
    return shared.includes(source) || (targets.length > 0 && targets.every((target) => shared.includes(target)));
  };
  return traits.writableVolumes.filter((source) => !isShared(source));
}

/** Why a service must not get a second container: a service that shares its container would stay with the old one. */
export function whyHeld(name: string, release: Release, runbook: Runbook): string | null {
  const [found] = sharersOf(name, release).filter((other) => !isOneShot(other, release, runbook));
  return found === undefined ? null : `${found} shares its ${release.services[found]?.traits.shares[name]}`;
}

/** Why callers of a published port would notice the change although a stand-in serves: a way cannot be redirected. */
function whyPathLost(running: readonly Container[], state: State): string | null {
  const published = running.flatMap((container) => container.published);
  if (published.length === 0) return null;
  const other = published.find((port) => !port.endsWith('/tcp'));
  if (other !== undefined) return `port ${other} of the host cannot be redirected, only TCP can`;
  const { portsRefused } = state.engine;
  return portsRefused === null ? null : `connections to ports of the host cannot be redirected: ${portsRefused}`;
}

/**
 * Why neighbours would not reach a stand-in by the host's address: it is on other networks, which Docker keeps apart.
 */
function whyElsewhere({ traits }: ReleaseService, running: readonly Container[], release: Release): string | null {
  const { shared, stack } = release;
  if (shared === null || !running.some(({ published }) => published.length > 0)) return null;
  const wanted = traits.networks.map((key) => shared.networks[key]?.name ?? `${stack}_${key}`);
  const former = [...new Set(running.flatMap(({ networks }) => Object.keys(networks)))].sort();
  if (former.length === 0 || wanted.length === 0 || former.some((name) => wanted.includes(name))) return null;
  return `it moves from network ${former.join(', ')} to ${wanted.join(', ')}, and connections cannot be redirected from one to the other`;
}

/** Whether the number of containers can change while some stay as they are, whichever strategy new containers need. */
export function canChangeNumber(
  service: ReleaseService,
  running: readonly Container[],
  { engine }: Pick<State, 'engine'>,
  starting: number,
): boolean {
  if (engine.redirectRefused !== null) return false;
  if (starting === 0) return true;
  // A new container would take over the unnamed volume of a container that stays.
  const alone = running.some(({ anonymousVolume }) => anonymousVolume) || service.traits.networkMode !== null;
  return !alone && whyOnlyOne(service) === null;
}

function recreate(service: ReleaseService, why: string, code: Downtime['code'] = null): Choice {
  const seconds = Math.min(service.traits.stopGracePeriod, 10) + START_SECONDS;
  return { strategy: 'recreate', downtime: { seconds, why, last: null, code } };
}

/** Bytes that one more container of a service may need. */
export function memoryOfOne({ traits }: ReleaseService, running: readonly Container[]): number {
  const used = Math.max(0, ...running.map((container) => container.memory.used));
  return Math.max(traits.memoryReservation, Math.ceil(used * MEMORY_MARGIN));
}
