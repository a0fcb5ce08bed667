/** Values of a service that procedures set besides its Compose files: number of containers, limits, variables. Pure. */
import { createHash } from 'node:crypto';
import type { Adjusted, Adjustment } from '../adjusted';
import type { ComposeService } from '../compose-model';
import type { ReleaseService } from '../model';
import { definitionOf } from '../resolve/definition';
import { deployedLimits, type Limit, limitOf, limitsOf, OWN_KEY } from '../resolve/limits';
import { replicasOf } from '../resolve/traits';
import type { Resolved, ResolvedService } from '../resolve/types';

/** Values that a service is to have; `null`: no limit. */
export interface Values {
  readonly replicas?: number;
  /** Bytes. */
  readonly memory?: number | null;
  readonly cpus?: number | null;
  readonly variables?: Readonly<Record<string, string>>;
}

/** A service's own keys of limits that `deploy.resources.limits` has as well. Source: compose-go, `checkConsistency` */
const OWN_LIMITS = [...Object.values(OWN_KEY), 'pids_limit'];

export function variablesOf(service: ComposeService): Readonly<Record<string, string>> {
  return (service.environment ?? {}) as Record<string, string>;
}

/**
 * The service with other values. Each value is written where the Compose file has it, because Compose refuses two
 * places that differ. A value that the service has already is not written again.
 */
export function withValues(
  service: ComposeService,
  { replicas, memory, cpus, variables = {} }: Values,
): ComposeService {
  let made = service;
  if (replicas !== undefined && replicas !== replicasOf(service)) made = withReplicas(made, replicas);
  if (memory !== undefined && memory !== limitOf(service, 'memory'))
    made = withLimit(made, 'memory', memory === null ? null : String(memory));
  if (cpus !== undefined && cpus !== limitOf(service, 'cpus')) made = withLimit(made, 'cpus', cpus);
  const others = Object.entries(variables).filter(([name, value]) => variablesOf(service)[name] !== escaped(value));
  if (others.length === 0) return made;
  const added = Object.fromEntries(others.map(([name, value]) => [name, escaped(value)]));
  return { ...made, environment: { ...variablesOf(made), ...added } };
}

/** The record that a release keeps of values that differ from its Compose files; `undefined` if none differs. */
export function adjustedTo(
  before: Adjusted | undefined,
  service: ComposeService,
  values: Values,
  made: { readonly by: string; readonly release: string; readonly definition: string },
): Adjusted | undefined {
  const { definition, ...where } = made;
  const one = <T>(was: Adjustment<T> | undefined, is: T | null | undefined, there: T | null) => {
    if (is === undefined) return was;
    const files = was === undefined ? there : was.files;
    if (is === files || is === null) return undefined;
    return was?.is === is ? was : { is, files, ...where };
  };
  const own = variablesOf(service);
  const variables = Object.entries(values.variables ?? {}).flatMap(([name, is]) => {
    const was = before?.variables?.[name];
    const files = was === undefined ? hashed(own[name]) : was.files;
    if (files === hashed(escaped(is))) return [];
    return [[name, was?.is === is ? was : { is, files, ...where }] as const];
  });
  const kept = Object.entries(before?.variables ?? {}).filter(([name]) => values.variables?.[name] === undefined);
  return whole({
    definition,
    replicas: one(before?.replicas, values.replicas, replicasOf(service)),
    memory: one(before?.memory, values.memory, limitOf(service, 'memory')),
    cpus: one(before?.cpus, values.cpus, limitOf(service, 'cpus')),
    variables: Object.fromEntries([...kept, ...variables]),
  });
}

/**
 * What the files resolved to, with the values that procedures set. Such a value holds as long as the files say the same
 * about it as when it was set; once the files say something else, the value of the files holds.
 *
 * @param before services of the current release
 */
export function withAdjustments<T extends Pick<Resolved, 'model' | 'services'>>(
  resolved: T,
  before: Readonly<Record<string, ReleaseService>>,
): T {
  const services: Record<string, ResolvedService> = { ...resolved.services };
  const definitions: Record<string, ComposeService> = { ...resolved.model.services };
  for (const [name, service] of Object.entries(resolved.services)) {
    const was = Object.hasOwn(before, name) ? before[name]!.adjusted : undefined;
    const definition = resolved.model.services[name];
    // A service that this deploy leaves out still has its record, and its definition follows from it.
    if (was === undefined || definition === undefined || service.adjusted !== undefined) continue;
    const adjusted = stillMeant(was, definition, service.definition);
    if (adjusted === undefined) continue;
    const made = withValues(definition, valuesOf(adjusted));
    definitions[name] = made;
    services[name] = {
      ...service,
      replicas: replicasOf(made),
      definition: definitionOf(made, resolved.model),
      traits: { ...service.traits, limits: limitsOf(made) },
      adjusted,
    };
  }
  return { ...resolved, services, model: { ...resolved.model, services: definitions } };
}

function valuesOf({ replicas, memory, cpus, variables }: Adjusted): Values {
  return {
    ...(replicas === undefined ? {} : { replicas: replicas.is }),
    ...(memory === undefined ? {} : { memory: memory.is }),
    ...(cpus === undefined ? {} : { cpus: cpus.is }),
    ...(variables === undefined
      ? {}
      : { variables: Object.fromEntries(Object.entries(variables).map(([name, { is }]) => [name, is])) }),
  };
}

function stillMeant(was: Adjusted, service: ComposeService, definition: string): Adjusted | undefined {
  const same = <T>(one: Adjustment<T> | undefined, said: T | null) => (one?.files === said ? one : undefined);
  const own = variablesOf(service);
  const variables = Object.entries(was.variables ?? {}).filter(([name, { files }]) => files === hashed(own[name]));
  return whole({
    definition,
    replicas: same(was.replicas, replicasOf(service)),
    memory: same(was.memory, limitOf(service, 'memory')),
    cpus: same(was.cpus, limitOf(service, 'cpus')),
    variables: Object.fromEntries(variables),
  });
}

/**
 * The record without keys that are not adjusted, so that equal records have equal keys; `undefined` if none is left.
 */
function whole({ definition, replicas, memory, cpus, variables = {} }: Adjusted): Adjusted | undefined {
  const found = {
    ...(replicas === undefined ? {} : { replicas }),
    ...(memory === undefined ? {} : { memory }),
    ...(cpus === undefined ? {} : { cpus }),
    ...(Object.keys(variables).length === 0 ? {} : { variables }),
  };
  return Object.keys(found).length === 0 ? undefined : { definition, ...found };
}

/** Compose takes `scale` and `deploy.replicas` where they are equal, and writes the one into the other of its model. */
function withReplicas(service: ComposeService, replicas: number): ComposeService {
  const deploy = service.deploy as { replicas?: unknown } | undefined;
  const scaled = service.scale === undefined ? service : { ...service, scale: replicas };
  const isDeploys = service.scale === undefined || (deploy?.replicas ?? undefined) !== undefined;
  return isDeploys ? { ...scaled, deploy: { ...deploy, replicas } } : scaled;
}

/** As soon as `deploy` has any limit, Compose requires the service's own limits to be equal there. */
function withLimit(service: ComposeService, limit: Limit, value: string | number | null): ComposeService {
  const own = OWN_KEY[limit];
  const { [own]: _own, ...rest } = service;
  const there = deployedLimits(service) ?? null;
  if (there === null && OWN_LIMITS.some((key) => service[key] !== undefined))
    return value === null ? rest : { ...rest, [own]: value };
  const { [limit]: _was, ...others } = there ?? {};
  const deploy = (service.deploy ?? {}) as { resources?: object };
  const limits = value === null ? others : { ...others, [limit]: value };
  return { ...rest, deploy: { ...deploy, resources: { ...deploy.resources, limits } } };
}

/** Compose's model writes `$` as `$$`. */
function escaped(text: string): string {
  return text.replaceAll('$', '$$$$');
}

function hashed(value: string | undefined): string | null {
  return value === undefined ? null : createHash('sha256').update(value).digest('hex');
}
