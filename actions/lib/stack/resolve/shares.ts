/** What a service shares with another service's container, such as its network: such containers are one unit. Pure. */
import type { ComposeModel, ComposeService } from '../compose-model';

const NAMESPACES = {
  network_mode: 'network namespace',
  ipc: 'IPC namespace',
  pid: 'PID namespace',
  uts: 'UTS namespace',
  cgroup: 'control group',
} as const;

/** Other service → what is shared, in words. `container:NAME` counts if the stack makes a container of that name. */
export function sharesOf(service: ComposeService, model: ComposeModel): Record<string, string> {
  const found: Record<string, string[]> = {};
  const add = (reference: string, what: string): void => {
    const name = serviceOf(reference, model);
    if (name !== null && model.services[name] !== service) found[name] = [...(found[name] ?? []), what];
  };
  for (const [key, what] of Object.entries(NAMESPACES)) {
    const mode = service[key];
    if (typeof mode === 'string' && /^(?:service|container):/.test(mode)) add(mode, what);
  }
  for (const from of (service.volumes_from ?? []) as string[]) {
    add(from.startsWith('container:') ? from : `service:${from}`, 'volumes');
  }
  return Object.fromEntries(Object.entries(found).map(([name, whats]) => [name, [...new Set(whats)].join(' and ')]));
}

/** @param reference `service:NAME` or `container:NAME`; more may follow another colon */
function serviceOf(reference: string, { name: stack, services }: ComposeModel): string | null {
  const [kind, name = ''] = reference.split(':');
  if (kind === 'service') return services[name] === undefined ? null : name;
  return (
    Object.keys(services).find((key) => {
      const own = services[key]?.container_name;
      const numbered = name.startsWith(`${stack}-${key}-`) && /-\d+$/.test(name);
      return typeof own === 'string' && own !== ''
        ? own === name
        : numbered && !name.slice(`${stack}-${key}-`.length).includes('-');
    }) ?? null
  );
}
