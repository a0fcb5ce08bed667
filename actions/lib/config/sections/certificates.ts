/** How certificates are renewed. */
import { z } from 'zod';
import { keys } from './keys';
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

const consumer = keys({
  service: serviceName.describe('The Compose service.'),
  port: z.number().int().min(1).max(65_535).describe('Port of the container that speaks TLS at once (no STARTTLS).'),
  lineage: z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9._-]*$/, 'is not a name of a lineage')
    .describe('What certbot calls the certificate that is to be served there.'),
  name: hostName.optional().describe('The name that is asked for. Without it none is said.'),
  reread: z
    .enum(['restart', 'HUP', 'USR1', 'USR2', 'by-itself'])
    .describe('How it comes to read its files again: a restart of its container, a signal, or without being told.'),
  copy: volumeName
    .optional()
    .describe(
      'A folder of the host, or a volume, that holds copies: `fullchain.pem` and `privkey.pem` there are written anew, with owner and mode of before.',
    ),
});

export const certificates = keys({
  consumers: z
    .array(consumer)
    .default([])
    .describe(
      'Services besides the proxy that have a certificate of certbot: they are asked, and told to read it again.',
    ),
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
