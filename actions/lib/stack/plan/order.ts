/** Services in the order in which they may start. */
import type { Release, ServiceChange } from '../model';

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

/** All services that must run for this one, directly or not. */
export function requirements(service: string, target: Release, found = new Set<string>()): Set<string> {
  for (const name of Object.keys(target.services[service]?.traits.dependsOn ?? {})) {
    if (!found.has(name)) requirements(name, target, found.add(name));
  }
  return found;
}

/**
 * Puts the migration before changes of services that run already, and before what waits for these: no container of the
 * new version meets the former schema, also if no `depends_on` says so. Services that the migration needs stay before
 * it, and so do those that do not run yet: one of them may be its database.
 *
 * @param changes in the order of {@link startOrder}
 */
export function migrationFirst<T extends Pick<ServiceChange, 'service' | 'kind'>>(
  changes: readonly T[],
  target: Release,
  migration: string | null,
): T[] {
  const at = changes.findIndex(({ service, kind }) => service === migration && kind === 'one-shot');
  if (at === -1) return [...changes];
  const needed = requirements(changes[at]!.service, target);
  const later: string[] = [];
  for (const { service, kind } of changes.slice(0, at)) {
    if (needed.has(service)) continue;
    const needs = requirements(service, target);
    const runs = kind !== 'create' && kind !== 'one-shot';
    if (runs || later.some((name) => needs.has(name))) later.push(service);
  }
  const before = changes.slice(0, at).filter(({ service }) => !later.includes(service));
  const after = changes.slice(0, at).filter(({ service }) => later.includes(service));
  return [...before, changes[at]!, ...after, ...changes.slice(at + 1)];
}
