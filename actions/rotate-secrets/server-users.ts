/** The user of a server that its container has in a file. */
import { withUserFile } from '../lib/postgres/first-login';
import type { Run } from '../lib/procedure/define';
import type { ComposeModel } from '../lib/stack/compose-model';
import { environmentOf } from './environment';
import type { RotateSecretsInputs } from './inputs';

/** The model in which each server that a policy names has its user as a variable. */
export async function withUsers(
  { session, inputs: { runbook } }: Run<RotateSecretsInputs>,
  model: ComposeModel,
): Promise<ComposeModel> {
  const servers = Object.values(runbook.secrets).flatMap(({ postgres }) => postgres?.service ?? []);
  const services = { ...model.services };
  for (const service of new Set(servers)) {
    if (services[service] === undefined) continue;
    const own = environmentOf(services[service].environment);
    const found = await withUserFile(session.host, { stack: runbook.stack, service }, own);
    const doubled = Object.entries(found).map(([name, value]) => [name, value.replaceAll('$', '$$$$')]);
    services[service] = { ...services[service], environment: Object.fromEntries(doubled) };
  }
  return { ...model, services };
}
