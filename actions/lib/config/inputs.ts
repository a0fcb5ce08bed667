/** Inputs of the actions as typed data. All mistakes at once; nothing is reached before they are right. */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { UserError } from '../errors';
import type { SshTarget } from '../host/connect';
import type { RegistryLogin, UploadedFile } from '../stack/resolve/types';
import { collectFiles } from './files';
import { parseRunbook } from './load';
import type { Runbook } from './runbook';
import { duration } from './schema';
import { parseVersions } from './version';

/** Where the text of an input comes from; empty when it was not given. */
export type GetInput = (name: string) => string;

export interface CommonInputs {
  readonly target: SshTarget;
  readonly runbook: Runbook;
  readonly dryRun: boolean;
  readonly expectedPlan: string | null;
  readonly allowDowntime: boolean;
  readonly environment: string | null;
  readonly environmentUrl: string | null;
  readonly githubToken: string | null;
}

export interface DeployInputs extends CommonInputs {
  readonly version: string;
  readonly versions: Readonly<Record<string, string>>;
  readonly services: readonly string[] | null;
  readonly files: readonly UploadedFile[];
  readonly logins: readonly RegistryLogin[];
  readonly schemaCompatible: boolean;
}

export interface RollbackInputs extends CommonInputs {
  /** `null`: the release before the current one. */
  readonly release: string | null;
  readonly list: boolean;
}

const DEFAULT_CONFIG = 'runbook.yml';

/** @throws {UserError} RB-INPUT-INVALID, RB-CONFIG-INVALID, RB-CONFIG-MISSING, RB-VERSION-INVALID, RB-FILE-MISSING */
export function readDeployInputs(get: GetInput, workspace: string): DeployInputs {
  const reader = new Reader(get);
  const common = readCommon(reader, workspace);
  const version = reader.text('version');
  const schema = reader.choice('schema', ['compatible', 'breaking']);
  const logins = readLogin(reader);
  const services = reader.list('services');
  const envFile = reader.text('env-file');
  const files = reader.list('files');
  const envContent = get('env-content');
  reader.finish();
  const { runbook, folder } = common;
  const own = envFile === '' ? runbook : { ...runbook, envFile };
  const absent = envContent === '' && envFile === '' && own.envFile !== null && !existsSync(join(folder, own.envFile));
  // The default env file may be missing: then the host's own is used, if Compose needs one.
  const used = absent ? { ...own, envFile: null } : own;
  return {
    ...common,
    runbook: used,
    version: version || 'latest',
    versions: parseVersions(version, runbook.versioned),
    services: services.length > 0 ? services : null,
    files: collectFiles({
      folder,
      compose: runbook.compose,
      files: [...runbook.files, ...files],
      envFile: used.envFile,
      envContent: envContent === '' ? null : envContent,
    }),
    logins,
    schemaCompatible: schema === 'compatible',
  };
}

/** @throws {UserError} RB-INPUT-INVALID, RB-CONFIG-INVALID, RB-CONFIG-MISSING */
export function readRollbackInputs(get: GetInput, workspace: string): RollbackInputs {
  const reader = new Reader(get);
  const common = readCommon(reader, workspace);
  const release = reader.text('release');
  const list = reader.boolean('list');
  reader.finish();
  return { ...common, release: release === '' || release === 'previous' ? null : release, list };
}

function readCommon(reader: Reader, workspace: string): CommonInputs & { folder: string } {
  const knownHosts = reader.required('ssh-known-hosts');
  const jump = reader.text('ssh-jump');
  const privateKey = reader.required('ssh-key');
  const passphrase = reader.text('ssh-passphrase');
  const timeout = reader.seconds('ssh-timeout', 20);
  const hop = /^([^@\s]+)@(\[[^\]\s]+\]|[^:\s]+)(?::(\d+))?$/.exec(jump);
  if (jump !== '' && hop === null)
    reader.problem(`ssh-jump is ${JSON.stringify(jump)}; write user@host or user@host:port`);
  const target: SshTarget = {
    host: reader.host('ssh-host'),
    port: reader.port('ssh-port', 22),
    user: reader.required('ssh-user'),
    privateKey,
    knownHosts,
    timeout: timeout * 1000,
    ...(passphrase === '' ? {} : { passphrase }),
    ...(hop === null
      ? {}
      : {
          jump: {
            user: hop[1] as string,
            host: (hop[2] as string).replace(/^\[|\]$/g, ''),
            port: Number(hop[3] ?? 22),
            privateKey: reader.text('ssh-jump-key') || privateKey,
            ...(passphrase === '' ? {} : { passphrase }),
          },
        }),
  };
  const config = reader.text('config') || DEFAULT_CONFIG;
  const runbook = withTimeouts(readRunbook(workspace, config), reader);
  return {
    target,
    runbook,
    folder: dirname(join(workspace, config)),
    dryRun: reader.boolean('dry-run'),
    expectedPlan: reader.text('expected-plan') || null,
    allowDowntime: reader.boolean('allow-downtime'),
    environment: reader.text('environment') || null,
    environmentUrl: reader.text('environment-url') || runbook.url || null,
    githubToken: reader.text('github-token') || null,
  };
}

function readRunbook(workspace: string, config: string): Runbook {
  const file = join(workspace, config);
  if (existsSync(file)) return parseRunbook(readFileSync(file, 'utf8'), config);
  if (config === DEFAULT_CONFIG) return parseRunbook('', config);
  throw new UserError('RB-CONFIG-MISSING', {
    what: `there is no file ${JSON.stringify(config)} in the workspace`,
    remedy: 'check out the repository before this step, and correct the input config',
  });
}

function withTimeouts(runbook: Runbook, reader: Reader): Runbook {
  const healthTimeout = reader.seconds('health-timeout', null);
  const drainTimeout = reader.seconds('drain-timeout', null);
  const watch = reader.seconds('watch-duration', null);
  const over = {
    ...(healthTimeout === null ? {} : { healthTimeout }),
    ...(drainTimeout === null ? {} : { drainTimeout }),
  };
  return {
    ...runbook,
    defaults: { ...runbook.defaults, ...over },
    services: Object.fromEntries(Object.entries(runbook.services).map(([name, own]) => [name, { ...own, ...over }])),
    watch: { ...runbook.watch, ...(watch === null ? {} : { duration: watch }) },
  };
}

function readLogin(reader: Reader): RegistryLogin[] {
  const registry = reader.text('registry');
  const username = reader.text('registry-user');
  const password = reader.text('registry-password');
  const given = [registry, username, password].filter((value) => value !== '').length;
  if (given !== 0 && given !== 3) reader.problem('registry, registry-user and registry-password belong together');
  return given === 3 ? [{ registry, username, password }] : [];
}

class Reader {
  readonly #get: GetInput;
  readonly #problems: string[] = [];

  constructor(get: GetInput) {
    this.#get = get;
  }

  problem(text: string): void {
    this.#problems.push(text);
  }

  text(name: string): string {
    return this.#get(name).trim();
  }

  required(name: string): string {
    const value = this.text(name);
    if (value === '') this.problem(`${name} is missing`);
    return value;
  }

  host(name: string): string {
    const value = this.required(name);
    if (value !== '' && !/^[A-Za-z0-9:][A-Za-z0-9.:_-]*$/.test(value))
      this.problem(`${name} is ${JSON.stringify(value)}, no host name or address`);
    return value;
  }

  port(name: string, missing: number): number {
    const value = this.text(name);
    if (value === '') return missing;
    const port = Number(value);
    if (!/^\d+$/.test(value) || port < 1 || port > 65535) this.problem(`${name} is ${JSON.stringify(value)}, no port`);
    return port;
  }

  seconds<T extends number | null>(name: string, missing: T): number | T {
    const value = this.text(name);
    if (value === '') return missing;
    const parsed = duration.safeParse(value);
    if (!parsed.success) this.problem(`${name} is ${JSON.stringify(value)}; write seconds, or 30s, 5m, 1h`);
    return parsed.data ?? missing;
  }

  boolean(name: string): boolean {
    const value = this.text(name).toLowerCase();
    if (!['', 'true', 'false'].includes(value))
      this.problem(`${name} is ${JSON.stringify(value)}; write true or false`);
    return value === 'true';
  }

  choice<T extends string>(name: string, allowed: readonly [T, ...T[]]): T {
    const value = this.text(name);
    const found = allowed.find((candidate) => candidate === value);
    if (found === undefined && value !== '')
      this.problem(`${name} is ${JSON.stringify(value)}; write ${allowed.join(' or ')}`);
    return found ?? allowed[0];
  }

  list(name: string): string[] {
    return this.text(name)
      .split(/[\n,]/)
      .map((part) => part.trim())
      .filter((part) => part !== '');
  }

  /** @throws {UserError} RB-INPUT-INVALID with everything that was wrong */
  finish(): void {
    if (this.#problems.length === 0) return;
    throw new UserError('RB-INPUT-INVALID', {
      what: this.#problems.join('; '),
      why: 'the inputs of the step are incomplete or contradict each other',
      remedy: 'correct them under `with:` of the step; the README of the action lists them all',
    });
  }
}
