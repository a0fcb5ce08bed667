/** Proxies that order their certificates themselves, and the folders in which they keep them. */

import type { Container } from '../stack/model';
import { isAnonymous } from '../stack/observe/inventory';
import type { NginxConfig } from './nginx-config';

interface Kind {
  readonly name: string;
  readonly image: RegExp;
  /** Folders, one of which holds its certificates and its account, by its image or its documentation. */
  readonly folders: RegExp;
}

/** Sources: the documentation of each proxy, on its image and its storage. */
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

/** @returns `null`: it is none of these proxies, judged by its image and its process */
export function selfOrdering({ image, proxy, mounts }: Pick<Container, 'image' | 'proxy' | 'mounts'>): {
  readonly name: string;
  /** False: the certificates are lost with the container, and each new container orders again. */
  readonly keeps: boolean;
} | null {
  const kind = KINDS.find((one) => one.image.test(image) || one.name.toLowerCase() === proxy?.program);
  if (kind === undefined) return null;
  return { name: kind.name, keeps: mounts.some((mount) => !isAnonymous(mount) && kind.folders.test(mount.target)) };
}

/**
 * Whether nginx that orders its certificates itself keeps all of them, and its accounts, in mounts of its container.
 * Without an issuer it has none to keep.
 */
export function keepsIssued({ issuers }: Pick<NginxConfig, 'issuers'>, { mounts }: Pick<Container, 'mounts'>): boolean {
  const kept = mounts.filter((mount) => !isAnonymous(mount)).map(({ target }) => target.replace(/\/+$/, ''));
  const isKept = (path: string): boolean => kept.some((target) => `${path}/`.startsWith(`${target}/`));
  return issuers.every((paths) => paths.some(isKept));
}
