/** Ways into the stack that do not lead through the proxy, so that closing the site does not close them. Pure. */
import type { ComposeService } from '../lib/stack/compose-model';
import type { Release } from '../lib/stack/model';
import { isLabelled } from '../lib/stack/resolve/callers';

/** Images of programs through which visitors reach the stack without a port of the host. */
const TUNNELS = /(^|\/)(cloudflared|ngrok|frpc|rathole|bore|inlets[a-z-]*|tailscale|newt|pangolin)(:|@|$)/i;

/** An entry of `ports`, in Compose's long form. */
interface Port {
  readonly published?: string | number;
  readonly protocol?: string;
  readonly host_ip?: string;
}

/**
 * Sentences on services other than the proxy that others than the host itself reach; none where there are none.
 *
 * @param services of the release, as its Compose files have them
 */
export function othersOpen(
  services: Readonly<Record<string, ComposeService>>,
  release: Release,
  proxy: string | null,
): string[] {
  const others = Object.entries(services).filter(
    ([name]) => name !== proxy && (release.services[name]?.replicas ?? 0) > 0,
  );
  const namesOf = (chosen: (service: ComposeService) => boolean): string =>
    others.flatMap(([name, service]) => (chosen(service) ? [name] : [])).join(', ');
  const open = others.flatMap(([name, service]) => {
    if (service.network_mode === 'host') return [`${name} (in the network of the host)`];
    const ports = ((service.ports ?? []) as Port[]).filter(({ host_ip: address = '' }) => !isLoopback(address));
    const said = ports.map(({ published, protocol = 'tcp' }) => {
      const port = published === undefined || String(published) === '' ? 'any' : String(published);
      return protocol === 'tcp' ? port : `${port}/${protocol}`;
    });
    return said.length === 0 ? [] : [`${name} (port ${[...new Set(said)].join(', ')})`];
  });
  const routed = namesOf(isLabelled);
  const tunnels = namesOf(({ image }) => TUNNELS.test(String(image ?? '')));
  return [
    ...(open.length === 0
      ? []
      : [
          `Not closed: ${open.join(', ')}. These services have ports of the host of their own, and whoever reaches those does not meet the page.`,
        ]),
    ...(routed === ''
      ? []
      : [
          `Not closed: ${routed}, if another proxy leads there: labels or variables tell it of them (Traefik, Caddy, nginx-proxy), and its visitors do not meet the page. Close them there.`,
        ]),
    ...(tunnels === ''
      ? []
      : [
          `Not closed: what ${tunnels} leads to past ${proxy ?? 'the proxy'}: a tunnel may be set up elsewhere to reach any service of the stack, and such visitors do not meet the page.`,
        ]),
  ];
}

function isLoopback(address: string): boolean {
  return /^127\.|^\[?::1\]?$/.test(address);
}
