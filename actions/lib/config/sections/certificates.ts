/** How certificates are renewed. */
import { z } from 'zod';
import { keys, type Read } from './keys';
import { serviceName, volumeName } from './values';

const UNIT = { h: 3600, d: 86_400 } as const;

/** `12h`, `7d` → seconds. */
const interval = z
  .string()
  .regex(/^[1-9]\d{0,3}[hd]$/, 'is not an interval: write 12h or 7d')
  .transform((value) => Number(value.slice(0, -1)) * UNIT[value.at(-1) as keyof typeof UNIT])
  .meta({ title: 'interval' });

const hostName = z
  .string()
  .regex(/^[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?$|^[0-9A-Fa-f:.]+$/, 'is not a host name or an address')
  .meta({ title: 'host name' });

export const certificates = keys({
  names: z
    .array(hostName)
    .default([])
    .describe('Names to ask for as well, of proxies whose configuration does not tell them: Caddy, Traefik, patterns.'),
  service: serviceName
    .optional()
    .describe('The Compose service of certbot. Without it the one whose image is of `certbot/`, if there is one.'),
  image: z
    .string()
    .regex(/^[a-z0-9][\w.:/@-]*$/, 'is not an image')
    .optional()
    .describe('The image of certbot where no service has it, e.g. `certbot/certbot:v5.8.0`; it is not pulled.'),
  webroot: volumeName
    .optional()
    .describe('Where challenges are put: a folder of the host or a volume. Without it what the proxy mounts there.'),
  every: interval
    .prefault('12h')
    .describe('How often renewals run; a certificate whose lifetime wants more is refused at once.'),
})
  .prefault({})
  .describe('How certificates are renewed, and which names are asked.');

export type CertificateSettings = Read<typeof certificates>;
