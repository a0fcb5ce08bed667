/** Limits of a service and of the host. Pure; each check throws a UserError. */
import { UserError } from '../lib/errors';
import { bytesInWords } from '../lib/stack/adjusted';
import type { ComposeService } from '../lib/stack/compose-model';
import type { Container, Release, State } from '../lib/stack/model';
import { memoryOfOne, sharedOf, whyHeld, whyOnlyOne, whyStateful } from '../lib/stack/plan/strategy';
import { variablesOf } from '../lib/stack/release/adjust';
import type { Edit, Stored } from '../lib/stack/release/edit';
import type { HostSize } from '../lib/stack/release/stored';
import { limitOf } from '../lib/stack/resolve/limits';
import { replicasOf } from '../lib/stack/resolve/traits';
import type { ScaleInputs } from './inputs';

export interface ScaleRequest extends Pick<ScaleInputs, 'wanted' | 'runbook'> {
  readonly current: Stored;
  /** Of the release, as its Compose files have them and procedures changed them. */
  readonly services: Readonly<Record<string, ComposeService>>;
  readonly state: Pick<State, 'containers' | 'memoryAvailable'>;
  readonly size: HostSize;
}

/** What each service has once everything is carried out. */
interface Size {
  readonly replicas: number;
  readonly memory: number | null;
  readonly cpus: number | null;
}

export function sizeOf(service: ComposeService, release: Release, name: string, edit: Edit): Size {
  const recorded = release.services[name]?.adjusted;
  const wanted = <T>(key: 'replicas' | 'memory' | 'cpus', there: T): T => {
    const given = edit[key] as T | undefined;
    if (given !== undefined) return given;
    return edit.asFiles?.includes(key) && recorded?.[key] !== undefined ? (recorded[key].files as T) : there;
  };
  return {
    replicas: wanted('replicas', release.services[name]?.replicas ?? replicasOf(service)),
    memory: wanted('memory', limitOf(service, 'memory')),
    cpus: wanted('cpus', limitOf(service, 'cpus')),
  };
}

/** @throws {UserError} RB-SERVICE-UNSUITABLE, RB-HOST-SHORT */
export function checkScale(request: ScaleRequest): void {
  for (const [name, edit] of Object.entries(request.wanted)) {
    checkNumber(name, edit, request);
    checkLimits(name, edit, request);
    checkVariables(name, edit, request);
  }
  checkMemory(request);
}

function checkNumber(name: string, edit: Edit, { current, services, state, runbook }: ScaleRequest): void {
  const { release } = current;
  const service = release.services[name]!;
  const { replicas } = sizeOf(services[name]!, release, name, edit);
  if (replicas <= 1 || replicas <= service.replicas) return;
  const several = service.replicas > 1;
  const ports = service.traits.containerName === null && portsFor(services[name]!) >= replicas;
  const once = ports && service.traits.fixed.length === 0 ? null : whyOnlyOne(service);
  const why =
    once ??
    // A service whose files want several containers already may run in several.
    (several
      ? null
      : (whyStateful(service, runningOf(name, state), sharedOf(name, runbook)) ?? whyHeld(name, release, runbook)));
  if (why === null) return;
  throw new UserError('RB-SERVICE-UNSUITABLE', {
    what: `${name} cannot run in ${replicas} containers`,
    why,
    remedy:
      once === null
        ? 'leave its number as it is; if several containers may share the volumes, name them in its `shared-volumes` of runbook.yml, or write `deploy.replicas: 2` or more in its Compose file once and deploy it, then scale'
        : 'remove that from its Compose file and deploy, then scale',
  });
}

/** For how many containers its ports of the host suffice: each range gives one port to each container. */
function portsFor(service: ComposeService): number {
  const ports = (service.ports ?? []) as { published?: string | number }[];
  const counts = ports.map(({ published }) => {
    const [first = 0, last = first] = String(published ?? '')
      .split('-')
      .map(Number);
    return published === undefined || published === '' || first === 0 ? Number.POSITIVE_INFINITY : last - first + 1;
  });
  return Math.min(...counts);
}

function checkLimits(name: string, edit: Edit, { current, services, size }: ScaleRequest): void {
  const service = services[name]!;
  const { memory, cpus, replicas } = sizeOf(service, current.release, name, edit);
  const before = sizeOf(service, current.release, name, {});
  if (memory !== null && (memory !== before.memory || replicas > before.replicas)) {
    const reserved = current.release.services[name]!.traits.memoryReservation;
    if (memory < reserved)
      throw unsuitable(name, memory, `it reserves ${bytesInWords(reserved)} (reservations.memory), which is more`);
    const swap = Number(service.memswap_limit ?? 0);
    if (swap > 0 && swap < memory)
      throw unsuitable(name, memory, `its memswap_limit is ${bytesInWords(swap)}, which is less`);
    if (size.memory > 0 && memory * Math.max(1, replicas) > size.memory)
      throw short(
        `${name} would be allowed ${bytesInWords(memory * Math.max(1, replicas))} of memory (${replicas} × ${bytesInWords(memory)})`,
        `the host has ${bytesInWords(size.memory)}`,
      );
  }
  if (cpus === null || cpus === before.cpus) return;
  const reserved = cpusReserved(service);
  if (cpus < reserved)
    throw new UserError('RB-SERVICE-UNSUITABLE', {
      what: `${name} cannot be limited to ${cpus} CPUs`,
      why: `it reserves ${reserved} (reservations.cpus), which is more`,
      remedy: 'choose another limit, or change the reservation in its Compose file and deploy',
    });
  if (size.cpus > 0 && cpus > size.cpus)
    throw short(`a container of ${name} would be allowed ${cpus} CPUs`, `the host has ${size.cpus}`);
  if (service.cpu_quota !== undefined || service.cpu_period !== undefined)
    throw new UserError('RB-SERVICE-UNSUITABLE', {
      what: `${name} cannot be limited to ${cpus} CPUs`,
      why: 'its Compose file has cpu_quota or cpu_period, and Docker accepts only one of the two ways',
      remedy: 'change cpu_quota in its Compose file and deploy, or write `cpus` there instead',
    });
}

/** 0: none. */
function cpusReserved({ deploy }: ComposeService): number {
  const { resources } = (deploy ?? {}) as { resources?: { reservations?: { cpus?: string | number } } };
  return Number(resources?.reservations?.cpus ?? 0) || 0;
}

function unsuitable(name: string, memory: number, why: string): UserError {
  return new UserError('RB-SERVICE-UNSUITABLE', {
    what: `${name} cannot be limited to ${bytesInWords(memory)} of memory`,
    why,
    remedy: 'choose another limit, or change the other in its Compose file and deploy',
  });
}

function short(what: string, why: string): UserError {
  return new UserError('RB-HOST-SHORT', {
    what,
    why,
    remedy: 'choose fewer containers or a lower limit, or give the host more',
  });
}

/** A variable that the container does not have may only be used in the Compose file: setting it here would change nothing. */
function checkVariables(name: string, { variables = {} }: Edit, { services }: ScaleRequest): void {
  const there = Object.keys(variablesOf(services[name]!));
  const unknown = Object.keys(variables).filter((variable) => !there.includes(variable));
  if (unknown.length === 0) return;
  throw new UserError('RB-SERVICE-UNSUITABLE', {
    what: `${name} has no variable ${unknown.join(', ')}`,
    why: there.length === 0 ? 'its containers get none from the Compose files' : `it has ${there.sort().join(', ')}`,
    remedy: 'correct the name; to add a variable, deploy Compose files or an env file that have it',
  });
}

/** Checks that the host has the memory for more containers, by the use of the running ones. */
function checkMemory({ wanted, current, services, state }: ScaleRequest): void {
  const { release } = current;
  const needs = Object.entries(wanted).flatMap(([name, edit]) => {
    const more = sizeOf(services[name]!, release, name, edit).replicas - release.services[name]!.replicas;
    const each = memoryOfOne(release.services[name]!, runningOf(name, state));
    return more > 0 && each > 0 ? [{ name, more, bytes: more * each }] : [];
  });
  const sum = needs.reduce((bytes, need) => bytes + need.bytes, 0);
  if (sum <= state.memoryAvailable) return;
  throw short(
    `${needs.map(({ name, more }) => `${more} more of ${name}`).join(' and ')} would need about ${bytesInWords(sum)} of memory`,
    `the host has ${bytesInWords(state.memoryAvailable)} available; the need is estimated from what the running containers use or reserve`,
  );
}

export function runningOf(name: string, { containers }: Pick<State, 'containers'>): Container[] {
  return containers.filter(({ service, state, oneOff }) => service === name && state === 'running' && !oneOff);
}
