/** Carries a plan out: one detached script on the host, one conductor here. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Runbook } from '../config/runbook';
import { UserError } from '../errors';
import type { Host } from '../host/host';
import { quote } from '../host/quote';
import type { HealthEvidence, Progress } from '../procedure/report';
import type { Steps } from '../steps/step';
import { Conductor } from './conduct';
import type { Plan, Release } from './model';
import { dialThrough } from './probe';
import { type Operation, programOf } from './program';
import { hostPortsScript, redirectScript } from './redirect/redirect';
import { render } from './render';
import { storeScript } from './store/release';

export interface ApplyRequest {
  readonly plan: Plan;
  readonly target: Release;
  readonly current: Release | null;
  readonly runbook: Runbook;
  /** What the host gets before anything starts; empty for a release that it has. */
  readonly delivery: Delivery | null;
  readonly run: string;
}

/** A new release on its way to the host. */
export interface Delivery {
  /** From {@link import('./store/delivery').packDelivery}. */
  readonly archive: Buffer;
  /** Folder on the host with the uploaded files as `blobs/`. */
  readonly staging: string;
  /** The current release is one that was just found running, and is stored with this one. */
  readonly adopts: boolean;
  /** References to pull, by digest. */
  readonly pull: readonly string[];
}

export interface Applied {
  readonly committed: boolean;
  readonly migrated: boolean;
  readonly evidence: readonly HealthEvidence[];
  /** Why it failed; what failed after the commit leaves the release current. */
  readonly error: UserError | null;
}

export interface ApplyTools {
  readonly host: Host;
  readonly steps: Steps;
  readonly progress: Pick<Progress, 'info' | 'remote'> & { mark(text: string): void };
}

/** Milliseconds until a probe's connection must be open. */
const DIAL_TIMEOUT = 3000;

export async function apply(request: ApplyRequest, { host, steps, progress }: ApplyTools): Promise<Applied> {
  const operations = operationsOf(request);
  const conductor = new Conductor({
    runbook: request.runbook,
    operations,
    expected: Object.fromEntries(request.plan.changes.map((change) => [change.service, change.start])),
    dial: dialThrough(host, DIAL_TIMEOUT),
    info: (text) => progress.info(text),
    remote: (line) => progress.remote(line),
    mark: (text) => progress.mark(text),
  });
  const step = await steps.start(
    {
      id: 'apply',
      title: 'Apply',
      script: applyScript(request, operations),
      ...(request.delivery ? { input: request.delivery.archive } : {}),
    },
    conductor,
  );
  conductor.attach(step);
  const result = await step.result;
  const { committed, migrated, evidence } = conductor;
  const error =
    result.outcome === 'unknown'
      ? new UserError('RB-CONNECTION-LOST', {
          what: 'the connection to the host was lost and could not be opened again',
          why: result.reason,
          remedy: 'the host finishes or goes back by itself; run it again, it starts from what it finds',
        })
      : result.code === 0
        ? null
        : conductor.error();
  return { committed, migrated, evidence, error };
}

export function operationsOf({ plan, target, current, runbook }: ApplyRequest): Operation[] {
  const { service } = runbook.proxy;
  const mounts =
    service === null
      ? []
      : [target, current].flatMap((release) => Object.keys(release?.services[service]?.mounts ?? {}));
  return programOf(plan, { runbook, target, proxyFiles: new Set(mounts) });
}

/** The whole script, as `dry-run` shows it. Holds no secret: those come by the step's input. */
export function applyScript(request: ApplyRequest, operations: readonly Operation[]): string {
  const { target, current, runbook, delivery } = request;
  const header = {
    PROJECT: runbook.stack,
    DIRECTORY: runbook.directory,
    TARGET: target.id,
    OLD: current?.id ?? '',
    PROXY: runbook.proxy.service ?? '',
    KEEP: String(runbook.keepReleases),
    STAGING: delivery?.staging ?? '',
    ADOPTED_SCHEMA: delivery?.adopts === true ? (current?.schema ?? '') : '',
    RB_COMMENT: `${target.id} ${request.run}`,
  };
  return [
    ...Object.entries(header).map(([name, value]) => `${name}=${quote(value)}`),
    'PATIENCE=30',
    redirectScript(),
    hostPortsScript(),
    storeScript(),
    readFileSync(join(__dirname, 'containers.sh'), 'utf8'),
    readFileSync(join(__dirname, 'images.sh'), 'utf8'),
    readFileSync(join(__dirname, 'apply.sh'), 'utf8'),
    readFileSync(join(__dirname, 'stand-in.sh'), 'utf8'),
    ...render(request, operations),
  ].join('\n');
}
