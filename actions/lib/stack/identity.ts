/** The only place that decides whether a running container is what a release wants. */
import { createHash } from 'node:crypto';
import type { Container, Release, ReleaseService, State } from './model';

/** JSON with sorted keys: equal data give equal text. */
export function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    inner !== null && typeof inner === 'object' && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}

/** SHA-256 of the canonical JSON, as 64 hexadecimal digits. */
export function hashOf(value: unknown): string {
  return createHash('sha256').update(canonical(value)).digest('hex');
}

/** `host/repo:tag@digest` → `host/repo`. The colon of a port stays. */
export function repositoryOf(image: string): string {
  const named = image.split('@')[0] ?? image;
  const colon = named.lastIndexOf(':');
  return colon > named.lastIndexOf('/') ? named.slice(0, colon) : named;
}

/** The local ID of the image that a service of a release wants; `null` if the host does not have the image. */
export function localImage(service: ReleaseService, images: State['images']): string | null {
  if (service.digest !== null) return images[`${repositoryOf(service.image)}@${service.digest}`] ?? null;
  return service.imageId !== null && images[service.imageId] !== undefined ? service.imageId : null;
}

/**
 * Whether a container is what a release wants of a service. Labels tell which release made it. An adopted container has
 * no labels: there the hash of its configuration must be the one that was recorded when it was adopted.
 */
export function matches(container: Container, service: ReleaseService, images: State['images']): boolean {
  if (container.imageId !== (localImage(service, images) ?? service.imageId)) return false;
  if (service.configHash !== null) {
    // If it shares another container's namespaces, Compose's hash contains that container's ID.
    const moves = Object.keys(service.traits.shares).length > 0;
    return container.release === null && (moves || container.configHash === service.configHash);
  }
  return container.release === service.since && container.definition === service.definition;
}

/** Whether two releases want the same containers of a service, whatever their number. */
export function sameContainers(a: ReleaseService, b: ReleaseService): boolean {
  return a.since === b.since && a.definition === b.definition && sameImage(a, b);
}

export function sameImage(a: ReleaseService, b: ReleaseService): boolean {
  return a.digest !== null || b.digest !== null ? a.digest === b.digest : a.imageId === b.imageId;
}

export function sameMounts(a: Pick<ReleaseService, 'mounts'>, b: Pick<ReleaseService, 'mounts'>): boolean {
  return canonical(a.mounts) === canonical(b.mounts);
}

/** The hash of what makes a release differ from another. The person who made it and the time do not count. */
export function contentOf(release: Pick<Release, 'services' | 'files' | 'compose' | 'shared' | 'maintenance'>): string {
  const { services, files, compose, shared, maintenance } = release;
  return hashOf({ services, files, compose, shared, maintenance });
}

/** The reference by which the host knows the image once it is pulled; empty for a service that does not exist. */
export function imageOf(service: ReleaseService | undefined): string {
  if (service === undefined) return '';
  return service.digest === null ? service.image : `${repositoryOf(service.image)}@${service.digest}`;
}
