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
import { filesModel } from '../lib/stack/release/edit';
import { checkScale, sizeOf } from './checks';
import { readScaleInputs, requireSomething, type ScaleInputs } from './inputs';
import { notesOn } from './notes';

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
