/** How services get from one release to the next: `services` for each by its name, `defaults` for all others. */
import { z } from 'zod';
import { keys, type Read } from './keys';
import { duration, httpPath, serviceName } from './values';

const settings = {
  strategy: z
    .enum(['rolling', 'stand-in', 'drain-and-replace', 'recreate', 'one-shot'])
    .optional()
    .describe(
      'How the service gets to a new release. Without it the plan finds out from the Compose file and the host.',
    ),
  'shared-volumes': z
    .array(z.string().min(1))
    .optional()
    .describe(
      'Volumes and folders that several containers of the service may write to at once, such as uploads: by their names in the Compose file, or paths. Without it a service that writes to a volume is not started beside its old container.',
    ),
  'health-path': httpPath
    .optional()
    .describe('HTTP path on the container that answers 2xx or 3xx when it is ready, e.g. `/healthz`.'),
  'health-port': z
    .int()
    .min(1)
    .max(65535)
    .optional()
    .describe('Port for `health-path`. Without it the lowest port that the container listens on.'),
  'health-timeout': duration.optional().describe('Until a new container must be healthy.'),
  'stable-for': duration.optional().describe('For how long a new container must stay healthy before it gets traffic.'),
  'drain-timeout': duration.optional().describe('How long connections to old containers may take to end.'),
  'run-on-rollback': z
    .boolean()
    .optional()
    .describe(
      'For a one-shot service that is not the migration: a rollback runs it as the older release has it. Without it a rollback does not.',
    ),
};

export const defaults = keys({
  ...settings,
  'health-timeout': settings['health-timeout'].default(60),
  'stable-for': settings['stable-for'].default(3),
  'drain-timeout': settings['drain-timeout'].default(30),
})
  .prefault({})
  .describe('What holds for every service, unless `services` says otherwise for it.');

export const services = z
  .record(serviceName, keys(settings).describe('What holds for this service; what is not here is as in `defaults`.'))
  .default({})
  .describe('Settings of single services, by their names in the Compose file.');

export type ServiceSettings = Read<typeof defaults>;
export type Strategy = NonNullable<ServiceSettings['strategy']>;
