/** What a plan leaves as it is although it does not serve as it should. It comes and goes: no part of the plan. Pure. */
import type { Runbook } from '../../config/runbook';
import type { Container, Plan, Release, State } from '../model';
import { runningOf } from '../observe/inventory';
import type { Tie } from './groups';
import { isOneShot } from './strategy';

/** Sentences, one for each container, and one for each service that has too few. */
export function ailing(plan: Pick<Plan, 'unchanged'>, state: State, target: Release, runbook: Runbook): string[] {
  return plan.unchanged.flatMap((service) => {
    if (isOneShot(service, target, runbook)) return [];
    const running = runningOf(state, service);
    const wanted = target.services[service]?.replicas ?? 0;
    const few = `${service} runs ${running.length} of ${wanted} containers: the plan leaves it as it is.`;
    const found = running.flatMap((container) => {
      const what = [howIt(container), ...networksLacking(container, service, target)].filter((text) => text !== null);
      return what.length === 0 ? [] : [`${container.name} ${what.join(', and ')}: the plan leaves it as it is.`];
    });
    return running.length < wanted ? [few, ...found] : found;
  });
}

function howIt({ state, health }: Container): string | null {
  if (state === 'paused') return 'is paused';
  if (state === 'restarting') return 'ends again and again after its start';
  return health === 'unhealthy' ? 'is unhealthy' : null;
}

/** Why containers cannot stay: a network that they were on is gone, and the one that is made in its place has nobody on it. */
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

function networksLacking(container: Container, service: string, target: Release): string[] {
  const lacking = networksOff(container, service, target);
  return lacking.length === 0 ? [] : [`is not on network ${lacking.join(', ')}`];
}

/** Docker's names of networks that the release has it on, and from which somebody has taken it. */
function networksOff(container: Container, service: string, { services, shared, stack }: Release): string[] {
  const traits = services[service]?.traits;
  if (shared === null || traits === undefined || traits.networkMode !== null) return [];
  if (Object.keys(traits.shares).length > 0) return [];
  const names = traits.networks.map((key) => shared.networks[key]?.name ?? `${stack}_${key}`);
  return names.filter((name) => container.networks[name] === undefined);
}
