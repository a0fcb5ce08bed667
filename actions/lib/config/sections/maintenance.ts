/** The proxy's answer while the site is closed, and the clients and paths that pass. */
import { isIP } from 'node:net';
import { z } from 'zod';
import { keys, type Read } from './keys';
import { duration, httpPath, relativePath } from './values';

/** Whether the text is an IP address, or a network such as `203.0.113.0/24`. */
export function isNetwork(text: string): boolean {
  const [address = '', bits, ...more] = text.split('/');
  const version = isIP(address);
  if (version === 0 || more.length > 0 || address.includes('%')) return false;
  return bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (version === 4 ? 32 : 128));
}

export const maintenance = keys({
  page: relativePath
    .nullable()
    .default(null)
    .describe(
      'Path of the HTML file that visitors get, relative to the folder of this file, at most 128 KiB; `null`: a plain page in English.',
    ),
  pass: z
    .array(httpPath)
    .nullable()
    .default(null)
    .describe(
      'Paths that pass, with any method and query, such as the one that a load balancer requests; `null`: those of `proxy.probes` that are health checks by their name (`/healthz`, `/ready`, `/api/ping`…). `/.well-known/acme-challenge/` always passes.',
    ),
  allow: z
    .array(z.string().refine(isNetwork, 'is not an IP address or a network such as 203.0.113.0/24'))
    .default([])
    .describe('Addresses and networks of clients that pass, as the proxy sees them.'),
  'retry-after': duration.default(300).describe('Value of the header Retry-After for visitors, at least a second.'),
})
  .prefault({})
  .describe(
    'What the proxy answers while the site is closed (action maintenance, `mode: on`), and which clients and paths pass.',
  );

export type MaintenanceSettings = Read<typeof maintenance>;
