/** Where a service says that it is healthy: in its healthcheck, or in a label for Traefik. Pure. */
import type { Service } from './compose';

export interface Asked {
  readonly path: string;
  readonly port: number | null;
}

/** @returns `null`: neither of the two names a path */
export function healthOf({ healthcheck, labels }: Service): Asked | null {
  const asked = askedIn(healthcheck);
  if (asked !== null || /https?:\/\//.test(healthcheck)) return asked;
  const label = (end: string): string | null =>
    [...labels].find(([name]) => name.startsWith('traefik.http.services.') && name.endsWith(end))?.[1] ?? null;
  const path = label('.loadbalancer.healthcheck.path');
  const port = label('.loadbalancer.server.port') ?? '';
  return path === null || !/^\/[\x21-\x7e]*$/.test(path) || path.includes('$')
    ? null
    : { path, port: /^\d+$/.test(port) ? Number(port) : null };
}

/** Finds `http://localhost:8080/healthz` in a healthcheck. */
function askedIn(healthcheck: string): Asked | null {
  const [, port, path = '/'] =
    /https?:\/\/(?:localhost|127\.0\.0\.1|0\.0\.0\.0|\[::1\])(?::(\d+))?(\/[\x21-\x7e]*)?/.exec(healthcheck) ?? [];
  if (!/https?:\/\//.test(healthcheck) || path.includes('$')) return null;
  return { path: path.replace(/["')\]|;]+.*$/, ''), port: port === undefined ? null : Number(port) };
}
