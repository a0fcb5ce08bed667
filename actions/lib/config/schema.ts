/** `runbook.yml` as people write it. The JSON Schema for editors is generated from this. */
import { z } from 'zod';
import type { RetentionRules } from '../backup/retention';
import type { BackupSettings, Runbook, ServiceSettings } from './runbook';
import { duration, httpPath, relativePath, serviceName, volumeName, webUrl } from './values';

const strategy = z.enum(['rolling', 'stand-in', 'drain-and-replace', 'recreate', 'one-shot']);

const keepRules = {
  days: z.int().min(0).default(30),
  daily: z.int().min(0).default(0),
  weekly: z.int().min(0).default(0),
  monthly: z.int().min(0).default(0),
};

const settings = {
  strategy: strategy.optional(),
  'health-path': httpPath.optional(),
  'health-port': z.int().min(1).max(65535).optional(),
  'health-timeout': duration.optional(),
  'stable-for': duration.optional(),
  'drain-timeout': duration.optional(),
  'run-on-rollback': z.boolean().optional(),
};

export const runbookSchema = z.strictObject({
  stack: z
    .string()
    .regex(/^[a-z0-9][a-z0-9_-]*$/, 'is no name of a Compose project: small letters, digits, - and _')
    .default('app'),
  directory: z
    .string()
    .regex(/^(\/[A-Za-z0-9._-]+)+$/, 'is no absolute path of letters, digits, dot, dash and _')
    .default('/opt/app'),
  url: webUrl.optional(),
  compose: z.array(relativePath).min(1).default(['docker-compose.prod.yml']),
  'env-file': relativePath.nullable().optional(),
  profiles: z.array(serviceName).default([]),
  files: z.array(relativePath).default([]),
  versioned: z.array(serviceName).default(['backend', 'worker']),
  services: z.record(serviceName, z.strictObject(settings)).default({}),
  defaults: z.strictObject(settings).default({}),
  proxy: z
    .strictObject({
      service: serviceName.nullable().default('nginx'),
      url: webUrl.default('https://localhost'),
      'host-header': z
        .string()
        .regex(/^[A-Za-z0-9.:[\]-]+$/, 'is no host name')
        .optional(),
      probes: z.array(httpPath).default(['/healthz', '/readyz']),
    })
    .prefault({}),
  watch: z
    .strictObject({
      duration: duration.default(10),
      'error-rate': z.number().min(0).max(1).default(0.05),
      p95: z.number().positive().default(2000),
      'minimum-samples': z.int().positive().default(20),
    })
    .prefault({}),
  migration: z
    .strictObject({ service: serviceName.nullable().default('migrate'), timeout: duration.default(600) })
    .prefault({}),
  backup: z
    .strictObject({
      directory: z.string().default('/opt/backups'),
      databases: z
        .array(z.strictObject({ service: serviceName, user: z.string(), database: z.string() }))
        .default([{ service: 'db', user: 'postgres', database: 'app' }]),
      format: z.enum(['custom', 'sql']).default('custom'),
      volumes: z.array(volumeName).default([]),
      qdrant: z
        .array(
          z.strictObject({
            service: serviceName.default('qdrant'),
            port: z.int().min(1).max(65535).default(6333),
            'api-key-variable': z
              .string()
              .regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'is no name of a variable')
              .default('QDRANT__SERVICE__API_KEY'),
          }),
        )
        .default([]),
      ignore: z.array(z.string().min(1)).default([]),
      redpanda: z.array(serviceName).default([]),
      to: z.array(z.enum(['host', 's3', 'file'])).optional(),
      recipients: z.array(z.string().startsWith('age1')).default([]),
      s3: z
        .strictObject({
          bucket: z.string().min(1),
          prefix: z
            .string()
            .regex(/^[^/].*[^/]$|^[^/]?$/)
            .default(''),
          region: z.string().default('us-east-1'),
          endpoint: z.url({ protocol: /^https?$/ }).optional(),
          'path-style': z.boolean().optional(),
        })
        .optional(),
      keep: z
        .strictObject({
          ...keepRules,
          host: z.strictObject(keepRules).optional(),
          s3: z.strictObject(keepRules).optional(),
        })
        .prefault({}),
    })
    .prefault({}),
  restore: z
    .strictObject({ writers: z.array(serviceName).optional(), 'health-timeout': duration.default(60) })
    .prefault({}),
  'keep-releases': z.int().min(2).max(100).default(5),
});

type Written = z.output<typeof runbookSchema>;

const BUILT_IN: ServiceSettings = { healthTimeout: 60, stableFor: 3, drainTimeout: 30 };

export function toRunbook(written: Written): Runbook {
  const defaults = settingsFrom(written.defaults, BUILT_IN);
  const { proxy, watch, url } = written;
  return {
    stack: written.stack,
    directory: written.directory,
    ...(url === undefined ? {} : { url }),
    compose: written.compose,
    envFile: written['env-file'] === undefined ? '.env.production' : written['env-file'],
    envFileNamed: written['env-file'] !== undefined,
    profiles: written.profiles,
    files: written.files,
    versioned: written.versioned,
    services: Object.fromEntries(
      Object.entries(written.services).map(([name, own]) => [name, settingsFrom(own, defaults)]),
    ),
    defaults,
    proxy: {
      service: proxy.service,
      url: proxy.url,
      ...(proxy['host-header'] === undefined ? {} : { hostHeader: proxy['host-header'] }),
      probes: proxy.probes,
    },
    watch: {
      duration: watch.duration,
      errorRate: watch['error-rate'],
      p95: watch.p95,
      minimumSamples: watch['minimum-samples'],
    },
    migration: written.migration,
    backup: toBackup(written.backup),
    restore: {
      writers: written.restore.writers ?? written.versioned,
      healthTimeout: written.restore['health-timeout'],
    },
    keepReleases: written['keep-releases'],
  };
}

function toBackup({
  directory,
  databases,
  format,
  volumes,
  qdrant,
  ignore,
  redpanda,
  to,
  recipients,
  s3,
  keep,
}: Written['backup']): BackupSettings {
  return {
    directory,
    databases,
    format,
    volumes: [...new Set(volumes)],
    qdrant: qdrant.map((one) => ({ service: one.service, port: one.port, apiKeyVariable: one['api-key-variable'] })),
    ignore,
    redpanda: [...new Set(redpanda)],
    to: to ?? (s3 === undefined ? ['host'] : ['host', 's3']),
    recipients,
    s3:
      s3 === undefined
        ? null
        : {
            bucket: s3.bucket,
            prefix: s3.prefix,
            region: s3.region,
            endpoint: s3.endpoint ?? null,
            pathStyle: s3['path-style'] ?? s3.endpoint !== undefined,
          },
    keep: {
      ...rulesFrom(keep),
      ...(keep.host === undefined ? {} : { host: keep.host }),
      ...(keep.s3 === undefined ? {} : { s3: keep.s3 }),
    },
  };
}

function rulesFrom({ days, daily, weekly, monthly }: Written['backup']['keep']): RetentionRules {
  return { days, daily, weekly, monthly };
}

function settingsFrom(own: Written['defaults'], below: ServiceSettings): ServiceSettings {
  const healthPath = own['health-path'] ?? below.healthPath;
  const healthPort = own['health-port'] ?? below.healthPort;
  const chosen = own.strategy ?? below.strategy;
  const runOnRollback = own['run-on-rollback'] ?? below.runOnRollback;
  return {
    ...(chosen === undefined ? {} : { strategy: chosen }),
    ...(healthPath === undefined ? {} : { healthPath }),
    ...(healthPort === undefined ? {} : { healthPort }),
    healthTimeout: own['health-timeout'] ?? below.healthTimeout,
    stableFor: own['stable-for'] ?? below.stableFor,
    drainTimeout: own['drain-timeout'] ?? below.drainTimeout,
    ...(runOnRollback === undefined ? {} : { runOnRollback }),
  };
}
