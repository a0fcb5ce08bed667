import { describe, expect, it } from 'vitest';
import type { ReleaseService, ServiceTraits, State } from '../../../actions/lib/stack/model';
import { chooseStrategy } from '../../../actions/lib/stack/strategy';
import { containerOf, emptyHost, release, runbook, service, traits } from './model-host';

function choose(more: Partial<ServiceTraits>, state: Partial<State> = {}, listens = true, replicas = 2) {
  const wanted: ReleaseService = service('api', 'v2', '2', { replicas, traits: { ...traits, ...more } });
  const running = [containerOf('api', service('api', 'v1', '1'), listens)];
  return chooseStrategy('api', wanted, running, release('2', { api: wanted }), { ...emptyHost, ...state }, runbook);
}

describe('how a service gets to its new containers', () => {
  it('rolls what others call', () => expect(choose({})).toEqual({ strategy: 'rolling', downtime: null }));

  it('replaces what nobody calls', () => expect(choose({}, {}, false).strategy).toBe('drain-and-replace'));

  it.each([
    [{ containerName: 'the-api' }, 'container_name the-api can exist only once'],
    [{ hostPorts: [8080] }, 'it publishes port 8080 of the host'],
    [{ networkMode: 'host' }, 'its network mode is host'],
    [{ writableVolumes: ['data'] }, 'it writes to data'],
  ])('recreates what cannot exist twice: %j', (more, why) => {
    const { strategy, downtime } = choose(more);
    expect(strategy).toBe('recreate');
    expect(downtime).toMatchObject({ why, code: null });
    expect(downtime?.seconds).toBeGreaterThan(0);
  });

  it('recreates with a downtime to be allowed where connections cannot be redirected', () => {
    const { strategy, downtime } = choose({}, { engine: { ...emptyHost.engine, redirectRefused: 'rootless Docker' } });
    expect([strategy, downtime?.code]).toEqual(['recreate', 'RB-REDIRECT-REFUSED']);
    expect(downtime?.why).toContain('rootless Docker');
  });

  it('recreates with a downtime to be allowed where memory does not hold old and new', () => {
    const { strategy, downtime } = choose({ memoryReservation: 2 ** 30 }, { memoryAvailable: 2 ** 30 });
    expect([strategy, downtime?.code]).toEqual(['recreate', 'RB-MEMORY-SHORT']);
    expect(downtime?.why).toContain('2048 MiB more memory');
    expect(choose({}, { memoryAvailable: 159 * 2 ** 20 }).strategy).toBe('recreate');
    expect(choose({}, { memoryAvailable: 160 * 2 ** 20 }).strategy).toBe('rolling');
  });

  it('runs to its end what others wait for to complete', () => {
    const job = service('job', 'v2', '2');
    const api = service('api', 'v2', '2', {
      traits: { ...traits, dependsOn: { job: 'service_completed_successfully' } },
    });
    const target = release('2', { job, api });
    expect(chooseStrategy('job', job, [], target, emptyHost, runbook).strategy).toBe('one-shot');
  });
});
