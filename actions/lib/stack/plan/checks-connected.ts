/**
 * Checks that containers which people connected to a further network (`docker network connect`) are not replaced by
 * containers that are not on it: whoever calls them there would find nobody, and they would not find whom they call. Pure.
 */
import { UserError } from '../../errors';
import { quote } from '../../host/quote';
import type { Container, Plan, Release, State } from '../model';
import { networksOf } from './stranded';

/** @throws {UserError} RB-DRIFT */
export function checkConnected(plan: Pick<Plan, 'changes'>, target: Release, state: State): void {
  const { current } = state;
  for (const { service, start, retire } of plan.changes) {
    const was = current?.services[service];
    // Only with both is it known which networks the files gave the container.
    if (start === 0 || !current?.shared || was === undefined || was.traits.networkMode !== null) continue;
    if (Object.keys(was.traits.shares).length > 0 || was.definition.startsWith('unknown ')) continue;
    const given = [...networksOf(service, current), ...networksOf(service, target)];
    const own = state.containers.filter((container) => container.service === service).map(({ name }) => name);
    for (const container of state.containers) {
      // What an interrupted run made has the networks of a release that never became current.
      const made = container.release === null || container.release === was.since;
      if (!retire.includes(container.id) || !made) continue;
      for (const network of Object.keys(container.networks).sort()) {
        const others = (state.networks[network]?.users ?? []).filter((user) => !own.includes(user)).sort();
        if (!given.includes(network) && others.length > 0) throw connected(service, container, network, others);
      }
    }
  }
}

function connected(service: string, { name }: Container, network: string, others: readonly string[]): UserError {
  return new UserError('RB-DRIFT', {
    what: `${name} was connected by hand to the network ${network}, on which ${others.join(', ')} ${others.length === 1 ? 'is' : 'are'}, and the new containers of ${service} would not be`,
    why: `the Compose files do not give ${service} that network: after the change the two would no longer reach each other`,
    remedy: `write it into the Compose files: \`networks: {x: {external: true, name: ${network}}}\`, and x among the networks of ${service} (beside \`default\`, if it names none); or, if it is not needed, \`docker network disconnect ${quote(network)} ${quote(name)}\`. Nothing was changed`,
  });
}
