/** A port of the host that goes from one service to another. */
import { describe, expect, it } from 'vitest';
import type { ReleaseService, State } from '../../../actions/lib/stack/model';
import { checkPortHandover } from '../../../actions/lib/stack/plan/checks-port-handover';
import { diff } from '../../../actions/lib/stack/plan/diff';
import { containerOf, emptyHost, imageIdOf, release, runbook, service, settings, traits } from './model-host';

const at = (hostPorts: number[], more: object = {}): Partial<ReleaseService> => ({
  traits: { ...traits, hostPorts, ...more },
});

function check(was: Record<string, ReleaseService>, wanted: Record<string, ReleaseService>, own = runbook): void {
  const containers = Object.entries(was).map(([name, known]) => {
    const published = known.traits.hostPorts.map((port) => `${port}/tcp`);
    return { ...containerOf(name, known, true), published };
  });
  const images = Object.fromEntries(
    Object.values(was).map((known) => [`${known.image.split(':')[0]}@${known.digest}`, imageIdOf(known)]),
  );
  const state: State = { ...emptyHost, containers, images, current: release('1', was) };
  const target = release('2', wanted);
  checkPortHandover(diff(state, target, { runbook: own, migrate: false }), target, state, own);
}

describe('a port of the host', () => {
  const api = service('api', 'v1', '1', at([80]));

  it('is not taken from a service that serves until the other does', () => {
    const without = service('api', 'v1', '2', { definition: 'd2', ...at([]) });
    const web = service('web', 'v1', '2', at([80]));
    const taken =
      /^RB-PORT-TAKEN: port 80, which web should publish, is published by api until its containers are removed/;
    expect(() => check({ api }, { api: without, web })).toThrow(taken);
    expect(() => check({ api }, { web })).toThrow(taken);
  });

  it('is where the one that had it is replaced before', () => {
    const without = service('api', 'v1', '2', { definition: 'd2', ...at([]) });
    const web = service('web', 'v1', '2', at([80], { dependsOn: { api: 'service_started' } }));
    const asked = { ...runbook, services: { api: { ...settings, strategy: 'recreate' as const } } };
    expect(() => check({ api }, { api: without, web }, asked)).not.toThrow();
  });

  it('stays with a service that is made anew, and may be on another address with another', () => {
    const anew = service('api', 'v2', '2', at([80]));
    expect(() => check({ api }, { api: anew })).not.toThrow();
    expect(() => check({ api }, { api, dns: service('dns', 'v1', '2', at([80])) })).not.toThrow();
    expect(() => check({}, { api })).not.toThrow();
  });
});
