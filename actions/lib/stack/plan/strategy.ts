/** How a service gets to its new containers, and what that costs. Pure. */

import { posix } from 'node:path';
import { mib } from '../../bytes';
import { type Runbook, type Strategy, settingsOf } from '../../config/runbook';
import type { Container, Downtime, Release, ReleaseService, State } from '../model';
import { sharersOf, type Tie } from './groups';

interface Choice {
  readonly strategy: Strategy;
  readonly downtime: Downtime | null;
}

/** Running containers may need a quarter more than they have now: caches fill, requests come. */
const MEMORY_MARGIN = 1.25;
/** Seconds that a container takes from its start until it serves, for the announced downtime. */
const START_SECONDS = 5;

export function isOneShot(service: string, release: Release, runbook: Runbook): boolean {
  if (settingsOf(runbook, service).strategy === 'one-shot' || runbook.migration.service === service) return true;
  return Object.values(release.services).some(
    (other) => other.traits.dependsOn[service] === 'service_completed_successfully',
  );
}

/** Whether a stand-in that an earlier procedure had to leave is all that serves for a service. */
export function onlyStandInServes(service: string, running: readonly Container[], state: State): boolean {
  const stoodFor = state.containers.some((c) => c.standIn && c.service === service && c.state === 'running');
  return stoodFor && !running.some((c) => c.state === 'running' && c.listens.length > 0);
}

/**
 * Chooses for a service that runs already. What cannot run twice is recreated, with a downtime that
 * is announced; what nobody calls is replaced; all else rolls.
 *
 * @param starting how many new containers; fewer than its number where some stay
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
    // Callers do not reach it now, or a stand-in serves for it already.
    if (onlyStandInServes(name, running, state) || running.every((container) => container.state === 'restarting'))
      return { strategy: 'recreate', downtime: null };
    const choice = besideOrRecreate('stand-in', service, running, state, starting);
    const lost =
      choice.strategy === 'stand-in' ? (whyPathLost(running, state) ?? whyElsewhere(service, running, release)) : null;
    return lost === null ? choice : recreate(service, lost, 'RB-REDIRECT-REFUSED');
  }
  // A container that replaces another has its name; a stand-in is removed before that.
  const alone = single ?? stateful ?? service.traits.namedBy ?? null;
  if (alone !== null) {
    const choice = recreate(service, alone, refusedTo(wanted));
    // That stops the old ones first, too.
    return wanted === 'drain-and-replace' ? { ...choice, strategy: wanted } : choice;
  }
  const listens = running.some((container) => container.listens.length > 0) && whyOnce(service, running) === null;
  if (wanted === 'drain-and-replace' || (wanted === undefined && !listens)) {
    return { strategy: 'drain-and-replace', downtime: null };
  }
  return besideOrRecreate('rolling', service, running, state, starting);
}

/** Ports on which programs show their numbers to Prometheus, and on which few do anything else. */
const METRICS = [2112, 9091, 9100, 9102, 9106, 9113, 9114, 9121, 9187, 9216, 9394, 9540, 9808];

/** Why no second one of what listens is started beside it unasked: it may do its work twice, and nobody calls it. */
export function whyOnce({ traits }: ReleaseService, running: readonly Container[]): string | null {
  if (traits.once !== undefined) return traits.once;
  const ports = [...new Set(running.flatMap(({ listens }) => listens))];
  const measured = traits.unnamed === true && ports.length > 0 && ports.every((port) => METRICS.includes(port));
  return measured
    ? `nothing in the files calls it, and it listens only on ${ports.join(', ')}, which is usual for metrics`
    : null;
}

/** Old and new run at once, and connections are redirected from one to the other. */
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

/** What a second container could not have. */
export function whyOnlyOne(service: ReleaseService): string | null {
  const { containerName, hostPorts } = service.traits;
  if (containerName !== null) return `container_name ${containerName} can exist only once`;
  const fixed = whyFixed(service);
  if (fixed !== null) return fixed;
  if (hostPorts.length > 0) return `it publishes port ${hostPorts.join(', ')} of the host`;
  return null;
}

/** Things that neither a second container nor a stand-in can have. */
function whyFixed({ traits: { fixed } }: ReleaseService): string | null {
  return fixed.length > 0 ? `its ${fixed.join(', ')} can exist only once` : null;
}

/** What several containers of a service may write to: names of volumes, and paths on the host or in the container. */
export function sharedOf(name: string, runbook: Runbook): string[] {
  const written = settingsOf(runbook, name).sharedVolumes ?? [];
  // A path of the Compose file is one below the stack's directory.
  return written
    .flatMap((one) => [one, posix.join(runbook.directory, one)])
    .map((one) => one.replace(/(?<=.)\/+$/, ''));
}

/** A service whose strategy asks for old and new at once does not get a downtime unasked. */
function refusedTo(wanted: Strategy | undefined): Downtime['code'] {
  return wanted === 'rolling' || wanted === 'stand-in' ? 'RB-DOWNTIME-REFUSED' : null;
}

/**
 * What forbids two processes at once, by whatever way.
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

/** What it writes to and `runbook.yml` does not call shared. */
function unshared({ traits }: ReleaseService, shared: readonly string[]): string[] {
  const isShared = (source: string): boolean => {
    const targets = traits.volumes.flatMap((text) => {
      const [, from = '', target = ''] = /^\w+:(.*):([^:]*)$/.exec(text) ?? [];
      return from === source || from.startsWith(`${source}/`) ? [target] : [];
    });
    // What is mounted at several places is shared where each of them is.
    return shared.includes(source) || (targets.length > 0 && targets.every((target) => shared.includes(target)));
  };
  return traits.writableVolumes.filter((source) => !isShared(source));
}

/** What lives in its container would stay with the old one. */
export function whyHeld(name: string, release: Release, runbook: Runbook): string | null {
  const [found] = sharersOf(name, release).filter((other) => !isOneShot(other, release, runbook));
  return found === undefined ? null : `${found} shares its ${release.services[found]?.traits.shares[name]}`;
}

/** What callers of a published port would notice although a stand-in serves: a way to it that cannot be redirected. */
function whyPathLost(running: readonly Container[], state: State): string | null {
  const published = running.flatMap((container) => container.published);
  if (published.length === 0) return null;
  const other = published.find((port) => !port.endsWith('/tcp'));
  if (other !== undefined) return `port ${other} of the host cannot be redirected, only TCP can`;
  const { portsRefused } = state.engine;
  return portsRefused === null ? null : `connections to ports of the host cannot be redirected: ${portsRefused}`;
}

/** Why neighbours on its networks would not get to a stand-in by the host's address: Docker keeps networks apart. */
function whyElsewhere({ traits }: ReleaseService, running: readonly Container[], release: Release): string | null {
  const { shared, stack } = release;
  if (shared === null || !running.some(({ published }) => published.length > 0)) return null;
  const wanted = traits.networks.map((key) => shared.networks[key]?.name ?? `${stack}_${key}`);
  const former = [...new Set(running.flatMap(({ networks }) => Object.keys(networks)))].sort();
  if (former.length === 0 || wanted.length === 0 || former.some((name) => wanted.includes(name))) return null;
  return `it moves from network ${former.join(', ')} to ${wanted.join(', ')}, and connections cannot be redirected from one to the other`;
}

/** Whether its number can change while containers of it stay as they are, whatever its strategy is for new ones. */
export function canChangeNumber(
  service: ReleaseService,
  running: readonly Container[],
  { engine }: Pick<State, 'engine'>,
  starting: number,
): boolean {
  if (engine.redirectRefused !== null) return false;
  if (starting === 0) return true;
  // A volume without a name would be handed on from one that stays.
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
