/** Inputs of the actions as typed data. All mistakes at once; nothing is reached before they are right. */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { UserError } from '../errors';
import type { SshTarget } from '../host/connect';
import type { DriftPolicy } from '../stack/recovery';
import type { RegistryLogin, UploadedFile } from '../stack/resolve/types';
import { collectFiles, type EnvSource } from './files';
import { parseRunbook } from './load';
import { type GetInput, Reader } from './reader';
import type { Runbook } from './runbook';
import { cleanPath, isRelativePath } from './values';
import { parseVersions } from './version';

/** What every procedure has. */
export interface BaseInputs {
  readonly target: SshTarget;
  readonly runbook: Runbook;
  readonly dryRun: boolean;
  readonly environment: string | null;
  readonly environmentUrl: string | null;
  readonly githubToken: string | null;
  /** Seconds to wait for the lease. */
  readonly leaseTimeout: number;
  readonly preempt: boolean;
}

/** What every procedure has that gets to a release. */
export interface CommonInputs extends BaseInputs {
  readonly expectedPlan: string | null;
  readonly allowDowntime: boolean;
  readonly drift: DriftPolicy;
}

export interface DeployInputs extends CommonInputs {
  readonly version: string;
  readonly versions: Readonly<Record<string, string>>;
  readonly services: readonly string[] | null;
  readonly files: readonly UploadedFile[];
  /** Of the repository: the one of the runbook file, absolute. */
  readonly folder: string;
  readonly envSource: EnvSource;
  readonly logins: readonly RegistryLogin[];
  readonly schemaCompatible: boolean;
}

export interface RollbackInputs extends CommonInputs {
  /** `null`: the release before the current one. */
  readonly release: string | null;
  readonly list: boolean;
}

export const DEFAULT_CONFIG = 'runbook.yml';

/** @throws {UserError} RB-INPUT-INVALID, RB-CONFIG-INVALID, RB-CONFIG-MISSING, RB-VERSION-INVALID, RB-FILE-MISSING */
export function readDeployInputs(get: GetInput, workspace: string): DeployInputs {
  const reader = new Reader(get);
  const common = readCommon(reader);
  const version = reader.text('version');
  const schema = reader.choice('schema', ['compatible', 'breaking']);
  const logins = readLogin(reader);
  const services = reader.list('services');
  const named = readPath(reader, 'env-file', '');
  const files = reader.list('files');
  const envContent = reader.wired('env-content');
  reader.finish();
  const { runbook, ...rest } = withRunbook(common, workspace);
  const folder = dirname(join(workspace, common.config));
  const envFile = named || runbook.envFile;
  // Without its content the env file that is on the host is used, unless an input names one.
  const committed = named !== '' || (envFile !== null && existsSync(join(folder, envFile)));
  const envSource = envContent !== null ? 'input' : committed ? 'repository' : 'host';
  return {
    ...rest,
    runbook: { ...runbook, envFile, envFileNamed: named !== '' || runbook.envFileNamed },
    version: version || 'latest',
    versions: parseVersions(version, runbook.versioned),
    services: services.length > 0 ? services : null,
    files: collectFiles({
      folder,
      directory: runbook.directory,
      profiles: runbook.profiles,
      compose: runbook.compose,
      files: [...runbook.files, ...files],
      envFile: envSource === 'host' ? null : envFile,
      envContent,
    }),
    folder,
    envSource,
    logins,
    schemaCompatible: schema === 'compatible',
  };
}

/** @throws {UserError} RB-INPUT-INVALID, RB-CONFIG-INVALID, RB-CONFIG-MISSING */
export function readRollbackInputs(get: GetInput, workspace: string): RollbackInputs {
  const reader = new Reader(get);
  const common = readCommon(reader);
  const release = reader.text('release');
  const list = reader.boolean('list');
  const preempt = reader.boolean('preempt');
  reader.finish();
  return { ...withRunbook(common, workspace), preempt, release: release === 'previous' ? null : release || null, list };
}

/** Where the stack is, for the post step. @throws {UserError} RB-INPUT-INVALID, RB-CONFIG-INVALID, RB-CONFIG-MISSING */
export function readHostInputs(get: GetInput, workspace: string): CommonInputs {
  const reader = new Reader(get);
  const common = readCommon(reader);
  reader.finish();
  return withRunbook(common, workspace);
}

/** What both actions read before they look at any file. */
interface Read extends Omit<CommonInputs, 'runbook'> {
  readonly config: string;
  readonly timeouts: Partial<Record<'healthTimeout' | 'drainTimeout', number>>;
  readonly watchDuration: number | null;
}

/** What every action has, and where its runbook file is: to be read before `reader.finish()`. */
export function readBase(reader: Reader): Omit<BaseInputs, 'runbook'> & { readonly config: string } {
  return {
    target: readTarget(reader),
    config: readPath(reader, 'config', DEFAULT_CONFIG),
    dryRun: reader.boolean('dry-run'),
    environment: null,
    environmentUrl: null,
    githubToken: reader.text('github-token') || null,
    leaseTimeout: reader.seconds('lease-timeout', 300),
    preempt: false,
  };
}

function readCommon(reader: Reader): Read {
  const healthTimeout = reader.seconds('health-timeout', null);
  const drainTimeout = reader.seconds('drain-timeout', null);
  return {
    ...readBase(reader),
    timeouts: {
      ...(healthTimeout === null ? {} : { healthTimeout }),
      ...(drainTimeout === null ? {} : { drainTimeout }),
    },
    watchDuration: reader.seconds('watch-duration', null),
    expectedPlan: reader.wired('expected-plan')?.trim() ?? null,
    allowDowntime: reader.boolean('allow-downtime'),
    environment: reader.text('environment') || null,
    environmentUrl: reader.url('environment-url'),
    drift: reader.choice('drift', ['refuse', 'accept', 'discard']),
  };
}

function readTarget(reader: Reader): SshTarget {
  const privateKey = reader.required('ssh-key');
  const passphrase = reader.text('ssh-passphrase');
  const jumpKey = reader.text('ssh-jump-key');
  const jump = reader.hop('ssh-jump');
  const secret = passphrase === '' ? {} : { passphrase };
  return {
    host: reader.host('ssh-host'),
    port: reader.port('ssh-port', 22),
    user: reader.user('ssh-user'),
    privateKey,
    ...secret,
    knownHosts: reader.required('ssh-known-hosts'),
    timeout: reader.seconds('ssh-timeout', 20) * 1000,
    ...(jump === null ? {} : { jump: { ...jump, privateKey: jumpKey || privateKey, ...secret } }),
  };
}

export function readPath(reader: Reader, name: string, missing: string): string {
  const value = reader.text(name);
  if (value === '') return missing;
  if (!isRelativePath(value)) reader.problem(`${name} is ${JSON.stringify(value)}, no path within the workspace`);
  return cleanPath(value);
}

function readLogin(reader: Reader): RegistryLogin[] {
  const registry = reader.text('registry');
  const username = reader.text('registry-user');
  const password = reader.text('registry-password');
  const given = [registry, username, password].filter((value) => value !== '').length;
  if (given !== 0 && given !== 3) reader.problem('registry, registry-user and registry-password belong together');
  if (registry !== '' && !/^[A-Za-z0-9][A-Za-z0-9.-]*(:\d{1,5})?$/.test(registry))
    reader.problem(`registry is ${JSON.stringify(registry)}; write host or host:port, e.g. ghcr.io`);
  return given === 3 ? [{ registry, username, password }] : [];
}

function withRunbook(read: Read, workspace: string): CommonInputs {
  const { config, timeouts, watchDuration, ...rest } = read;
  const runbook = readRunbook(workspace, config);
  const services = Object.entries(runbook.services).map(([name, own]) => [name, { ...own, ...timeouts }]);
  return {
    ...rest,
    environmentUrl: rest.environmentUrl ?? runbook.url ?? null,
    runbook: {
      ...runbook,
      defaults: { ...runbook.defaults, ...timeouts },
      services: Object.fromEntries(services),
      watch: { ...runbook.watch, ...(watchDuration === null ? {} : { duration: watchDuration }) },
    },
  };
}

export function readRunbook(workspace: string, config: string): Runbook {
  const file = join(workspace, config);
  if (!existsSync(file) && config === DEFAULT_CONFIG) return parseRunbook('', config);
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw new UserError('RB-CONFIG-MISSING', {
      what: `${JSON.stringify(config)} in the workspace cannot be read`,
      why: error instanceof Error ? error.message : String(error),
      remedy: 'check out the repository before this step, and correct the input config',
    });
  }
  return parseRunbook(text, config);
}
