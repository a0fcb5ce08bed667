/**
 * Checks that containers which people connected to a further network (`docker network connect`) are not replaced by
 * containers that are not on it: whoever calls them there would find nobody, and they would not find whom they call. Pure.
 */
import type { DriftPolicy } from '../../config/inputs';
import { UserError } from '../../errors';
import { quote } from '../../host/quote';
import type { Plan, Release, State } from '../model';
import { networksOf } from './stranded';

/** A container that people connected to a network, and that is to be replaced by containers that are not on it. */
interface Connected {
  readonly service: string;
  readonly container: string;
  readonly network: string;
  /** The other containers on the network. */
  readonly others: readonly string[];
}

/**
 * @param policy with `discard` the containers are replaced all the same
 * @throws {UserError} RB-DRIFT
 */
export function checkConnected(
  plan: Pick<Plan, 'changes'>,
  target: Release,
  state: State,
  policy: DriftPolicy = 'refuse',
): void {
  const [first] = policy === 'discard' ? [] : connectedByHand(plan, target, state);
  if (first !== undefined) throw refusal(first, policy);
}

/** Sentences on the connections that end, where {@link checkConnected} lets the plan pass. */
export function connectedNotes(plan: Pick<Plan, 'changes'>, target: Release, state: State): string[] {
  return connectedByHand(plan, target, state).map(
    ({ service, container, network, others }) =>
      `${container} was connected by hand to the network ${network}, on which ${are(others)}; the new containers of ${service} are not on it (drift: discard).`,
  );
}

function connectedByHand({ changes }: Pick<Plan, 'changes'>, target: Release, state: State): Connected[] {
  const { current } = state;
  return changes.flatMap(({ service, start, retire }) => {
    const was = current?.services[service];
    // Only with both is it known which networks the files gave the container.
    if (start === 0 || !current?.shared || was === undefined || was.traits.networkMode !== null) return [];
    if (Object.keys(was.traits.shares).length > 0 || was.definition.startsWith('unknown ')) return [];
    const given = [...networksOf(service, current), ...networksOf(service, target)];
    const own = state.containers.filter((container) => container.service === service).map(({ name }) => name);
    return state.containers.flatMap((container) => {
      // What an interrupted run made has the networks of a release that never became current.
      const made = container.release === null || container.release === was.since;
      if (!retire.includes(container.id) || !made) return [];
      return Object.keys(container.networks)
        .sort()
        .flatMap((network) => {
          const others = (state.networks[network]?.users ?? []).filter((user) => !own.includes(user)).sort();
          const isTheirs = !given.includes(network) && others.length > 0;
          return isTheirs ? [{ service, container: container.name, network, others }] : [];
        });
    });
  });
}

function refusal({ service, container, network, others }: Connected, policy: DriftPolicy): UserError {
  const kept = policy === 'accept' ? '; `drift: accept` cannot keep what a new container replaces' : '';
  return new UserError('RB-DRIFT', {
    what: `${container} was connected by hand to the network ${network}, on which ${are(others)}, and the new containers of ${service} would not be`,
    why: `the Compose files do not give ${service} that network: after the change the two would no longer reach each other${kept}`,
    remedy: `write it into the Compose files: \`networks: {x: {external: true, name: ${network}}}\`, and x among the networks of ${service} (beside \`default\`, if it names none); or, if it is not needed, run it again with \`drift: discard\`, or \`docker network disconnect ${quote(network)} ${quote(container)}\`. Nothing was changed`,
  });
}

function are(others: readonly string[]): string {
  return `${others.join(', ')} ${others.length === 1 ? 'is' : 'are'}`;
}
