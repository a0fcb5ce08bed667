/**
 * Services that can no longer reach each other, because the new release changes their networks. Callers use the old
 * containers until these are removed, so that no watch notices it. Pure.
 */
import type { Release } from '../model';

/**
 * Sentences on pairs of which one service is known to call the other: by `depends_on`, and the proxy may call every
 * service.
 */
export function partings(target: Release, current: Release | null, proxy: string | null): string[] {
  if (current === null) return [];
  const names = Object.keys(target.services).sort();
  return names.flatMap((caller) =>
    names.flatMap((called) => {
      const calls =
        caller === proxy ? called !== caller : target.services[caller]!.traits.dependsOn[called] !== undefined;
      const before = inCommon(caller, called, current);
      const after = inCommon(caller, called, target);
      if (!calls || before === null || after === null || before.length === 0 || after.length > 0) return [];
      return [
        `${caller} and ${called} have no network in common any more (it was ${before.join(', ')}): ${caller} does not reach ${called} once its old containers are gone.`,
      ];
    }),
  );
}

/** Docker's names of the networks that both services have; `null` if one of them has no networks of its own. */
function inCommon(one: string, other: string, release: Release): string[] | null {
  const [first, second] = [one, other].map((service) => {
    const traits = release.services[service]?.traits;
    if (traits === undefined || traits.networkMode !== null || traits.networks.length === 0) return null;
    return traits.networks.map((key) => release.shared?.networks[key]?.name ?? `${release.stack}_${key}`);
  });
  return first && second ? first.filter((name) => second.includes(name)) : null;
}
