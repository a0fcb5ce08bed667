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
    .describe('How the service changes to a new release. Default: the plan decides, by the Compose file and the host.'),
  'shared-volumes': z
    .array(z.string().min(1))
    .optional()
    .describe(
      'Volumes and folders that several containers of the service may write to at the same time, such as uploads: by their names in the Compose file, or paths. Without it a service that writes to a volume is not started beside its old container.',
    ),
  'health-path': httpPath
    .optional()
    .describe(
      'HTTP path that the container answers with 2xx or 3xx when it is ready, e.g. `/healthz`. Without it and without a healthcheck a new container is ready once it listens on a port, if the former ones did.',
    ),
  'health-port': z
    .int()
    .min(1)
    .max(65535)
    .optional()
    .describe('Port for `health-path`. Default: the lowest port on which the container listens.'),
  'health-timeout': duration
    .optional()
    .describe(
      'How long a new container may take to become healthy. Default: 60 s, or as long as its healthcheck may take: `start_period` and `retries` × (`interval` + `timeout`).',
    ),
  'stable-for': duration.optional().describe('How long a new container must stay healthy before it gets traffic.'),
  'drain-timeout': duration.optional().describe('How long connections to old containers may take to end.'),
  'run-on-rollback': z
    .boolean()
    .optional()
    .describe(
      'For a one-shot service that is not the migration: whether a rollback runs it, in the version of the older release. Default: false.',
    ),
};

export const defaults = keys({
  ...settings,
  'stable-for': settings['stable-for'].default(3),
  'drain-timeout': settings['drain-timeout'].default(30),
})
  .prefault({})
  .describe('Settings for all services; `services` overrides them for single services.');

const assets = z
  .string()
  .regex(/^(\/[A-Za-z0-9@._-]+)+$/, 'is not an absolute path of letters, digits, dot, dash, @ and _')
  .refine((path) => !path.split('/').includes('..'), 'has ".." in its path')
  .optional()
  .describe(
    'Folder in the image with files whose names change with their content, e.g. `/srv/frontend/assets`. New containers also get the files of former releases, so that a page that was opened before the deploy still finds its files.',
  );

export const services = z
  .record(
    serviceName,
    keys({ ...settings, assets }).describe('Settings of this service; `defaults` holds for keys that are not here.'),
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
