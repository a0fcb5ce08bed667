/** Restart: replaces the containers of services by new ones of the same release, without a dropped request where possible; or stops and starts services. */
import { UserError } from '../lib/errors';
import { releaseOutputs } from '../lib/procedure/change';
import type { Procedure } from '../lib/procedure/define';
import {
  changeByEdit,
  currentOf,
  requireCurrent,
  requireDispensable,
  requireServices,
} from '../lib/procedure/edit-current';
import type { Release, State } from '../lib/stack/model';
import { isOneShot } from '../lib/stack/plan/strategy';
import type { Edit } from '../lib/stack/release/edit';
import { type RestartInputs, readRestartInputs } from './inputs';

const TITLES: Readonly<Record<RestartInputs['mode'], string>> = { restart: 'Restart', stop: 'Stop', start: 'Start' };

export const restart: Procedure<RestartInputs> = {
  name: 'restart',
  lease: 'stack',
  recovers: ({ drift }) => drift,
  outputs: releaseOutputs,
  read: readRestartInputs,
  title: ({ mode, services }) => `${TITLES[mode]} ${services?.join(', ') ?? 'all services'}`,
  run: async (run) => {
    const { inputs, session } = run;
    const release = requireCurrent(session.state);
    const services = inputs.services ?? thatRun(release, session.state, inputs);
    requireServices(services, release, inputs);
    if (inputs.services !== null) refuseStopped(inputs.mode, services, release);
    if (inputs.mode === 'stop') requireDispensable(services, release, inputs);
    const edits = Object.fromEntries(services.map((name) => [name, editOf(inputs.mode, name, release)]));
    const notes = inputs.mode === 'stop' ? services.map(staysStopped) : [];
    return await changeByEdit(run, { current: await currentOf(run), edits, by: inputs.mode, notes });
  },
};

/** Services of which the release wants any container; those that were stopped on purpose stay stopped. */
function thatRun(release: Release, state: State, { runbook }: RestartInputs): string[] {
  const running = new Set(state.containers.map(({ service }) => service));
  return Object.keys(release.services).filter(
    (name) => !isOneShot(name, release, runbook) && (release.services[name]!.replicas > 0 || running.has(name)),
  );
}

function editOf(mode: RestartInputs['mode'], name: string, release: Release): Edit {
  if (mode === 'restart') return { anew: true };
  if (mode === 'stop') return { replicas: 0 };
  return release.services[name]?.replicas === 0 ? { asFiles: ['replicas'] } : {};
}

/** @throws {UserError} RB-SERVICE-UNSUITABLE if the release wants no container of the service */
function refuseStopped(mode: RestartInputs['mode'], services: readonly string[], release: Release): void {
  for (const name of services) {
    const { replicas, adjusted } = release.services[name]!;
    if (replicas > 0 || mode === 'stop') continue;
    if (mode === 'start' && (adjusted?.replicas?.files ?? 0) > 0) continue;
    throw new UserError('RB-SERVICE-UNSUITABLE', {
      what: `${name} should run in 0 containers, so there is nothing to ${mode}`,
      why: adjusted?.replicas === undefined ? 'its Compose files say so' : `${adjusted.replicas.by} set that`,
      remedy: mode === 'start' ? 'scale it to another number' : 'start it, or scale it to another number',
    });
  }
}

function staysStopped(name: string): string {
  return `${name} stays stopped, also through deploys, until it is started again or the number in its Compose files changes.`;
}
