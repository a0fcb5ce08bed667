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
