/** Where certbot keeps its state, found by the mounts of a container that reads certificates. */

import type { Container, Mount } from '../stack/model';
import { isAnonymous } from '../stack/observe/inventory';

/** certbot's folder for its state, in its image. */
export const STATE = '/etc/letsencrypt';

export interface StatePlace {
  /** Folder of the host, or name of the volume. */
  readonly source: string;
  /** Path relative to the source; empty, or with a leading slash. */
  readonly inner: string;
}

/** Reads a path of the form `…/live/NAME/FILE.pem`. */
export function livePath(path: string): { readonly folder: string; readonly lineage: string } | null {
  const [, folder, lineage] = /^(.*)\/live\/([^/]+)\/[^/]+$/.exec(path) ?? [];
  return folder === undefined || lineage === undefined ? null : { folder, lineage };
}

/** @returns `null` where the path is not one of certbot's, or its file does not outlive the container */
export function stateOf({ mounts }: Pick<Container, 'mounts'>, path: string): StatePlace | null {
  const live = livePath(path);
  return live === null ? null : placeOf(mounts, live.folder);
}

/** The place of a container's folder outside of the container. The deepest mount counts. */
export function placeOf(mounts: readonly Mount[], folder: string): StatePlace | null {
  const over = mounts
    .filter(({ target }) => folder === target || folder.startsWith(target === '/' ? '/' : `${target}/`))
    .sort((a, b) => b.target.length - a.target.length)[0];
  if (over === undefined || isAnonymous(over)) return null;
  const inner = folder.slice(over.target === '/' ? 0 : over.target.length);
  if (over.type === 'bind') return { source: `${over.source === '/' ? '' : over.source}${inner}` || '/', inner: '' };
  const [volume = '', ...parts] = over.source.split('/');
  return { source: volume, inner: [...parts.map((part) => `/${part}`), inner].join('') };
}
