/**
 * `diff(State, Release) → Plan`: the heart of every procedure that changes what runs. Pure: the same
 * observation and release give the same plan, and a plan carried out leaves nothing to do.
 */
import type { Runbook } from '../../config/runbook';
import { keptNotes } from '../adjusted';
import type { Drift } from '../drift';
import { contentOf, matches, sameContainers, sameMounts } from '../identity';
import type { Container, Plan, Release, ReleaseService, ServiceChange, State } from '../model';
import { isAnonymous, provenFirst, runningOf } from '../observe/inventory';
import { proxyNotes, readAtStart } from '../proxy-files';
import { fileChanges, fileDrift, leftNotes, missingShared } from './diff-files';
import { dependentNotes, onceNotes, shareNotes, udpNotes } from './diff-notes';
import { driftOf } from './drift';
import { startsAnew } from './filled';
import { tiedTo, tieOf } from './groups';
import { type OneShotOptions, oneShotNotes, whyRun } from './one-shots';
import { migrationFirst, startOrder } from './order';
import { changedMounts, reasons } from './reasons';
import { strandedOf } from './stranded';
import { canChangeNumber, chooseStrategy, isOneShot, onlyStandInServes } from './strategy';

interface DiffOptions extends OneShotOptions {
  /** Services that the run is about: changes by hand to these are not left alone. */
  readonly named?: ReadonlySet<string>;
}

export function diff(state: State, target: Release, options: DiffOptions): Plan {
  const inOrder: ServiceChange[] = [];
  const unchanged: string[] = [];
  const drift: Drift[] = [];
  for (const name of startOrder(target)) {
    const change = changeOf(name, state, target, options, inOrder);
    if (change === null) unchanged.push(name);
    else inOrder.push({ ...change, unnamed: unnamedOf(state, change), tied: tiedOf(state, change, options) });
    drift.push(...driftIn(name, state, target, options, change));
  }
  const changes = migrationFirst(inOrder, target, options.runbook.migration.service);
  for (const name of leaving(state, target)) {
    const running = runningOf(state, name);
    const known =
      state.current?.services[name] !== undefined || running.some((container) => container.release !== null);
    if (known && running.length > 0)
      changes.push({ ...removal(name, running, state.current?.services[name]), unnamed: [], tied: [] });
    else if (running.length > 0) drift.push({ service: name, what: `runs, but no release knows it` });
  }
  const files = fileChanges(state, target, options.runbook);
  return {
    format: 1,
    stack: target.stack,
    from: state.current?.id ?? null,
    to: target.id,
    content: contentOf(target),
    shared: missingShared(state, target),
    changes,
    files,
    unchanged,
    drift: [...drift, ...fileDrift(state, files)],
    notes: [
      ...oneShotNotes(state, target, new Set(changes.map(({ service }) => service)), options),
      ...Object.entries(target.services).flatMap(([name, { adjusted }]) =>
        keptNotes(name, state.current?.services[name]?.adjusted, adjusted),
      ),
      ...dependentNotes(target, changes, options),
      ...onceNotes(state, target, changes, options),
      ...shareNotes(state, target, changes),
      ...udpNotes(state, target, changes),
      ...proxyNotes(state, target, changes, options.runbook),
      ...leftNotes(state, target, options.runbook),
    ],
  };
}

/** A change without the volumes that its containers hand on, and without the services that are tied to it. */
type Change = Omit<ServiceChange, 'unnamed' | 'tied'>;

/** Nothing to carry out: no network or volume, no change of a service, no file, and the release is the current one. */
export function isEmpty(plan: Plan): boolean {
  return (
    plan.shared.length === 0 &&
    plan.changes.length === 0 &&
    Object.keys(plan.files).length === 0 &&
    plan.from === plan.to
  );
}

function changeOf(
  name: string,
  state: State,
  target: Release,
  options: DiffOptions,
  before: readonly Change[],
): Change | null {
  const wanted = target.services[name] as ReleaseService;
  const was = state.current?.services[name];
  if (isOneShot(name, target, options.runbook))
    return oneShot(name, wanted, was, whyRun(name, wanted, state, target, options));

  const running = runningOf(state, name);
  const tie = tieOf(wanted, running, state, before) ?? strandedOf(name, running, state, target);
  // Containers of a release that never committed may not have passed their gate.
  const known = (container: Container): boolean =>
    state.unfinished === null || (was !== undefined && matches(container, was, state.images));
  const isRead = readAtStart(name, wanted, was, state, options.runbook).length === 0;
  const fitting = running.filter(
    (container) => tie === null && isRead && matches(container, wanted, state.images) && known(container),
  );
  // Leftovers of an interrupted run are corrected; changes by hand are named and left alone.
  const ours =
    tie !== null ||
    !isRead ||
    was === undefined ||
    !sameContainers(was, wanted) ||
    was.replicas !== wanted.replicas ||
    options.named?.has(name) === true ||
    startsAnew(wanted, state, target) ||
    state.unfinished !== null;
  const leftovers = running.filter((container) => isLeftover(container, wanted, state));
  const helpless = onlyStandInServes(name, running, state);
  const complete = !helpless && fitting.length === wanted.replicas && running.length === fitting.length;
  if (complete || (!ours && !helpless && leftovers.length === 0)) {
    return reload(name, wanted, was, options.runbook);
  }

  const keep = helpless ? [] : provenFirst(fitting).slice(0, wanted.replicas);
  const retire = ours || helpless ? running.filter((container) => !keep.includes(container)) : leftovers;
  const start = ours || helpless ? wanted.replicas - keep.length : 0;
  const base = { service: name, ...sides(wanted, was), keep: ids(keep), retire: ids(retire), start };
  if (running.length === 0)
    return { ...base, kind: 'create', reasons: [was === undefined ? 'new' : 'not running'], downtime: null };
  // The release wants no containers of this service: all of them stop after the commit.
  if (wanted.replicas === 0)
    return { ...base, kind: 'remove', reasons: reasons(wanted, was, running, tie), downtime: null };
  const starting = keep.length > 0 ? start : wanted.replicas;
  const { strategy, downtime } = chooseStrategy(name, wanted, running, target, state, options.runbook, tie, starting);
  // If some containers stay as they are, only the number changes, and none of them has to stop for that.
  const allowed = downtime?.code == null || downtime.code === 'RB-DOWNTIME-REFUSED';
  const numberAlone = keep.length > 0 && allowed && canChangeNumber(wanted, running, state, start);
  if (strategy !== 'rolling' && !numberAlone) {
    return {
      ...base,
      kind: strategy,
      reasons: reasons(wanted, was, running, tie),
      start: wanted.replicas,
      keep: [],
      retire: ids(running),
      downtime,
    };
  }
  const kind = keep.length > 0 ? 'scale' : 'rolling';
  return { ...base, kind, reasons: reasons(wanted, was, running, tie), downtime: numberAlone ? null : downtime };
}

function driftIn(
  name: string,
  state: State,
  target: Release,
  { runbook }: DiffOptions,
  change: Change | null,
): Drift[] {
  const was = state.current?.services[name];
  if (was === undefined || state.unfinished !== null || isOneShot(name, target, runbook)) return [];
  const running = runningOf(state, name);
  // Only a stand-in serves: an earlier run left it so, which is not drift.
  if (running.length === 0 && onlyStandInServes(name, running, state)) return [];
  const known = running.filter((container) => !isLeftover(container, target.services[name]!, state));
  return driftOf(name, was, known, state, change);
}

/** Paths in containers of the service with volumes without a name, which new containers take over. */
function unnamedOf({ containers }: State, { service, start }: Change): string[] {
  const there = containers.filter((container) => container.service === service && !container.oneOff && start > 0);
  const mounts = there.flatMap((container) => container.mounts.filter((mount) => mount.writable && isAnonymous(mount)));
  return [...new Set(mounts.map(({ target }) => target))].sort();
}

/** Services that go back together with this one if its change fails. */
function tiedOf({ current }: State, { service, kind }: Change, { runbook }: DiffOptions): string[] {
  if (kind !== 'recreate' && kind !== 'drain-and-replace') return [];
  return tiedTo(service, current).filter((name) => !isOneShot(name, current!, runbook));
}

function isLeftover(container: Container, wanted: ReleaseService, state: State): boolean {
  const was = state.current?.services[container.service];
  return container.release !== null && container.release !== wanted.since && container.release !== was?.since;
}

function oneShot(
  name: string,
  wanted: ReleaseService,
  was: ReleaseService | undefined,
  why: string | null,
): Change | null {
  if (why === null) return null;
  return {
    service: name,
    kind: 'one-shot',
    reasons: [why],
    ...sides(wanted, was),
    keep: [],
    start: 1,
    retire: [],
    downtime: null,
  };
}

function reload(
  name: string,
  wanted: ReleaseService,
  was: ReleaseService | undefined,
  runbook: Runbook,
): Change | null {
  if (name !== runbook.proxy.service || was === undefined || sameMounts(wanted, was)) return null;
  return {
    service: name,
    kind: 'reload',
    reasons: changedMounts(wanted, was),
    ...sides(wanted, was),
    keep: [],
    start: 0,
    retire: [],
    downtime: null,
  };
}

function removal(name: string, running: readonly Container[], was: ReleaseService | undefined): Change {
  const from = was === undefined ? null : sides(was, was).from;
  return {
    service: name,
    kind: 'remove',
    reasons: ['not in the release'],
    from,
    to: null,
    keep: [],
    start: 0,
    retire: ids(running),
    downtime: null,
  };
}

function sides(wanted: ReleaseService, was: ReleaseService | undefined): Pick<Change, 'from' | 'to'> {
  const side = ({ image, digest, replicas }: ReleaseService) => ({ image, digest, replicas });
  return { from: was === undefined ? null : side(was), to: side(wanted) };
}

function leaving(state: State, target: Release): string[] {
  return [...new Set(state.containers.map((container) => container.service))]
    .filter((name) => target.services[name] === undefined)
    .sort();
}

function ids(containers: readonly Container[]): string[] {
  return containers.map((container) => container.id);
}
