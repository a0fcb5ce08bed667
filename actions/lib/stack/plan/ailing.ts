/** Containers that do not serve as they should. A plan leaves them as they are, and does not include them. Pure. */
import type { Runbook } from '../../config/runbook';
import type { Container, Plan, Release, State } from '../model';
import { runningOf } from '../observe/inventory';
import { namelessOn, networksOff } from './stranded';
import { isOneShot } from './strategy';

/** Sentences, one for each container, and one for each service that has too few. */
export function ailing(plan: Pick<Plan, 'unchanged'>, state: State, target: Release, runbook: Runbook): string[] {
  return plan.unchanged.flatMap((service) =>
    ailments(service, state, target, runbook).map((what) => `${what}: the plan leaves it as it is.`),
  );
}

/** What is wrong with containers of a service of the current release: sentences without their full stop. */
export function ailments(service: string, state: State, target: Release, runbook: Runbook): string[] {
  if (isOneShot(service, target, runbook)) return [];
  const running = runningOf(state, service);
  const wanted = target.services[service]?.replicas ?? 0;
  const few = `${service} runs ${running.length} of ${wanted} containers`;
  const found = running.flatMap((container) => {
    const what = [howIt(container), ...networksLacking(container, service, target)].filter((text) => text !== null);
    return what.length === 0 ? [] : [`${container.name} ${what.join(', and ')}`];
  });
  return running.length < wanted ? [few, ...found] : found;
}

function howIt({ state, health }: Container): string | null {
  if (state === 'paused') return 'is paused';
  if (state === 'restarting') return 'ends again and again after its start';
  return health === 'unhealthy' ? 'is unhealthy' : null;
}

function networksLacking(container: Container, service: string, target: Release): string[] {
  const lacking = networksOff(container, service, target);
  const nameless = namelessOn(container, service, target);
  return [
    ...(lacking.length === 0 ? [] : [`is not on network ${lacking.join(', ')}`]),
    ...(nameless.length === 0 ? [] : [`is not found by the name ${service} on network ${nameless.join(', ')}`]),
  ];
}
