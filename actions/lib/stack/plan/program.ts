/**
 * A plan as the list of operations that one host script carries out. The order is the promise: all that
 * can fail without a user noticing comes before the cutover, and the old containers go last.
 */
import { type Runbook, settingsOf } from '../../config/runbook';
import type { Plan, Release, ServiceChange } from '../model';
import type { SharedChange } from '../resources';
import { apartFiles } from './apart-files';
import { isFilled } from './filled';
import { requirements } from './order';

export type Operation =
  /** Looks whether volumes without a name can go over to the new containers. */
  | { readonly op: 'keep-volumes'; readonly service: string; readonly total: number }
  /** Makes networks and volumes that the host does not have. */
  | {
      readonly op: 'make-shared';
      readonly shared: readonly SharedChange[];
      /** Names of volumes that one-shots fill: made again, empty, if this run fails, so that they are filled again. */
      readonly filled: readonly string[];
    }
  /** Starts containers of a service of which none runs. */
  | { readonly op: 'create'; readonly service: string; readonly total: number }
  /** Runs a service to its end. */
  | { readonly op: 'one-shot'; readonly service: string; readonly timeout: number; readonly migration: boolean }
  /** Waits for the end of a migration whose step was killed. */
  | { readonly op: 'await-migration'; readonly service: string; readonly timeout: number }
  /** Starts new containers beside the old ones, hidden from every caller. */
  | {
      readonly op: 'start-beside';
      readonly service: string;
      readonly total: number;
      readonly retire: readonly string[];
    }
  /** Sends callers of containers that will be removed to those of the service that stay. */
  | { readonly op: 'redirect-away'; readonly service: string; readonly retire: readonly string[] }
  /** Lets Compose stop the old containers and start the new ones. */
  | { readonly op: 'replace'; readonly service: string; readonly total: number; readonly tied: readonly string[] }
  /** Starts the new release of a service that cannot run twice, without its ports and its name. */
  | { readonly op: 'start-stand-in'; readonly service: string }
  /** Sends new connections, from outside and inside the stack, to the stand-in. */
  | { readonly op: 'divert'; readonly service: string }
  /** Stops the old container and lets Compose make the real one, while the stand-in serves. */
  | { readonly op: 'replace-behind'; readonly service: string; readonly drain: number }
  /** Sends new connections to the real container. */
  | { readonly op: 'return'; readonly service: string }
  /** Removes the stand-in when its requests have ended, and the rules of the host. */
  | { readonly op: 'end-stand-in'; readonly service: string; readonly drain: number }
  /** Waits for the runner's verdict on the new containers. `stable`: they must stay healthy for a while. */
  | { readonly op: 'gate'; readonly name: string; readonly services: readonly string[]; readonly stable: boolean }
  /** Has the proxy's program check the new files, beside the running one. */
  | { readonly op: 'test-proxy'; readonly paths: readonly string[] }
  /**
   * Puts uploaded files in place: those of the proxy, or all others. `both`: files that the proxy and a starting
   * container mount. `apart`: files that only new containers get, see `apartFiles`.
   */
  | { readonly op: 'place'; readonly which: 'proxy' | 'both' | 'others' | 'apart'; readonly paths: readonly string[] }
  /** Sends new connections to the new containers. */
  | { readonly op: 'cut'; readonly services: readonly string[] }
  /** Has the proxy read its files again; `must`: it was planned because it can. */
  | { readonly op: 'reload-proxy'; readonly must: boolean }
  /** Makes programs that resolve names only on a reload do so, except for the proxy where it knows the addresses. */
  | { readonly op: 'ask-again'; readonly proxy: boolean }
  /** Has the proxy resolve names again if an address that it may know has changed. */
  | { readonly op: 'tell-proxy' }
  /** Waits for the runner's verdict on real traffic, and for old connections to end. */
  | { readonly op: 'watch'; readonly services: readonly string[]; readonly drain: number }
  /** Waits for old connections to end. */
  | { readonly op: 'drain'; readonly services: readonly string[]; readonly drain: number }
  /** Removes leftovers of interrupted procedures. */
  | { readonly op: 'sweep' }
  /** Makes the release current: before this everything is reversed on failure, after it nothing. */
  | { readonly op: 'commit' }
  | { readonly op: 'retire'; readonly service: string; readonly containers: readonly string[] }
  /** Removes the rules of the redirect, in two steps. */
  | { readonly op: 'remove-redirect'; readonly services: readonly string[]; readonly drain: number }
  | { readonly op: 'remove'; readonly service: string; readonly containers: readonly string[] };

export interface ProgramOptions {
  readonly runbook: Runbook;
  readonly target: Release;
  /** Uploaded files that the proxy mounts. */
  readonly proxyFiles: ReadonlySet<string>;
}

export function programOf(plan: Plan, { runbook, target, proxyFiles }: ProgramOptions): Operation[] {
  const paths = Object.keys(plan.files);
  const proxy = plan.changes.find((change) => change.service === runbook.proxy.service);
  const proxyServes = runbook.proxy.service !== null && proxy?.kind !== 'create';
  const late = proxyServes ? paths.filter((path) => proxyFiles.has(path)) : [];
  const early = plan.changes.filter((change) => goesEarly(change, plan, target));
  const last = plan.changes.filter((change) => isReplacement(change) && !early.includes(change));
  const redirectedChanges = plan.changes.filter(isRedirected);
  const services = redirectedChanges.map((change) => change.service);
  const standIns = plan.changes.filter((change) => change.kind === 'stand-in').map((change) => change.service);
  const removals = plan.changes.filter((change) => change.kind === 'remove');

  const drainOf = (drained: readonly string[]): number =>
    Math.max(0, ...drained.map((service) => settingsOf(runbook, service).drainTimeout));

  const operations: Operation[] = [];
  for (const { service, unnamed, start, keep } of plan.changes)
    if (unnamed.length > 0) operations.push({ op: 'keep-volumes', service, total: start + keep.length });
  if (plan.shared.length > 0) operations.push({ op: 'make-shared', ...sharedOf(plan, target, runbook) });
  const rest = paths.filter((path) => !late.includes(path));
  const apart = apartFiles(rest, plan, target, runbook);
  const others = rest.filter((path) => !apart.includes(path));
  if (others.length > 0) operations.push({ op: 'place', which: 'others', paths: others });
  if (apart.length > 0) operations.push({ op: 'place', which: 'apart', paths: apart });
  // A starting container reads its files only then, so they must be in place before. The proxy reads them on a reload.
  const both = late.filter((path) => early.some(({ service, start }) => start > 0 && has(target, service, path)));
  if (both.length > 0) operations.push({ op: 'place', which: 'both', paths: both });
  operations.push(...starts(early, runbook, target));
  if (late.length > 0) operations.push({ op: 'test-proxy', paths: late });
  const proxys = late.filter((path) => !both.includes(path));
  if (proxys.length > 0) operations.push({ op: 'place', which: 'proxy', paths: proxys });
  operations.push(...replacements(last, target));
  for (const service of standIns) {
    operations.push({ op: 'start-stand-in', service });
    operations.push({ op: 'gate', name: `stand-in-${service}`, services: [service], stable: true });
  }
  for (const { service, start, retire } of redirectedChanges) {
    if (start === 0) operations.push({ op: 'redirect-away', service, retire });
  }
  if (services.length > 0) operations.push({ op: 'cut', services });
  for (const service of standIns) operations.push({ op: 'divert', service });
  const moved = plan.changes.filter((change) => change.kind === 'create' || isReplacement(change));
  // Files that the proxy reads only when it starts are read by its new containers.
  if (late.length > 0 && (proxy === undefined || proxy.kind === 'reload'))
    operations.push({ op: 'reload-proxy', must: proxy !== undefined });
  else if (proxyServes && moved.length > 0) operations.push({ op: 'tell-proxy' });
  const seen = runbook.proxy.service !== null && target.services[runbook.proxy.service] !== undefined;
  if (services.length > 0 || (seen && operations.length > 0)) {
    operations.push({ op: 'watch', services, drain: drainOf(services) });
  }
  for (const service of standIns) {
    operations.push({ op: 'replace-behind', service, drain: settingsOf(runbook, service).drainTimeout });
    operations.push({ op: 'gate', name: `real-${service}`, services: [service], stable: true });
    operations.push({ op: 'return', service });
  }
  operations.push({ op: 'commit' });
  // A caller's stand-in ends before the stand-ins that it calls: it may know addresses that other containers get by
  // then.
  for (const service of standIns.toReversed())
    operations.push({ op: 'end-stand-in', service, drain: settingsOf(runbook, service).drainTimeout });
  for (const change of redirectedChanges) {
    if (change.retire.length > 0) operations.push({ op: 'retire', service: change.service, containers: change.retire });
  }
  const redirected = [...services, ...standIns];
  // Services that others call have other addresses by now.
  const called = redirected.some((service) => service !== runbook.proxy.service);
  if (redirected.length > 0 || moved.some(isReplacement))
    operations.push({ op: 'ask-again', proxy: proxyServes && called });
  const led = [...redirected, ...moved.filter(isReplacement).map((change) => change.service)];
  if (led.length > 0) operations.push({ op: 'remove-redirect', services: led, drain: drainOf(led) });
  for (const change of removals) operations.push({ op: 'remove', service: change.service, containers: change.retire });
  return operations;
}

function sharedOf({ shared }: Plan, target: Release, runbook: Runbook): { shared: SharedChange[]; filled: string[] } {
  const filled = shared.filter(({ kind, key }) => kind === 'volumes' && isFilled(key, target, runbook));
  return { shared: [...shared], filled: filled.map(({ name }) => name) };
}

/** Whether the service's new containers mount an uploaded file, by themselves or with the volumes of another service. */
function has(target: Release, service: string, path: string): boolean {
  const found = target.services[service];
  if (found === undefined || found.mounts[path] !== undefined) return found !== undefined;
  return Object.entries(found.traits.shares).some(
    ([other, what]) => what.includes('volumes') && has(target, other, path),
  );
}

/** Starts in the order of dependencies. A service that needs another starts after that one has passed its gate. */
function starts(changes: readonly ServiceChange[], runbook: Runbook, target: Release): Operation[] {
  const operations: Operation[] = [];
  const started: string[] = [];
  let waiting: string[] = [];
  const gate = (): void => {
    if (waiting.length > 0) operations.push({ op: 'gate', name: waiting.join('+'), services: waiting, stable: false });
    waiting = [];
  };
  for (const change of changes) {
    const { service } = change;
    const others = mayWait(service, waiting, target);
    if (change.kind === 'one-shot' || (isReplacement(change) && others.length > 0) || needsOne(service, others, target))
      gate();
    if (change.kind === 'one-shot') {
      const migration = service === runbook.migration.service;
      operations.push({ op: 'one-shot', service, timeout: runbook.migration.timeout, migration });
      continue;
    }
    const total = change.start + change.keep.length;
    if (change.kind === 'create') operations.push({ op: 'create', service, total });
    else if (isReplacement(change)) operations.push(replacement(change));
    else if (change.start > 0)
      operations.push({ op: 'start-beside', service, total: total + change.retire.length, retire: change.retire });
    if (change.start > 0) waiting.push(service);
    if (change.start > 0) started.push(service);
  }
  if (started.length > 0) operations.push({ op: 'gate', name: 'started', services: started, stable: true });
  return operations;
}

/** What does not need another is replaced together with it. What does stays as it is until that one has passed its gate. */
function replacements(changes: readonly ServiceChange[], target: Release): Operation[] {
  const operations: Operation[] = [];
  let waiting: string[] = [];
  for (const change of changes) {
    if (needsOne(change.service, mayWait(change.service, waiting, target), target)) {
      operations.push({ op: 'gate', name: waiting.join('+'), services: waiting, stable: false });
      waiting = [];
    }
    operations.push(replacement(change));
    waiting.push(change.service);
  }
  const services = changes.map((change) => change.service);
  if (services.length > 0) operations.push({ op: 'gate', name: 'replaced', services, stable: true });
  return operations;
}

/** Those of `started` that may become healthy without the service, unlike one with a tunnel in its network namespace. */
function mayWait(service: string, started: readonly string[], target: Release): string[] {
  const { shares = {}, dependsOn = {} } = target.services[service]?.traits ?? {};
  return started.filter((name) => shares[name] === undefined || dependsOn[name] !== 'service_started');
}

function needsOne(service: string, others: readonly string[], target: Release): boolean {
  const needs = requirements(service, target);
  return others.some((name) => needs.has(name));
}

/** If the replacement fails, the services in `tied` go back after this one. */
function replacement({ service, start: total, tied }: ServiceChange): Operation {
  return { op: 'replace', service, total, tied };
}

/** Whether a change comes early. One that stops its old containers first comes as late as its dependents allow. */
function goesEarly(change: ServiceChange, plan: Plan, target: Release): boolean {
  // A stand-in resolves names when it starts, so services that it calls come first.
  if (['remove', 'reload', 'stand-in'].includes(change.kind)) return false;
  if (!isReplacement(change)) return true;
  // A service whose container it shares may become healthy only with it.
  const leaders = Object.keys(target.services[change.service]?.traits.shares ?? {});
  if (plan.changes.some((other) => leaders.includes(other.service) && goesEarly(other, plan, target))) return true;
  return plan.changes.some((other) => !isReplacement(other) && requirements(other.service, target).has(change.service));
}

function isReplacement(change: ServiceChange): boolean {
  return change.kind === 'recreate' || change.kind === 'drain-and-replace';
}

/** Whether callers of the service are sent to other containers: to new ones beside the old, or to those that stay. */
function isRedirected(change: ServiceChange): boolean {
  return change.kind === 'rolling' || change.kind === 'scale';
}
