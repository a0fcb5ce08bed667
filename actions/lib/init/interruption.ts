/** Which services of the Compose files a deploy interrupts, and why. Pure. */
import type { Service } from './compose';

/** Whether a service names another one: in `depends_on`, or as a host in a variable. */
export function callsService({ dependsOn, environment }: Service, service: string): boolean {
  return dependsOn.has(service) || [...environment.values()].some((value) => hostOf(service).test(value));
}

/** As a host: the last part of a path, such as `/var/www/certbot` or `/run/secrets/db`, names none. */
function hostOf(service: string): RegExp {
  return new RegExp(`(^|//|[@,=(\\s"'])${service.replace(/[^\w-]/g, '.')}($|[:/,;)\\s"'])`);
}

/** Whether anybody can notice that the service stops: a caller, its own healthcheck, a rule or a file of a proxy tells. */
function isServing(service: Service, services: readonly Service[], proxyFiles: readonly string[]): boolean {
  const { name, ports, healthcheck, labels, environment } = service;
  return (
    ports.length > 0 ||
    /https?:\/\//.test(healthcheck) ||
    [...labels.keys()].some((label) => /^traefik\.(http|tcp)\./.test(label)) ||
    environment.has('VIRTUAL_HOST') ||
    proxyFiles.some((text) => hostOf(name).test(text)) ||
    services.some((one) => one.name !== name && callsService(one, name))
  );
}

/** @param proxyFiles texts of the files that proxies mount @returns the service's name and why; nothing if it is not interrupted */
export function interruption(
  service: Service,
  services: readonly Service[],
  proxyFiles: readonly string[],
): [string, string][] {
  const { name, containerName } = service;
  const writes = writtenBy(service);
  const why = [
    ...(containerName ? ['it has a container_name'] : []),
    ...(service.hostNetwork ? ["it is in the host's network"] : []),
    ...(publishes(service) ? ['it publishes a port of the host'] : []),
    ...(writes.length > 0 ? [`it writes to ${writes.join(', ')}`] : []),
  ];
  return why.length === 0 || !isServing(service, services, proxyFiles) ? [] : [[name, why.join(' and ')]];
}

/** @returns the service's name and what it writes to, where `shared-volumes` alone would avoid the interruption */
export function shareable(service: Service): [string, readonly string[]][] {
  const writes = writtenBy(service);
  const isFixed = service.containerName || service.hostNetwork || publishes(service);
  return isFixed || writes.length === 0 || writes.some((source) => source.includes('$'))
    ? []
    : [[service.name, writes]];
}

function writtenBy({ mounts }: Service): string[] {
  const writes = mounts.filter(({ readOnly, source }) => !readOnly && source !== '/var/run/docker.sock');
  return [...new Set(writes.map(({ source }) => source))];
}

function publishes({ ports }: Service): boolean {
  return ports.some(({ published }) => published !== null);
}
