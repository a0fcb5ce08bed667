/** The server in front of the stack, and the probes through it. */
import { z } from 'zod';
import { keys } from './keys';
import { httpPath, serviceName, webUrl } from './values';

export const proxy = keys({
  service: serviceName
    .nullable()
    .default('nginx')
    .describe('The Compose service of the proxy; `null` when the stack has none.'),
  url: webUrl.default('https://localhost').describe('URL for probes, requested from the host.'),
  'host-header': z
    .string()
    .regex(/^[A-Za-z0-9.:[\]-]+$/, 'is not a host name')
    .optional()
    .describe("The `Host` header and TLS server name of the probes. Default: the URL's."),
  probes: z
    .array(httpPath)
    .default(['/healthz', '/readyz'])
    .describe(
      'Paths that a deploy requests before and after the cutover. A path that answered 2xx or 3xx before must do so afterwards; a path that gave no answer or 5xx before is left out, and the log names it.',
    ),
})
  .prefault({})
  .describe('The server in front of the stack, and the probes that go through it.');
