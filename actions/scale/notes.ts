/** What scale says about the effects of numbers and limits. Pure. */
import { bytesInWords } from '../lib/stack/adjusted';
import { SCHEDULES } from '../lib/stack/resolve/callers';
import { runningOf, type ScaleRequest, sizeOf } from './checks';

/** Sentences on effects that people may not expect. */
export function notesOn({ wanted, current, services, state, size }: ScaleRequest): string[] {
  return Object.entries(wanted).flatMap(([name, edit]) => {
    const { replicas, memory, cpus } = sizeOf(services[name]!, current.release, name, edit);
    const running = runningOf(name, state);
    const notes: string[] = [];
    if (replicas > running.length && running.some(({ listens }) => listens.length > 0))
      notes.push(
        `Callers of ${name} other than the proxy that keep connections open reach its new containers only once they connect again. A program that finds addresses by getaddrinfo, as most do, takes the one nearest to its own: it may call one container alone.`,
      );
    const { once } = current.release.services[name]!.traits;
    if (once === SCHEDULES && replicas > Math.max(1, current.release.services[name]!.replicas))
      notes.push(`${name}: ${once}, and each of its ${replicas} containers will start every job.`);
    const used = Math.max(0, ...running.map((container) => container.memory.used));
    const limited = edit.memory !== undefined || edit.asFiles?.includes('memory') === true;
    if (limited && memory !== null && used > memory)
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
