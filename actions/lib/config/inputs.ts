/** Inputs that several actions have, as typed data. All mistakes are reported together, before anything is reached. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from '../errors';
import type { SshTarget } from '../host/connect';
import { parseRunbook } from './load';
import { type GetInput, Reader } from './reader';
import type { Runbook } from './runbook';
import { cleanPath, isRelativePath } from './sections/values';

/** What to do with changes that people made by hand: refuse to run, keep them, or undo them. */
export type DriftPolicy = 'refuse' | 'accept' | 'discard';

/** The inputs of every procedure. */
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

/** The plan that a person approved. */
export interface ExpectedPlan {
  /** Hash of the only plan that may be carried out; `null`: any. */
  readonly expectedPlan: string | null;
  /** The plan in words, for people; empty: not given. */
  readonly expectedPlanText: string;
}

/** The inputs of every procedure that leads to a release. */
export interface CommonInputs extends BaseInputs, ExpectedPlan {
  readonly allowDowntime: boolean;
  readonly drift: DriftPolicy;
}

const DEFAULT_CONFIG = 'runbook.yml';

/**
 * The inputs that lead to the stack, for the post step.
 *
 * @throws {UserError} RB-INPUT-INVALID, RB-CONFIG-INVALID, RB-CONFIG-MISSING
 */
export function readHostInputs(get: GetInput, workspace: string): CommonInputs {
  const reader = new Reader(get);
  const common = readCommon(reader);
  reader.finish();
  return withRunbook(common, workspace);
}

/** {@link CommonInputs} before any file is read. */
interface ReadCommon extends Omit<CommonInputs, 'runbook'> {
  readonly config: string;
  readonly timeouts: Partial<Record<'healthTimeout' | 'drainTimeout', number>> & { readonly healthTimeoutNamed?: true };
  readonly watchDuration: number | null;
}

/** The inputs of every action, and the path of its runbook file: to be read before `reader.finish()`. */
export function readBase(reader: Reader): Omit<BaseInputs, 'runbook'> & { readonly config: string } {
  // Only checked here; procedures do not use it.
  reader.secretUrl('notify-url');
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

/** The inputs of every action that leads to a release: to be read before `reader.finish()`. */
export function readCommon(reader: Reader): ReadCommon {
  const healthTimeout = reader.seconds('health-timeout', null);
  const drainTimeout = reader.seconds('drain-timeout', null);
  return {
    ...readBase(reader),
    timeouts: {
      ...(healthTimeout === null ? {} : { healthTimeout, healthTimeoutNamed: true as const }),
      ...(drainTimeout === null ? {} : { drainTimeout }),
    },
    watchDuration: reader.seconds('watch-duration', null),
    ...readExpected(reader),
    allowDowntime: reader.boolean('allow-downtime'),
    environment: reader.text('environment') || null,
    environmentUrl: reader.url('environment-url'),
    drift: reader.choice('drift', ['refuse', 'accept', 'discard']),
  };
}

/** The inputs of every action whose dry run sets plan-hash: to be read before `reader.finish()`. */
export function readExpected(reader: Reader): ExpectedPlan {
  return {
    expectedPlan: reader.wired('expected-plan')?.trim() ?? null,
    expectedPlanText: reader.text('expected-plan-text'),
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

/** A path in the workspace. */
export function readPath(reader: Reader, name: string, missing: string): string {
  const value = reader.text(name);
  if (value === '') return missing;
  if (!isRelativePath(value))
    reader.problem(`${name} is ${JSON.stringify(value)}, which is not a path within the workspace`);
  return cleanPath(value);
}

/** Adds the runbook file, whose keys the inputs override. @throws {UserError} RB-CONFIG-INVALID, RB-CONFIG-MISSING */
export function withRunbook(read: ReadCommon, workspace: string): CommonInputs {
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

/** @throws {UserError} RB-CONFIG-INVALID, RB-CONFIG-MISSING */
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
