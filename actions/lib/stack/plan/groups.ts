/**
 * Services that share another container's namespaces or volumes, and services that are restarted with another: they are
 * replaced together with it, and go back with it. Pure.
 */
import type { Container, Release, ReleaseService, ServiceChange, State } from '../model';
import { startOrder } from './order';

/** Services of a release that share namespaces or volumes of this service's containers. */
export function sharersOf(name: string, { services }: Release): string[] {
  return Object.keys(services)
    .filter((other) => services[other]?.traits.shares[name] !== undefined)
    .sort();
}

/** Why running containers cannot stay although nothing of their own changed. */
export interface Tie {
  readonly why: string;
  /** Whether they die, or cannot be reached, from the moment that the other container is removed. */
  readonly dies: boolean;
}

/** @param changes changes of the services that start before this one */
export function tieOf(
  wanted: ReleaseService,
  running: readonly Container[],
  state: State,
  changes: readonly Pick<ServiceChange, 'service' | 'kind' | 'start' | 'retire'>[],
): Tie | null {
  const { shares, restartsWith } = wanted.traits;
  for (const [leader, what] of Object.entries(shares)) {
    const change = changes.find(({ service }) => service === leader);
    const dies = what !== 'volumes';
    // What the other container reads on a reload, this one may read only when it starts.
    if (change?.kind === 'reload' && what.includes('volumes'))
      return { why: `it has the volumes of ${leader}, whose files change`, dies: false };
    if (change !== undefined && isMoved(change))
      return { why: `it shares the ${what} of ${leader}, which is replaced`, dies };
    const there = state.containers.filter((container) => container.service === leader && !container.oneOff);
    if (dies && there.some((container) => container.state === 'running') && isLeftBehind(running, there))
      return { why: `it shared the ${what} of ${leader}, which was replaced`, dies };
  }
  for (const leader of restartsWith) {
    const change = changes.find(({ service }) => service === leader);
    // With `create`, `scale` and `remove`, containers that stay are the same as before, or there were none.
    if (change !== undefined && !['create', 'scale', 'remove'].includes(change.kind) && isMoved(change))
      return { why: `${leader} is replaced (depends_on.restart)`, dies: false };
  }
  return null;
}

/**
 * Services of the current release that share this one's containers or start anew with them, directly or not, in the
 * order of their start.
 */
export function tiedTo(name: string, current: Release | null): string[] {
  if (current === null) return [];
  const found = new Set([name]);
  const order = startOrder(current);
  for (const other of order) {
    const { shares, restartsWith } = current.services[other]!.traits;
    if ([...Object.keys(shares), ...restartsWith].some((leader) => found.has(leader))) found.add(other);
  }
  return order.filter((other) => other !== name && found.has(other));
}

function isMoved({ kind, start, retire }: Pick<ServiceChange, 'kind' | 'start' | 'retire'>): boolean {
  return kind !== 'reload' && kind !== 'one-shot' && (retire.length > 0 || (start > 0 && kind !== 'scale'));
}

/** Whether a running container shares the namespace of a container that no longer exists. */
function isLeftBehind(running: readonly Container[], there: readonly Container[]): boolean {
  const known = new Set(there.flatMap(({ id, name }) => [id, name]));
  return running.some(({ joins }) => joins.length > 0 && !joins.some((joined) => known.has(joined)));
}
