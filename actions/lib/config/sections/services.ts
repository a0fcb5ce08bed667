/**
 * How services change from one release to the next: `services` for single ones by their names, `defaults` for all
 * others.
 */
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
  'health-timeout': duration
    .optional()
    .describe(
      'Until a new container must be healthy. Without it 60 s, or as long as its healthcheck may take: `start_period`, `interval` × `retries` and `timeout` together.',
    ),
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
  'stable-for': settings['stable-for'].default(3),
  'drain-timeout': settings['drain-timeout'].default(30),
})
  .prefault({})
  .describe('What holds for every service, unless `services` says otherwise for it.');

const assets = z
  .string()
  .regex(/^(\/[A-Za-z0-9@._-]+)+$/, 'is not an absolute path of letters, digits, dot, dash, @ and _')
  .refine((path) => !path.split('/').includes('..'), 'has ".." in its path')
  .optional()
  .describe(
    'Folder in the image with files whose names change with their content, e.g. `/srv/frontend/assets`. New containers get those of the former releases as well, so that a page that was opened before still finds its own.',
  );

export const services = z
  .record(
    serviceName,
    keys({ ...settings, assets }).describe('What holds for this service; what is not here is as in `defaults`.'),
  )
  .default({})
  .describe('Settings of single services, by their names in the Compose file.');

/** Seconds, unless the runbook sets another time or the healthcheck takes longer. */
const HEALTH_TIMEOUT = 60;

/** Adds the time until a new container must be healthy, and whether the runbook sets it. */
export function timed<S extends { readonly healthTimeout?: number | undefined }>(own: S) {
  const named = own.healthTimeout === undefined ? {} : { healthTimeoutNamed: true };
  return { ...own, healthTimeout: own.healthTimeout ?? HEALTH_TIMEOUT, ...named };
}

export type ServiceSettings = Read<ReturnType<typeof timed<z.output<typeof defaults>>>>;
export type Strategy = NonNullable<ServiceSettings['strategy']>;
