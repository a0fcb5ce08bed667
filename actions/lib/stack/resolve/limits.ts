/** Limits of a service and its restart policy, as Compose gives them to a container. Pure. */
import type { ComposeService } from '../compose-model';
import { cpusOf, type Limits, policyOf } from '../limits';

export type Limit = 'memory' | 'cpus';

/** Each limit has two places in a Compose file: its own key, and one below `deploy.resources.limits`. */
export const OWN_KEY: Readonly<Record<Limit, string>> = { memory: 'mem_limit', cpus: 'cpus' };

/** The limit of one container: bytes, or a number of CPUs; `null`: none. */
export function limitOf(service: ComposeService, limit: Limit): number | null {
  const value = deployedLimits(service)?.[limit] ?? service[OWN_KEY[limit]];
  const number = numberOf(value);
  return number > 0 ? number : null;
}

/** What `deploy.resources.limits` says. */
export function deployedLimits(service: ComposeService): Readonly<Record<string, unknown>> | undefined {
  return resourcesOf(service)?.limits;
}

/** Bytes that one container must get. */
export function memoryReservation(service: ComposeService): number {
  return numberOf(resourcesOf(service)?.reservations?.memory ?? service.mem_reservation);
}

export function limitsOf(service: ComposeService): Limits {
  const { cpu_quota: quota, cpu_period: period, cpuset } = service;
  return {
    ...restartOf(service),
    memory: limitOf(service, 'memory') ?? 0,
    memoryReservation: memoryReservation(service),
    cpus: cpusOf(limitOf(service, 'cpus') ?? 0, numberOf(quota), numberOf(period)),
    cpuShares: numberOf(service.cpu_shares),
    cpuset: typeof cpuset === 'string' ? cpuset : '',
    pids: Math.max(0, numberOf(deployedLimits(service)?.pids ?? service.pids_limit)),
  };
}

interface RestartPolicy {
  readonly condition?: string;
  readonly max_attempts?: number;
}

/** Source: Compose, `getRestartPolicy`. What it makes of a policy below `deploy` without a condition is not certain. */
function restartOf(service: ComposeService): Pick<Limits, 'restart'> {
  const deployed = (service.deploy as { restart_policy?: RestartPolicy | null } | undefined)?.restart_policy ?? null;
  if (deployed !== null) {
    const { condition = '', max_attempts: attempts } = deployed;
    return condition === '' ? {} : { restart: policyOf(condition, numberOf(attempts)) };
  }
  const [name = '', retries = '0'] = typeof service.restart === 'string' ? service.restart.split(':') : [];
  return { restart: policyOf(name, Number(retries)) };
}

interface Resources {
  readonly limits?: Readonly<Record<string, unknown>>;
  readonly reservations?: { readonly memory?: unknown };
}

function resourcesOf(service: ComposeService): Resources | undefined {
  return (service.deploy as { resources?: Resources } | undefined)?.resources;
}

function numberOf(value: unknown): number {
  const number = Number(value ?? 0);
  return Number.isNaN(number) ? 0 : number;
}
