/** Containers of other projects on networks of the stack: the effects on them are not known here. Pure. */
import type { Plan, Release, State } from '../model';

/**
 * Sentences on services whose containers get other names, while an outside container may call them by the old names.
 */
export function outsideNotes(
  { changes }: Pick<Plan, 'changes'>,
  state: State,
  { shared, services }: Release,
): string[] {
  const ours = new Set(state.containers.map(({ name }) => name));
  return changes.flatMap(({ service, kind, retire }) => {
    if (kind !== 'rolling') return [];
    const networks = (services[service]?.traits.networks ?? []).flatMap((key) => shared?.networks[key] ?? []);
    const outside = networks.flatMap(({ name }) =>
      (state.networks[name]?.users ?? []).filter((user) => !ours.has(user)),
    );
    if (outside.length === 0) return [];
    const names = state.containers.filter(({ id }) => retire.includes(id)).map(({ name }) => name);
    return [
      `${[...new Set(outside)].sort().join(', ')} of another project may call ${service}: the names of its containers (${names.join(', ')}) are gone afterwards, only ${service} and its aliases stay.`,
    ];
  });
}
