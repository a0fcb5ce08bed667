/** Scale: changes the numbers, limits or variables of services of the current release. */
import { releaseOutputs } from '../lib/procedure/change';
import type { Procedure } from '../lib/procedure/define';
import {
  changeByEdit,
  currentOf,
  requireCurrent,
  requireDispensable,
  requireServices,
} from '../lib/procedure/edit-current';
import { bytesInWords } from '../lib/stack/adjusted';
import { filesModel } from '../lib/stack/release/edit';
import { checkScale, runningOf, type ScaleRequest, sizeOf } from './checks';
import { readScaleInputs, requireSomething, type ScaleInputs } from './inputs';

export const scale: Procedure<ScaleInputs> = {
  name: 'scale',
  lease: 'stack',
  recovers: ({ drift }) => drift,
  outputs: releaseOutputs,
  read: readScaleInputs,
  check: requireSomething,
  title: ({ wanted }) => `Scale ${Object.keys(wanted).join(', ')}`,
  run: async (run) => {
    const { inputs, session } = run;
    const { wanted, runbook } = inputs;
    requireServices(Object.keys(wanted), requireCurrent(session.state), inputs);
    const { size, ...current } = await currentOf(run);
    const { services } = filesModel(current.model);
    const request = { wanted, runbook, current, services, state: session.state, size };
    const numbers = Object.entries(wanted).map(
      ([name, edit]) => [name, sizeOf(services[name]!, current.release, name, edit).replicas] as const,
    );
    const none = numbers.filter(([name, count]) => count === 0 && current.release.services[name]!.replicas > 0);
    requireDispensable(
      none.map(([name]) => name),
      current.release,
      inputs,
    );
    checkScale(request);
    return await changeByEdit(run, { current, edits: wanted, by: 'scale', notes: notesOn(request) });
  },
};

/** Notes on effects that people may not expect; sentences. */
function notesOn({ wanted, current, services, state, size }: ScaleRequest): string[] {
  return Object.entries(wanted).flatMap(([name, edit]) => {
    const { replicas, memory, cpus } = sizeOf(services[name]!, current.release, name, edit);
    const running = runningOf(name, state);
    const notes: string[] = [];
    if (replicas > running.length && running.some(({ listens }) => listens.length > 0))
      notes.push(
        `Callers of ${name} other than the proxy that keep connections open reach its new containers only once they connect again.`,
      );
    const used = Math.max(0, ...running.map((container) => container.memory.used));
    if (edit.memory !== undefined && memory !== null && used > memory)
      notes.push(
        `A container of ${name} has ${bytesInWords(used)} of memory now, more than its new limit of ${bytesInWords(memory)}: it may be killed when it needs that much again.`,
      );
    if (cpus !== null && size.cpus > 0 && cpus * replicas > size.cpus && (edit.cpus ?? edit.replicas) !== undefined)
      notes.push(
        `${name} may use ${Number((cpus * replicas).toFixed(2))} CPUs in all (${replicas} × ${cpus}), and the host has ${size.cpus}: its containers share those.`,
      );
    return notes;
  });
}
