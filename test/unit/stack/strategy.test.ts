import { describe, expect, it } from 'vitest';
import type { Runbook, ServiceSettings, Strategy } from '../../../actions/lib/config/runbook';
import { renderPlan } from '../../../actions/lib/procedure/plan-text';
import type { Plan, ReleaseService, ServiceTraits, State } from '../../../actions/lib/stack/model';
import { checkDowntime, planHash } from '../../../actions/lib/stack/plan/checks';
import { diff } from '../../../actions/lib/stack/plan/diff';
import { chooseStrategy } from '../../../actions/lib/stack/plan/strategy';
import { containerOf, emptyHost, release, runbook, service, settings, traits } from './model-host';

/** For a service that listens, under these settings or as the proxy. */
function standIn(
  more: Partial<ServiceTraits>,
  {
    strategy,
    proxy = 'proxy',
    state = {},
    replicas = 1,
    published = ['443/tcp'],
  }: { strategy?: Strategy; proxy?: string; state?: Partial<State>; replicas?: number; published?: string[] },
) {
  const wanted = service('api', 'v2', '2', { replicas, traits: { ...traits, ...more } });
  const own: Runbook['services'] = strategy === undefined ? {} : { api: { ...settings, strategy } };
  const running = [{ ...containerOf('api', service('api', 'v1', '1'), true), published }];
  const asked = { ...runbook, services: own, proxy: { ...runbook.proxy, service: proxy } };
  return chooseStrategy('api', wanted, running, release('2', { api: wanted }), { ...emptyHost, ...state }, asked);
}

function choose(more: Partial<ServiceTraits>, state: Partial<State> = {}, listens = true, replicas = 2) {
  const wanted: ReleaseService = service('api', 'v2', '2', { replicas, traits: { ...traits, ...more } });
  const running = [containerOf('api', service('api', 'v1', '1'), listens)];
  return chooseStrategy('api', wanted, running, release('2', { api: wanted }), { ...emptyHost, ...state }, runbook);
}

/** For a service that listens, under these settings. */
function wish(own: ServiceSettings, more: Partial<ServiceTraits>) {
  const wanted = service('api', 'v2', '2', { traits: { ...traits, ...more } });
  const running = [containerOf('api', service('api', 'v1', '1'), true)];
  const asked = { ...runbook, services: { api: own } };
  return chooseStrategy('api', wanted, running, release('2', { api: wanted }), emptyHost, asked);
}

describe('how a service gets to its new containers', () => {
  it('rolls what others call', () => expect(choose({})).toEqual({ strategy: 'rolling', downtime: null }));

  it('replaces what nobody calls', () => expect(choose({}, {}, false).strategy).toBe('drain-and-replace'));

  it.each([
    [{ containerName: 'the-api' }, 'container_name the-api can exist only once'],
    [{ hostPorts: [8080] }, 'it publishes port 8080 of the host'],
    [{ fixed: ['address 172.30.0.10'] }, 'its address 172.30.0.10 can exist only once'],
    [{ networkMode: 'host' }, 'its network mode is host'],
    [{ writableVolumes: ['data'] }, 'it writes to data'],
  ])('recreates what cannot exist twice: %j', (more, why) => {
    const { strategy, downtime } = choose(more);
    expect(strategy).toBe('recreate');
    expect(downtime).toMatchObject({ why, code: null });
    expect(downtime?.seconds).toBeGreaterThan(0);
  });

  it('shares a volume that several may write to, wherever runbook.yml names it, and no other', () => {
    const wished = (sharedVolumes: string[], more: Partial<ServiceTraits>) =>
      wish({ ...settings, sharedVolumes }, more).strategy;
    const named = { writableVolumes: ['uploads'], volumes: ['volume:uploads:/srv/uploads'] };
    const bound = { writableVolumes: ['/srv/shop/media'], volumes: ['bind:/srv/shop/media:/srv/media'] };
    for (const name of ['uploads', '/srv/uploads']) expect(wished([name], named)).toBe('rolling');
    for (const name of ['./media', 'media/', '/srv/shop/media', '/srv/media'])
      expect(wished([name], bound)).toBe('rolling');
    for (const name of ['upload', '/srv', 'data', '.']) expect(wished([name], named)).toBe('recreate');
    expect(wished(['media'], { ...bound, writableVolumes: ['/mnt/media'] })).toBe('recreate');
    expect(wished(['uploads'], { ...named, writableVolumes: ['uploads', 'data'] })).toBe('recreate');
    const twice = { ...named, volumes: [...named.volumes, 'volume:uploads:/var/lib/data'] };
    expect([wished(['/srv/uploads'], twice), wished(['uploads'], twice)]).toEqual(['recreate', 'rolling']);
  });

  it('gives nobody a downtime who asked for old and new at once: it has to be allowed', () => {
    const cannot: Partial<ServiceTraits>[] = [
      { writableVolumes: ['uploads'] },
      { containerName: 'the-api' },
      { fixed: ['address 172.30.0.10'] },
      { hostPorts: [8080] },
      { networkMode: 'host' },
      { namedBy: 'web has it under links' },
    ];
    for (const more of cannot) {
      const { strategy, downtime } = wish({ ...settings, strategy: 'rolling' }, more);
      expect([strategy, downtime?.code]).toEqual(['recreate', 'RB-DOWNTIME-REFUSED']);
      expect(wish({ ...settings, strategy: 'recreate' }, more).downtime?.code).toBeNull();
      expect(wish(settings, more).downtime?.code).toBeNull();
    }
    expect(standIn({ fixed: ['address 172.30.0.10'] }, { strategy: 'stand-in' }).downtime?.code).toBe(
      'RB-DOWNTIME-REFUSED',
    );
    expect(standIn({ writableVolumes: ['data'], hostPorts: [443] }, { proxy: 'api' }).downtime?.code).toBeNull();
  });

  it('stops the old first where that is what was asked for, and announces it', () => {
    const { strategy, downtime } = wish({ ...settings, strategy: 'drain-and-replace' }, { writableVolumes: ['data'] });
    expect([strategy, downtime?.code]).toEqual(['drain-and-replace', null]);
  });

  it('refuses such a downtime by name until it is allowed', () => {
    const before = service('api', 'v1', '1', { traits: { ...traits, writableVolumes: ['uploads'] } });
    const wanted = { ...before, image: 'registry/api:v2', digest: `sha256:${'2'.repeat(64)}`, since: '2' };
    const state = {
      ...emptyHost,
      containers: [containerOf('api', before, true)],
      current: release('1', { api: before }),
    };
    const asked = { ...runbook, services: { api: { ...settings, strategy: 'rolling' as const } } };
    const plan = diff(state, release('2', { api: wanted }), { runbook: asked, migrate: false });
    expect(() => checkDowntime(plan, false)).toThrow(/RB-DOWNTIME-REFUSED: api cannot run old and new at once/);
    expect(() => checkDowntime(plan, true)).not.toThrow();
  });

  it('says how long it took last time, which is no part of what the plan is', () => {
    const last = { at: '2026-02-03T04:05:06Z', seconds: 12 };
    const before = service('api', 'v1', '1', { traits: { ...traits, writableVolumes: ['data'] } });
    const container = containerOf('api', before, true);
    const plan = (replacements: State['replacements']): Plan => {
      const wanted = { ...before, image: 'registry/api:v2', digest: `sha256:${'2'.repeat(64)}`, since: '2' };
      const state = { ...emptyHost, containers: [container], current: release('1', { api: before }), replacements };
      return diff(state, release('2', { api: wanted }), { runbook, migrate: false });
    };
    expect(renderPlan(plan({})).join('\n')).not.toContain('last time');
    expect(renderPlan(plan({ api: last })).join('\n')).toContain(
      'because it writes to data; last time (2026-02-03) it took 12 s until it was healthy',
    );
    expect(planHash(plan({ api: last }), emptyHost)).toBe(planHash(plan({}), emptyHost));
    expect(planHash(plan({}), { machine: 'another' })).not.toBe(planHash(plan({}), emptyHost));
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

  it('replaces the proxy behind a stand-in by itself, others only when runbook.yml says so', () => {
    const kept = { strategy: 'stand-in', downtime: null };
    expect(standIn({ hostPorts: [443] }, { proxy: 'api' })).toEqual(kept);
    expect(standIn({ containerName: 'front' }, { proxy: 'api' })).toEqual(kept);
    expect(standIn({ hostPorts: [443] }, {}).strategy).toBe('recreate');
    expect(standIn({ containerName: 'front' }, { strategy: 'stand-in' })).toEqual(kept);
    expect(standIn({ hostPorts: [443] }, { proxy: 'api', strategy: 'recreate' }).strategy).toBe('recreate');
  });

  it.each([
    [{ writableVolumes: ['data'] }, {}, 'it writes to data'],
    [{ networkMode: 'host' }, {}, 'its network mode is host'],
    [{}, { replicas: 2 }, 'a stand-in can serve for one container'],
    [{}, { state: { memoryAvailable: 0 } }, 'more memory is needed'],
    [{}, { state: { engine: { ...emptyHost.engine, redirectRefused: 'rootless Docker' } } }, 'rootless Docker'],
    [{}, { state: { engine: { ...emptyHost.engine, portsRefused: 'iptables is off' } } }, 'iptables is off'],
    [{}, { published: ['443/tcp', '443/udp'] }, 'port 443/udp of the host cannot be redirected'],
  ])('has no stand-in where it cannot serve: %j %j', (more, host, why) => {
    const { strategy, downtime } = standIn({ hostPorts: [443], ...more }, { strategy: 'stand-in', ...host });
    expect(strategy).toBe('recreate');
    expect(downtime?.why).toContain(why);
    expect(downtime?.seconds).toBeGreaterThan(0);
  });

  it('has no stand-in on another network: that is recreated, with a downtime to be allowed', () => {
    const wanted = service('api', 'v2', '2', { traits: { ...traits, hostPorts: [443] } });
    const running = { ...containerOf('api', service('api', 'v1', '1'), true), published: ['443/tcp'] };
    const asked = { ...runbook, proxy: { ...runbook.proxy, service: 'api' } };
    const moved = (former: readonly string[]) => {
      const networks = Object.fromEntries(former.map((name) => [name, { ip: '10.0.0.2', ip6: '' }]));
      const shared = { networks: { default: { name: 'front', external: false, facts: {} } }, volumes: {} };
      const target = release('2', { api: wanted }, { shared });
      return chooseStrategy('api', wanted, [{ ...running, networks }], target, emptyHost, asked);
    };
    expect(moved(['shop_default']).downtime).toMatchObject({
      code: 'RB-REDIRECT-REFUSED',
      why: expect.stringContaining('it moves from network shop_default to front'),
    });
    expect(moved(['front']).strategy).toBe('stand-in');
    expect(moved(['front', 'shop_default']).strategy).toBe('stand-in');
  });
});
