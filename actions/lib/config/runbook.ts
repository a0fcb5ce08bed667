/** What `runbook.yml` says about a stack, after validation and with defaults filled in. Durations are seconds. */

import type { RetentionRules } from '../backup/retention';
import type { S3Settings } from '../backup/s3-client';

export type Strategy = 'rolling' | 'stand-in' | 'drain-and-replace' | 'recreate' | 'one-shot';

export interface ServiceSettings {
  /** How the service gets to a new release. Without it the plan finds out from the Compose file and the host. */
  readonly strategy?: Strategy;
  /** HTTP path on the container that answers 2xx or 3xx when it is ready, e.g. `/healthz`. */
  readonly healthPath?: string;
  /** Port for `healthPath`; default: the lowest port that the container listens on. */
  readonly healthPort?: number;
  /** Until a new container must be healthy. */
  readonly healthTimeout: number;
  /** For how long it must stay so before it gets traffic. */
  readonly stableFor: number;
  /** How long connections to old containers may take to end. */
  readonly drainTimeout: number;
  /** Of a one-shot that is not the migration: a rollback runs it as the older release has it. Default: it does not. */
  readonly runOnRollback?: boolean;
}

export interface ProxySettings {
  /** The Compose service in front; `null` when the stack has none. */
  readonly service: string | null;
  /** Where own probes go, from the host's point of view, e.g. `https://localhost`. */
  readonly url: string;
  /** The `Host` header and TLS server name of the probes; default: the URL's own. */
  readonly hostHeader?: string;
  /** Paths that must answer 2xx or 3xx. Default `/healthz` and `/readyz`. */
  readonly probes: readonly string[];
}

export interface WatchSettings {
  /** How long at least real traffic is watched after the cutover. */
  readonly duration: number;
  /** Share of 5xx answers (0 to 1) beyond that of the minute before, that turns the cutover back. */
  readonly errorRate: number;
  /** Probes' 95th percentile in milliseconds beyond which the cutover is turned back. */
  readonly p95: number;
  /** Fewer answers than this are inconclusive. */
  readonly minimumSamples: number;
}

export interface MigrationSettings {
  /** The one-shot Compose service that migrates the schema; `null` when there is none. */
  readonly service: string | null;
  /** Until it must have ended. */
  readonly timeout: number;
}

export interface DatabaseSettings {
  /** The Compose service of the server. */
  readonly service: string;
  /** A user who may do everything there. */
  readonly user: string;
  readonly database: string;
}

export interface QdrantSettings {
  readonly service: string;
  /** Of its HTTP API, in the container. */
  readonly port: number;
  /** Of the container's environment; without it no key is sent. */
  readonly apiKeyVariable: string;
}

/** `host`: the directory there; `s3`: a bucket; `file`: a folder on the runner, for an artifact. */
export type BackupPlace = 'host' | 's3' | 'file';

/** `custom`: pg_dump's own, packed by zstd; `sql`: plain SQL, packed by gzip, for whoever wants to read it by hand. */
export type DumpFormat = 'custom' | 'sql';

export interface BackupSettings {
  /** Root on the host; backups lie in `<directory>/<stack>/<id>/`. */
  readonly directory: string;
  readonly databases: readonly DatabaseSettings[];
  readonly format: DumpFormat;
  /** Volumes as the Compose file names them, and directories of the host. */
  readonly volumes: readonly string[];
  readonly qdrant: readonly QdrantSettings[];
  /** What is in no backup and is not wanted in one: databases, volumes, directories, as the summary names them. */
  readonly ignore: readonly string[];
  /** Services whose state is recorded. */
  readonly redpanda: readonly string[];
  /** Where each backup goes. */
  readonly to: readonly BackupPlace[];
  /** Public keys of age; what leaves the host is encrypted to them. */
  readonly recipients: readonly string[];
  readonly s3: S3Settings | null;
  readonly keep: KeepSettings;
}

/** Rules for every place, but for those that have their own. */
export interface KeepSettings extends RetentionRules {
  readonly host?: RetentionRules;
  readonly s3?: RetentionRules;
}

export interface RestoreSettings {
  /** Services that stop while the databases exchange their names. */
  readonly writers: readonly string[];
  /** Until they must be healthy again; otherwise the exchange is reversed. */
  readonly healthTimeout: number;
}

export interface Runbook {
  /** The Compose project. */
  readonly stack: string;
  /** Absolute path on the host; what Compose calls the project directory. */
  readonly directory: string;
  /** The GitHub environment's URL, shown with the deployment. */
  readonly url?: string;
  /** Compose files, relative to the folder of `runbook.yml`, uploaded to the same place below `directory`. */
  readonly compose: readonly string[];
  /** The env file for interpolation, same rule. `null`: none. */
  readonly envFile: string | null;
  /** Whether somebody named the env file. Otherwise a `.env` is taken where the default's name does not exist. */
  readonly envFileNamed: boolean;
  readonly profiles: readonly string[];
  /** Further files and folders to upload, which no Compose file names, same rule. */
  readonly files: readonly string[];
  /** Services whose image tag the `version` input sets. */
  readonly versioned: readonly string[];
  readonly services: Readonly<Record<string, ServiceSettings>>;
  /** For services that `services` does not name. */
  readonly defaults: ServiceSettings;
  readonly proxy: ProxySettings;
  readonly watch: WatchSettings;
  readonly migration: MigrationSettings;
  readonly backup: BackupSettings;
  readonly restore: RestoreSettings;
  /** How many releases stay on the host, images included; the current one counts. */
  readonly keepReleases: number;
}

/** The settings that hold for one service. */
export function settingsOf(runbook: Runbook, service: string): ServiceSettings {
  // A service may be called `constructor`.
  return Object.hasOwn(runbook.services, service) ? runbook.services[service]! : runbook.defaults;
}
