/** What a plan does about changes by hand, in sentences. Pure. */
import type { Runbook } from '../config/runbook';
import type { Plan, State } from '../stack/model';
import { composeCommand } from '../stack/resolve/command';

/** The notes name each drift, and of what the plan leaves alone the command that would undo it. */
export function driftNotes(
  { drift }: Pick<Plan, 'drift'>,
  { current }: Pick<State, 'current'>,
  { stack, directory }: Pick<Runbook, 'stack' | 'directory'>,
): string[] {
  if (current === null) return [];
  const left = drift.filter(({ undone }) => undone !== true);
  const undone = drift.filter((one) => one.undone === true);
  const said = (head: string, found: Plan['drift']): string[] =>
    found.length === 0
      ? []
      : [`${head} ${current.id}: ${found.map(({ service, what }) => `${service} ${what}`).join('; ')}.`];
  const services = [...new Set(left.map(({ service }) => service))].filter((name) =>
    Object.hasOwn(current.services, name),
  );
  return [
    ...said('Changed by hand since', left),
    ...services.map((service) => {
      const anew = left.some((one) => one.service === service && one.unseen === true);
      return `The command line that makes ${service} equal the release: ${composeCommand(stack, directory, current.id, service, anew)}`;
    }),
    ...said('Undone by this plan, as it was changed by hand since', undone),
  ];
}
