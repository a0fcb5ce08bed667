/**
 * The way from what an interrupted procedure left to the current release: its own release before the commit
 * point is the old one, after it the new one. Pure.
 */
import type { DriftPolicy } from '../../config/inputs';
import type { Runbook } from '../../config/runbook';
import { UserError } from '../../errors';
import type { Drift } from '../drift';
import { matches } from '../identity';
import type { Plan, Release, State } from '../model';
import { composeCommand } from '../resolve/command';
import { diff } from './diff';
import { type Operation, type ProgramOptions, programOf } from './program';
import { onlyStandInServes } from './strategy';

export interface Recovery {
  readonly target: Release;
  readonly plan: Plan;
  /** Services that are left as they are: the release that comes starts them. */
  readonly left: readonly string[];
}

/** The release of a stack whose first deployment never committed: nothing runs. */
function nothing(stack: string): Release {
  return {
    format: 1,
    id: '',
    stack,
    version: '',
    services: {},
    files: {},
    compose: '',
    shared: null,
    schema: null,
    schemaCompatible: true,
    maintenance: false,
    createdAt: '',
    createdBy: '',
    run: '',
    adopted: false,
    writer: '',
  };
}

/** @throws {UserError} RB-DRIFT */
export function recoveryOf(state: State, runbook: Runbook, policy: DriftPolicy): Recovery {
  const target = state.current ?? nothing(runbook.stack);
  const drift = driftSince(state);
  if (drift.length > 0 && policy === 'refuse') throw refusal(drift, state, runbook);
  const whole = diff(state, target, { runbook, migrate: false });
  // A service that cannot start is left to the new release; its stand-in serves until then.
  const changes = whole.changes.filter((change) => {
    // The container of a migration tells the next run how it ended, and that it need not run again.
    if (change.service === runbook.migration.service) return false;
    const there = state.containers.filter(({ id }) => change.retire.includes(id));
    return !onlyStandInServes(change.service, there, state);
  });
  const plan = { ...whole, changes };
  if (policy === 'discard') return { target, plan, left: [] };
  const theirs = new Set(drift.map(({ service }) => service));
  return {
    target,
    plan: {
      ...plan,
      changes: plan.changes.filter(({ service }) => !theirs.has(service)),
      files: Object.fromEntries(Object.entries(plan.files).filter(([path]) => !theirs.has(path))),
      drift,
    },
    left: [],
  };
}

/**
 * The part of a recovery that cannot fail, as it starts nothing of the former release. Containers that never passed are
 * removed if enough others did; everything else stays until the new release replaces it, which may fix what cannot
 * start.
 */
export function withoutStarts({ target, plan }: Recovery): Recovery {
  const changes = plan.changes.flatMap((change) => {
    if (change.start === 0) return [change];
    return change.kind === 'scale' && change.keep.length > 0 && change.retire.length > 0
      ? [{ ...change, start: 0 }]
      : [];
  });
  const left = plan.changes.filter(({ start }) => start > 0).map(({ service }) => service);
  return { target, plan: left.length === 0 ? plan : { ...plan, changes, shared: [] }, left };
}

/** Does not judge the current release by its traffic, as there is no other to go back to. Removes leftovers last. */
export function recoveryProgramOf(plan: Plan, options: ProgramOptions): Operation[] {
  const operations = programOf(plan, options).flatMap((operation): Operation[] => {
    if (operation.op === 'commit') return [];
    if (operation.op !== 'watch') return [operation];
    return operation.services.length === 0
      ? []
      : [{ op: 'drain', services: operation.services, drain: operation.drain }];
  });
  // The rules may have been all that led the proxy from an address that it knows to one that answers.
  const { service } = options.runbook.proxy;
  const reload = service !== null && options.target.services[service] !== undefined;
  // What comes may stop its database, or its container.
  const { service: migrates, timeout } = options.runbook.migration;
  const first: Operation[] = migrates === null ? [] : [{ op: 'await-migration', service: migrates, timeout }];
  return [...first, ...operations, { op: 'ask-again', proxy: reload }, { op: 'sweep' }];
}

/**
 * Changes that neither the current nor the interrupted release explains: containers without a label of ours, and files
 * whose content no release of this host has.
 */
function driftSince(state: State): Drift[] {
  const { current, releases } = state;
  if (current === null) return [];
  const foreign = state.containers.filter((container) => {
    const was = current.services[container.service];
    if (container.state !== 'running' || container.oneOff || container.release !== null) return false;
    return was === undefined || !matches(container, was, state.images);
  });
  const edited = Object.entries(state.files).filter(
    ([path, sha]) => current.files[path] !== undefined && !releases.some((release) => release.files[path] === sha),
  );
  return [
    ...foreign.map(({ service, name, image }) => ({ service, what: `${name} (${image}) was created by hand` })),
    ...edited.map(([path]) => ({ service: path, what: 'was edited by hand' })),
  ];
}

function refusal(drift: readonly Drift[], state: State, { stack, directory }: Runbook): UserError {
  const { current, unfinished } = state;
  const services = drift.map(({ service }) => service).filter((name) => current?.services[name] !== undefined);
  const commands = [...new Set(services)].map((name) => composeCommand(stack, directory, current?.id ?? '', name));
  return new UserError('RB-DRIFT', {
    what: `the stack was changed by hand since ${unfinished?.procedure} was interrupted: ${drift
      .map(({ service, what }) => `${service} ${what}`)
      .join('; ')}`,
    why: `a recovery to release ${current?.id} would undo that`,
    remedy: `run it again with \`drift: accept\` to leave the changes as they are, or with \`drift: discard\` to undo it${
      commands.length > 0 ? ` (by hand: ${commands.join('; ')})` : ''
    }`,
  });
}
