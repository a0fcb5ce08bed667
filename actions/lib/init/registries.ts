/** Registries other than GitHub's own: their login has to be set. Pure. */
import type { Service } from './compose';

/** @param services those whose images a deploy pulls by its version */
export function sayRegistries(services: readonly Service[]): string[] {
  const registries = new Map<string, string[]>();
  for (const { name, image } of services) {
    const registry = image === null ? null : registryOf(image);
    if (registry !== null) registries.set(registry, [...(registries.get(registry) ?? []), name]);
  }
  return [...registries].map(
    ([registry, names]) =>
      `The ${names.length === 1 ? 'image' : 'images'} of ${names.join(', ')} ${names.length === 1 ? 'comes' : 'come'} from ${registry}. If it asks for a login, set the variable REGISTRY to ${registry}, the variable REGISTRY_USER and the secret REGISTRY_PASSWORD.`,
  );
}

/** As Docker reads a name: its first part is a registry if it has a dot or a port. `null`: a variable decides. */
function registryOf(image: string): string | null {
  const [first = '', ...rest] = image.split('/');
  if (first.includes('$')) return null;
  return rest.length > 0 && (/[.:]/.test(first) || first === 'localhost') ? first : 'docker.io';
}
