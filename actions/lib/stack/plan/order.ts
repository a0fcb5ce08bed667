/** Services in the order in which they may start. */
import type { Release } from '../model';

/**
 * Depth-first over `depends_on`; names break ties, so that the order is the same every time.
 * Compose refuses cycles, hence they are not looked for: each service is visited once.
 */
export function startOrder(release: Release): string[] {
  const order: string[] = [];
  const seen = new Set<string>();
  const visit = (name: string): void => {
    const service = release.services[name];
    if (service === undefined || seen.has(name)) return;
    seen.add(name);
    for (const dependency of Object.keys(service.traits.dependsOn).sort()) visit(dependency);
    order.push(name);
  };
  for (const name of Object.keys(release.services).sort()) visit(name);
  return order;
}

/** Services whose `depends_on` names this one. */
export function dependentsOf(name: string, { services }: Release): string[] {
  return Object.keys(services)
    .filter((other) => Object.hasOwn(services[other]!.traits.dependsOn, name))
    .sort();
}
