/** Proxies that order their certificates themselves, and what they keep them in. */

import type { Container } from '../stack/model';
import { isAnonymous } from '../stack/observe/inventory';

interface Kind {
  readonly name: string;
  readonly image: RegExp;
  /** Folders, one of which holds its certificates and its account, as its image or its documents have them. */
  readonly folders: RegExp;
}

/** Sources: the documents of each, on its image and its storage. */
const KINDS: readonly Kind[] = [
  {
    name: 'Caddy',
    image: /(^|[/-])caddy(-|:|@|$)/,
    folders: /^\/(data|data\/caddy|config\/caddy|(root|var\/lib\/caddy|home\/caddy)(\/\.local(\/share(\/caddy)?)?)?)$/,
  },
  {
    name: 'Traefik',
    image: /(^|[/-])traefik(:|@|$)/,
    folders: /acme[^/]*\.json$|^\/(letsencrypt|acme|certs?|certificates|ssl|data|etc\/traefik(\/(acme|certs?))?)$/,
  },
  { name: 'Nginx Proxy Manager', image: /nginx-proxy-manager/, folders: /^\/etc\/letsencrypt$/ },
  { name: 'SWAG', image: /(^|\/)swag(:|@|$)/, folders: /^\/config$/ },
];

/** @returns `null`: it is none of them, as far as its image and its process tell */
export function selfOrdering({ image, proxy, mounts }: Pick<Container, 'image' | 'proxy' | 'mounts'>): {
  readonly name: string;
  /** False: what it has is gone with its container, and each new one orders again. */
  readonly keeps: boolean;
} | null {
  const kind = KINDS.find((one) => one.image.test(image) || one.name.toLowerCase() === proxy?.program);
  if (kind === undefined) return null;
  return { name: kind.name, keeps: mounts.some((mount) => !isAnonymous(mount) && kind.folders.test(mount.target)) };
}
