/** Checks ports of the host that go from one service to another: the former holder must stop first. Pure. */
import type { Runbook } from '../../config/runbook';
import { UserError } from '../../errors';
import type { Plan, Release, State } from '../model';
import { type Operation, programOf } from './program';

/** @throws {UserError} RB-PORT-TAKEN */
export function checkPortHandover(plan: Plan, target: Release, state: State, runbook: Runbook): void {
  const operations = programOf(plan, { runbook, target, proxyFiles: new Set() });
  for (const { service, start } of plan.changes) {
    if (start === 0) continue;
    const running = state.containers.filter((container) => container.state === 'running' && !container.standIn);
    const own = running.filter((container) => container.service === service);
    for (const port of target.services[service]?.traits.hostPorts ?? []) {
      if (own.some(({ published }) => has(published, port))) continue;
      const holder = running.find((other) => other.service !== service && has(other.published, port));
      // If the files still give the holder the port, the two differ in protocol or address.
      if (holder === undefined || target.services[holder.service]?.traits.hostPorts.includes(port)) continue;
      const letGo = operations.findIndex((one) => one.op === 'replace' && one.service === holder.service);
      const taken = operations.findIndex((one) => starts(one, service));
      if (letGo !== -1 && letGo < taken) continue;
      throw new UserError('RB-PORT-TAKEN', {
        what: `port ${port}, which ${service} should publish, is published by ${holder.service} until its containers are removed`,
        why: `${holder.service} serves until ${service} is seen to serve, and only one container can have a port`,
        remedy: `deploy it in two steps, first without the port for ${service}, then with it: between the two the port does not answer; or stop ${holder.service} on the host and run this again. Nothing was changed`,
      });
    }
  }
}

function starts(operation: Operation, service: string): boolean {
  const kinds: readonly Operation['op'][] = ['create', 'start-beside', 'replace', 'replace-behind', 'one-shot'];
  return 'service' in operation && operation.service === service && kinds.includes(operation.op);
}

function has(published: readonly string[], port: number): boolean {
  return published.some((text) => text.split('/')[0] === String(port));
}
