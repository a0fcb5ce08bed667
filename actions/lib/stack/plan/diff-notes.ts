/** Notes on effects of a plan that people may not expect, in sentences. Pure. */
import { settingsOf } from '../../config/runbook';
import type { Release, ServiceChange, State } from '../model';
import { provenFirst, runningOf } from '../observe/inventory';
import type { OneShotOptions } from './one-shots';
import { dependentsOf } from './order';
import { isOneShot, whyOnce } from './strategy';

type Change = Pick<ServiceChange, 'service' | 'kind' | 'retire'>;

interface NoteOptions extends OneShotOptions {
  readonly named?: ReadonlySet<string>;
}

/** Services that lose another service, for a moment or until it is started again, or reach another container of it. */
export function dependentNotes(target: Release, changes: readonly Change[], { named, runbook }: NoteOptions): string[] {
  const gone = changes.filter(({ service, retire }) => named?.has(service) === true && retire.length > 0);
  return gone.flatMap(({ service, kind }) => {
    const others = dependentsOf(service, target).filter((name) => !isOneShot(name, target, runbook));
    const wanted = target.services[service];
    if (others.length === 0 && kind === 'remove' && wanted !== undefined && wanted.traits.unnamed !== true)
      return [
        `${service} may be called although no \`depends_on\` says so: its name is in the files of the stack, or it has a port or a label of a proxy. Its callers get no answer while it is stopped.`,
      ];
    if (others.length === 0) return [];
    return [`${others.join(', ')} ${others.length === 1 ? 'depends' : 'depend'} on ${service}.`];
  });
}

/** Notes on services that listen, but are not started beside their old containers because of what their files say. */
export function onceNotes(
  state: State,
  target: Release,
  changes: readonly Change[],
  { runbook }: NoteOptions,
): string[] {
  return changes.flatMap(({ service, kind }) => {
    const running = runningOf(state, service);
    const wanted = target.services[service];
    const listens = running.some((container) => container.listens.length > 0);
    if (kind !== 'drain-and-replace' || wanted === undefined || !listens) return [];
    const why = settingsOf(runbook, service).strategy === undefined ? whyOnce(wanted, running) : null;
    if (why === null) return [];
    return [
      `${service} listens and is not started beside its old container, so that nothing is done twice: ${why}. If old and new containers may run at once, set \`strategy: rolling\` for it in runbook.yml.`,
    ];
  });
}

/** Callers that do not reach each container of a service, where the number of containers changes. */
export function shareNotes(
  state: State,
  target: Release,
  changes: readonly Pick<ServiceChange, 'service' | 'keep' | 'start' | 'retire'>[],
): string[] {
  return changes.flatMap(({ service, keep, start, retire }) => {
    const [was, will] = [keep.length + retire.length, keep.length + start];
    // Of a service that none of its callers reaches now, nothing is expected.
    if (was === 0 || was === will) return [];
    const by = target.services[service]?.traits.namedBy;
    const gone = namesGone({ keep, start, retire }, state);
    const calls = by === undefined ? [] : [will > was ? fewReached(service, by) : nameGone(service, by, gone)];
    return will > was ? [...calls, ...oneAddressNotes(service, state)] : calls;
  });
}

/** Names of containers that no container has after the change. */
export function namesGone(
  { keep, start, retire }: Pick<ServiceChange, 'keep' | 'start' | 'retire'>,
  { containers }: Pick<State, 'containers'>,
): string[] {
  const names = provenFirst(containers.filter(({ id }) => retire.includes(id))).map(({ name }) => name);
  // Containers that Compose makes in place of others get the first numbers.
  return keep.length > 0 ? names : names.slice(start);
}

function fewReached(service: string, by: string): string {
  return `${service}: ${by}. That caller sends nothing to further containers of ${service}; callers by the name ${service} share their requests among all.`;
}

function nameGone(service: string, by: string, gone: readonly string[]): string {
  return `${service}: ${by}. Containers that go: ${gone.join(', ')}. Where such a name still stands, calls fail, and nginx neither reloads nor starts; remove it from the files first.`;
}

/**
 * HAProxy gives each line `server` one address, although the name has several; each process of Apache takes one, too.
 * Sources: HAProxy's documentation of `server-template`, `ap_proxy_determine_connection` in Apache's proxy_util.c
 */
function oneAddressNotes(service: string, state: State): string[] {
  const called = runningOf(state, service).filter(({ listens }) => listens.length > 0);
  const networks = new Set(called.flatMap((container) => Object.keys(container.networks)));
  const callers = state.containers.filter(
    (one) =>
      (one.proxy?.program === 'haproxy' || one.proxy?.program === 'apache') &&
      one.service !== service &&
      one.state === 'running' &&
      Object.keys(one.networks).some((network) => networks.has(network)),
  );
  return [...new Map(callers.map((one) => [one.service, one.proxy?.program]))].map(([name, program]) =>
    program === 'apache'
      ? `${name} runs Apache: if it passes requests on to ${service}, each of its processes calls one address of ${service} until Apache reloads, so that the containers of ${service} may get unequal shares.`
      : `${name} runs HAProxy, which sends the requests of a \`server\` line to one address: further containers of ${service} get requests from it only where its configuration has a \`server-template\` with enough servers for ${service}.`,
  );
}

/** The port of HTTP/3, whose clients look an address up again or use TCP. */
const HTTP3 = 443;

/** Notes on services that get datagrams: the redirect takes connections alone, so that senders may lose theirs. */
export function udpNotes(state: State, target: Release, changes: readonly Change[]): string[] {
  return changes.flatMap(({ service, kind, retire }) => {
    const wanted = target.services[service];
    if (wanted === undefined || kind === 'remove') return [];
    // A container that is made in place of another gets the same fixed address.
    if (wanted.traits.fixed.some((one) => one.startsWith('address '))) return [];
    const gone = state.containers.filter(({ id }) => retire.includes(id));
    const ports = [...new Set(gone.flatMap(({ udp = [] }) => udp))].filter((port) => port !== HTTP3);
    if (ports.length === 0) return [];
    return [
      `${service} has the UDP port ${ports.join(', ')}, and only TCP is redirected to new containers. A program that looked up the address of ${service} once, as many senders of metrics and logs do, may go on sending to an old container, and what it sends is lost: restart such programs after this run.`,
    ];
  });
}
