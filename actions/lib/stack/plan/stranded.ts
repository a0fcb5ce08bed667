/** Finds containers that are not on a network of their release, and those that cannot stay because it is gone. Pure. */
import type { Container, Release, State } from '../model';
import type { Tie } from './groups';

/** Why containers cannot stay: their network is gone, and the network made in its place has no containers. */
export function strandedOf(
  service: string,
  running: readonly Container[],
  state: Pick<State, 'networks'>,
  target: Release,
): Tie | null {
  const gone = running
    .flatMap((container) => networksOff(container, service, target))
    .find((name) => state.networks[name] === undefined);
  return gone === undefined ? null : { why: `network ${gone} was removed`, dies: false };
}

/** Docker's names of the networks from which a container was disconnected, although its release has it on them. */
export function networksOff(container: Container, service: string, release: Release): string[] {
  return networksOf(service, release).filter((name) => container.networks[name] === undefined);
}

/** Docker's names of the networks on which others do not find a container by its service's name, as Compose sets it up. */
export function namelessOn(container: Container, service: string, release: Release): string[] {
  if (container.name === service) return [];
  return networksOf(service, release).filter((name) => container.networks[name]?.names?.includes(service) === false);
}

/** Docker's names of the networks of a service in its release; none if it shares the network of another container. */
export function networksOf(service: string, { services, shared, stack }: Release): string[] {
  const traits = services[service]?.traits;
  if (shared === null || traits === undefined || traits.networkMode !== null) return [];
  if (Object.keys(traits.shares).length > 0) return [];
  return traits.networks.map((key) => shared.networks[key]?.name ?? `${stack}_${key}`);
}
