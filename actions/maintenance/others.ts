/** Ports of the host that do not lead to the proxy, so that closing the site does not close them. Pure. */
import type { ComposeService } from '../lib/stack/compose-model';
import type { Release } from '../lib/stack/model';

/** An entry of `ports`, in Compose's long form. */
interface Port {
  readonly published?: string | number;
  readonly protocol?: string;
  readonly host_ip?: string;
}

/**
 * One sentence on services other than the proxy that others than the host itself reach; none where there are none.
 *
 * @param services of the release, as its Compose files have them
 */
export function othersOpen(
  services: Readonly<Record<string, ComposeService>>,
  release: Release,
  proxy: string | null,
): string[] {
  const open = Object.entries(services).flatMap(([name, service]) => {
    if (name === proxy || (release.services[name]?.replicas ?? 0) === 0) return [];
    if (service.network_mode === 'host') return [`${name} (in the network of the host)`];
    const ports = ((service.ports ?? []) as Port[]).filter(({ host_ip: address = '' }) => !isLoopback(address));
    const said = ports.map(({ published, protocol = 'tcp' }) => {
      const port = published === undefined || String(published) === '' ? 'any' : String(published);
      return protocol === 'tcp' ? port : `${port}/${protocol}`;
    });
    return said.length === 0 ? [] : [`${name} (port ${[...new Set(said)].join(', ')})`];
  });
  if (open.length === 0) return [];
  return [
    `Not closed: ${open.join(', ')}. These services have ports of the host of their own, and whoever reaches those does not meet the page.`,
  ];
}

function isLoopback(address: string): boolean {
  return /^127\.|^\[?::1\]?$/.test(address);
}
