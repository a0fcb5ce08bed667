/** Identity of a service apart from its image and number of containers: equal definitions give equal containers. */

import type { ComposeModel, ComposeService } from '../compose-model';
import { hashOf } from '../identity';

/** Keys that do not change a container: how many there are, how the image is obtained, when the service starts. */
const IRRELEVANT = new Set(['image', 'build', 'scale', 'pull_policy', 'profiles', 'depends_on', 'develop']);

/** SHA-256 over what makes the containers of a service, independent of the order of keys. */
export function definitionOf(service: ComposeService, model: ComposeModel): string {
  const relevant = Object.entries(service).filter(
    ([key, value]) => value !== null && !IRRELEVANT.has(key) && !key.startsWith('x-'),
  );
  const { replicas: _number, ...deploy } = (service.deploy ?? {}) as Record<string, unknown>;
  return hashOf(compact({ ...Object.fromEntries(relevant), deploy, ...used(service, model) }));
}

/** Definitions of the networks, volumes, secrets and configs that the service names. */
function used(service: ComposeService, model: ComposeModel): Record<string, unknown> {
  const names: Record<string, readonly (string | undefined)[]> = {
    networks: Object.keys((service.networks ?? {}) as object),
    volumes: ((service.volumes ?? []) as { source?: string }[]).map(({ source }) => source),
    secrets: ((service.secrets ?? []) as { source: string }[]).map(({ source }) => source),
    configs: ((service.configs ?? []) as { source: string }[]).map(({ source }) => source),
  };
  return Object.fromEntries(
    Object.entries(names).map(([kind, wanted]) => [
      `top-level ${kind}`,
      Object.fromEntries(Object.entries((model[kind] ?? {}) as object).filter(([name]) => wanted.includes(name))),
    ]),
  );
}

/** Without empty objects: Compose's versions differ in which of them they print. */
function compact(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(compact);
  if (value === null || typeof value !== 'object') return value;
  const entries = Object.entries(value).map(([key, inner]) => [key, compact(inner)] as const);
  return Object.fromEntries(entries.filter(([, inner]) => !isEmptyObject(inner)));
}

function isEmptyObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && Object.keys(value).length === 0;
}
