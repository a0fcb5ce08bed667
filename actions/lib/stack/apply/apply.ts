/** Carries a plan out: one detached script on the host, one conductor here. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { UserError } from '../../errors';
import type { Host } from '../../host/host';
import { quote } from '../../host/quote';
import type { Progress } from '../../progress';
import { dataLockScript } from '../../steps/data-lock';
import { onHost } from '../../steps/on-host';
import type { Steps } from '../../steps/step';
import { composeScript } from '../compose-script';
import { type Commit, serializeHistory, worthKeeping } from '../history';
import type { Release } from '../model';
import { adaptersScript, containersScript } from '../observe/scripts';
import { assetLines } from '../plan/assets';
import { type Operation, programOf } from '../plan/program';
import { recoveryProgramOf } from '../plan/recovery';
import { isOneShot } from '../plan/strategy';
import { dialThrough } from '../probe';
import { psqlPiece, waitsPiece } from '../psql';
import { hostPortsScript, redirectScript, sweepScript } from '../redirect/redirect';
import { rescueLines } from '../redirect/rescue';
import { storeScript } from '../release/store';
import { composeCommand } from '../resolve/command';
import { ApplyObserver } from './conduct';
import { eachDatabase, type MigrationTold } from './migration-told';
import type { Proof } from './proof';
import { type RenderRequest, render, titlesOf } from './render';
import type { HealthEvidence } from './voice';

interface ApplyRequest extends RenderRequest {
  readonly delivery: Delivery | null;
  readonly run: string;
  readonly procedure: string;
  /** Docker's folder on the host, as it was observed. */
  readonly dockerRoot: string;
  /** The releases that the host keeps. */
  readonly releases: readonly Release[];
  /** Which releases were current here. */
  readonly history: readonly Commit[];
  /** This run puts right what an interrupted procedure left: `target` is the current release. */
  readonly recovers?: boolean;
  /** How the site must be seen to answer before the commit: closed or open. */
  readonly proof?: Proof | null;
  /** ID of the backup that was made just before. */
  readonly backup?: string | null;
  /** Name of its step: each step of a run has a name of its own. */
  readonly step?: string;
  /** Whether the step leaves some services to the new release. */
  readonly leaves?: boolean;
  /** Whether the step begins from what an interrupted procedure left: its undo leads back to that state. */
  readonly unsettled?: boolean;
}

/** A new release on its way to the host. */
export interface Delivery {
  /** From {@link import('../release/delivery').packDelivery}. */
  readonly archive: Buffer;
  /** Folder on the host with the uploaded files as `blobs/`. */
  readonly staging: string;
  /** The current release was just found running, and is stored with this one. */
  readonly adopts: boolean;
  /** References to pull, by digest. */
  readonly pull: readonly string[];
}

export interface Applied {
  readonly committed: boolean;
  readonly migrated: boolean;
  /** What the host told of the migration while it ran. */
  readonly migration: MigrationTold;
  /**
   * Number of containers that ran before and were seen running after the undo; `null` if that was not checked or one
   * does not run.
   */
  readonly back: number | null;
  readonly evidence: readonly HealthEvidence[];
  /** Why it failed; after a failure behind the commit the release is current nevertheless. */
  readonly error: UserError | null;
}

interface ApplyTools {
  readonly host: Host;
  readonly steps: Steps;
  readonly progress: Pick<Progress, 'info' | 'remote'> & { mark(text: string): void; part(title: string): void };
}

const HISTORY_KEPT = 50;
/** Milliseconds until a probe's connection must be open. */
export const DIAL_TIMEOUT = 3000;

export async function apply(request: ApplyRequest, { host, steps, progress }: ApplyTools): Promise<Applied> {
  const operations = operationsOf(request);
  const proxy = request.runbook.proxy.service;
  const conductor = new ApplyObserver({
    runbook: request.runbook,
    front: proxy !== null && request.target.services[proxy] !== undefined ? proxy : null,
    operations,
    expected: Object.fromEntries(request.plan.changes.map((change) => [change.service, change.start])),
    dial: dialThrough(host, DIAL_TIMEOUT),
    proof: request.proof ?? null,
    info: (text) => progress.info(text),
    remote: (line) => progress.remote(line),
    mark: (text) => progress.mark(text),
    part: (title) => progress.part(title),
    startAgain: (service) => startAgain(request, service),
  });
  await conductor.lookBefore();
  const error = await onHost(
    steps,
    {
      id: request.step ?? (request.recovers ? 'recover' : 'apply'),
      script: applyScript(request, operations),
      ...(request.delivery ? { input: request.delivery.archive } : {}),
    },
    {
      onEvent: (event) => conductor.onEvent(event),
      onLine: (line) => conductor.onLine(line),
      onStart: (step) => conductor.attach(step),
      lost: {
        what: 'the connection to the host was lost and could not be opened again',
        remedy:
          'the host finishes or goes back by itself; run it again, the new run continues from the state that it finds',
      },
      explain: (told) => conductor.error(told),
    },
  );
  const { committed, migrated, migration, evidence, back } = conductor;
  return { committed, migrated, migration, evidence, back, error };
}

function startAgain({ current, runbook }: ApplyRequest, service: string): string | null {
  if (current?.services[service] === undefined) return null;
  return composeCommand(runbook.stack, runbook.directory, current.id, service);
}

/** What the plan is carried out by, and the titles of all of it in the journal. */
export function courseOf(request: RenderRequest): { readonly operations: Operation[]; readonly titles: string[] } {
  const operations = operationsOf(request);
  return { operations, titles: titlesOf(request, operations) };
}

function operationsOf({
  plan,
  target,
  current,
  runbook,
  recovers,
}: RenderRequest & Pick<ApplyRequest, 'recovers'>): Operation[] {
  const { service } = runbook.proxy;
  const mounts =
    service === null
      ? []
      : [target, current].flatMap((release) => Object.keys(release?.services[service]?.mounts ?? {}));
  const options = { runbook, target, proxyFiles: new Set(mounts) };
  return recovers ? recoveryProgramOf(plan, options) : programOf(plan, options);
}

function oneShots({ target, current, runbook }: ApplyRequest): string[] {
  const releases = [target, ...(current === null ? [] : [current])];
  const found = releases.flatMap((release) =>
    Object.keys(release.services).filter((name) => isOneShot(name, release, runbook)),
  );
  // That of a first release which never committed, too.
  const { service } = runbook.migration;
  return service === null ? found : [...found, service];
}

function hooked(current: ApplyRequest['current']): string[] {
  const services = Object.entries(current?.services ?? {});
  return services.flatMap(([name, { traits }]) => (traits.hooks.includes('post_start') ? [name] : []));
}

/** The history as it is once the target is current. */
function historyWith({ history, target, procedure }: ApplyRequest): readonly Commit[] {
  if (history.at(-1)?.release === target.id) return history;
  return [...history, { release: target.id, procedure, ...(target.back === undefined ? {} : { back: target.back }) }];
}

/** The whole script, as `dry-run` shows it. Holds no secret: secrets come by the step's input. */
function applyScript(request: ApplyRequest, operations: readonly Operation[]): string {
  const { target, current, runbook, delivery } = request;
  const header = {
    PROJECT: runbook.stack,
    DIRECTORY: runbook.directory,
    TARGET: target.id,
    OLD: current?.id ?? '',
    PROXY: runbook.proxy.service ?? '',
    ONE_SHOTS: oneShots(request).join(' '),
    HOOKED: hooked(current).join(' '),
    KEEP: String(runbook.keepReleases),
    STAGING: delivery?.staging ?? '',
    DOCKER_ROOT: request.dockerRoot,
    PROCEDURE: request.procedure,
    BACK: target.back ?? '',
    // A host whose records an earlier version wrote has no history yet.
    HISTORY: serializeHistory(request.history.slice(-HISTORY_KEPT)),
    PREFERRED: worthKeeping(historyWith(request)).slice(0, runbook.keepReleases).join(' '),
    ADOPTED_SCHEMA: delivery?.adopts === true ? (current?.schema ?? '') : '',
    RB_COMMENT: `${target.id} ${request.run}`,
    BACKUP: request.backup ?? '',
    ASSETS: assetLines(target, request.releases, runbook),
    MIGRATION_BLOCKED: String(runbook.migration.blockedTimeout ?? ''),
    MIGRATION_GRACE: String(runbook.migration.grace),
    // Until the step has done everything, the next run has to recover, whatever was put back.
    RB_LEFT: request.recovers === true || request.unsettled === true ? '1' : '',
    UNSETTLED: request.unsettled === true ? '1' : '',
    LEAVES: request.leaves === true ? '1' : '',
  };
  return [
    ...Object.entries(header).map(([name, value]) => `${name}=${quote(value)}`),
    'PATIENCE=30',
    'RB_HELPER=$RB_STEP/helper',
    redirectScript(),
    hostPortsScript(),
    sweepScript(),
    storeScript(),
    dataLockScript(),
    composeScript(),
    containersScript(),
    readFileSync(join(__dirname, 'images.sh'), 'utf8'),
    readFileSync(join(__dirname, 'assets.sh'), 'utf8'),
    readFileSync(join(__dirname, 'apply.sh'), 'utf8'),
    readFileSync(join(__dirname, 'shared.sh'), 'utf8'),
    readFileSync(join(__dirname, 'addresses.sh'), 'utf8'),
    readFileSync(join(__dirname, 'late-callers.sh'), 'utf8'),
    readFileSync(join(__dirname, 'rounds.sh'), 'utf8'),
    readFileSync(join(__dirname, 'unnamed.sh'), 'utf8'),
    readFileSync(join(__dirname, 'ran.sh'), 'utf8'),
    psqlPiece(),
    waitsPiece(),
    readFileSync(join(__dirname, 'who-waits.sh'), 'utf8'),
    readFileSync(join(__dirname, 'one-shot.sh'), 'utf8'),
    eachDatabase(runbook),
    adaptersScript(),
    readFileSync(join(__dirname, 'proxy.sh'), 'utf8'),
    readFileSync(join(__dirname, 'stale.sh'), 'utf8'),
    readFileSync(join(__dirname, 'access-log.sh'), 'utf8'),
    readFileSync(join(__dirname, 'kept.sh'), 'utf8'),
    readFileSync(join(__dirname, 'stand-in.sh'), 'utf8'),
    readFileSync(join(__dirname, 'stand-in-left.sh'), 'utf8'),
    readFileSync(join(__dirname, 'clear.sh'), 'utf8'),
    ...rescueLines(runbook.stack),
    ...render(request, operations),
  ].join('\n');
}
