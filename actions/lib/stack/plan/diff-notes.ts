/** Notes on effects of a plan that people may not expect, in sentences. Pure. */
import { settingsOf } from '../../config/runbook';
import type { Release, ServiceChange, State } from '../model';
import { runningOf } from '../observe/inventory';
import type { OneShotOptions } from './one-shots';
import { dependentsOf } from './order';
import { isOneShot, whyOnce } from './strategy';

type Change = Pick<ServiceChange, 'service' | 'kind' | 'retire'>;

interface NoteOptions extends OneShotOptions {
  readonly named?: ReadonlySet<string>;
}

/** Services that lose another service for a moment, or reach another container of it. */
export function dependentNotes(target: Release, changes: readonly Change[], { named, runbook }: NoteOptions): string[] {
  const gone = changes.filter(({ service, retire }) => named?.has(service) === true && retire.length > 0);
  return gone.flatMap(({ service }) => {
    const others = dependentsOf(service, target).filter((name) => !isOneShot(name, target, runbook));
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
