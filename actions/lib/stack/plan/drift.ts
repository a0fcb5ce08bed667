/** Containers that people changed, and whether a plan leaves them as they are. Part of `diff`; pure. */
import type { Drift } from '../drift';
import { matches } from '../identity';
import { limitsChanged } from '../limits';
import type { Container, ReleaseService, ServiceChange, State } from '../model';

type Change = Pick<ServiceChange, 'kind' | 'retire' | 'start' | 'to'>;

/**
 * @param running containers of the service, without leftovers of an interrupted run
 * @param change of the service; `null`: none
 */
export function driftOf(
  name: string,
  was: ReleaseService,
  running: readonly Container[],
  state: State,
  change: Change | null,
): Drift[] {
  const drift: Drift[] = [];
  const retire = change?.retire ?? [];
  const found = (what: string, isUndone: boolean, more: Partial<Drift> = {}): void => {
    drift.push({ service: name, what, ...more, ...(isUndone ? { undone: true } : {}) });
  };
  for (const container of running) {
    const isGone = retire.includes(container.id);
    if (!matches(container, was, state.images)) {
      const how = container.release === null ? 'was created by hand' : 'is not what its release says';
      found(`${container.name} (${container.image}) ${how}`, isGone);
      continue;
    }
    const changed = updated(container, was);
    // Compose does not compare what `docker update` changes.
    if (changed.length > 0)
      found(`${container.name} has by docker update: ${changed.join(', ')}`, isGone, { unseen: true });
  }
  if (running.length !== was.replicas) {
    const left = running.filter(({ id }) => !retire.includes(id)).length + (change?.start ?? 0);
    const isUndone = change !== null && change.kind !== 'reload' && left === (change.to?.replicas ?? 0);
    found(`runs ${running.length} containers instead of ${was.replicas}`, isUndone);
  }
  return drift;
}

function updated({ limits }: Container, { traits }: ReleaseService): string[] {
  // An earlier version did not record the limits.
  return limits === undefined || traits.limits === undefined ? [] : limitsChanged(limits, traits.limits);
}
