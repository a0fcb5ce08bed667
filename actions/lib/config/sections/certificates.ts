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
  port: z
    .number()
    .int()
    .min(1)
    .max(65_535)
    .describe('Port of the container, on which TLS begins at once (no STARTTLS).'),
  lineage: z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9._-]*$/, 'is not a name of a lineage')
    .describe('The name that certbot has for the certificate that must be served there.'),
  name: hostName.optional().describe('The name to ask for. Without it the question has no name (SNI).'),
  reread: z
    .enum(['restart', 'HUP', 'USR1', 'USR2', 'by-itself'])
    .describe('How the service reads its files again: after a restart of its container, after a signal, or by itself.'),
  copy: volumeName
    .optional()
    .describe(
      'A folder of the host, or a volume, with copies for the service: `fullchain.pem` and `privkey.pem` there are replaced, and keep their owner and mode.',
    ),
});

export const certificates = keys({
  consumers: z
    .array(consumer)
    .default([])
    .describe(
      'Services besides the proxy that use a certificate of certbot: they are asked for it, and told to read it again.',
    ),
  names: z
    .array(hostName)
    .default([])
    .describe(
      'Further names to ask for, where the configuration of the proxy does not tell them: Caddy, Traefik, patterns.',
    ),
  service: serviceName
    .optional()
    .describe(
      'The Compose service of certbot. Default: the service whose image begins with `certbot/`, if there is one.',
    ),
  image: z
    .string()
    .regex(/^[a-z0-9][\w.:/@-]*$/, 'is not an image')
    .optional()
    .describe('The image of certbot if no service uses it, e.g. `certbot/certbot:v5.8.0`; it is not pulled.'),
  webroot: volumeName
    .optional()
    .describe('The folder for challenges: a folder of the host or a volume. Default: the one that the proxy mounts.'),
  every: interval
    .prefault('12h')
    .describe(
      'How often renewals run; a certificate whose lifetime is too short for this is refused at once. Runs that are really rarer, by their times on the host, are named.',
    ),
})
  .prefault({})
  .describe('How certificates are renewed, and which names are asked.');
