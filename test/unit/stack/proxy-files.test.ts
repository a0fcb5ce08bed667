/** Which changed files of a proxy make it start anew. */
import { describe, expect, it } from 'vitest';
import type { Container, Plan } from '../../../actions/lib/stack/model';
import { diff } from '../../../actions/lib/stack/plan/diff';
import { checkTold, type SeenProxy, toldNotes } from '../../../actions/lib/stack/proxy-files';
import { containerOf, emptyHost, release, runbook, service } from './model-host';

const TARGETS = { conf: '/etc/proxy', templates: '/etc/nginx/templates' };

/** The proxy mounts `conf` and `templates`; what of its files changes, and what it is seen to run. */
function planned(changed: string, proxy: SeenProxy | undefined) {
  const files = { 'conf/proxy.conf': 'a', 'conf/site.template': 'a', 'templates/site.conf': 'a' };
  const was = service('proxy', 'v1', '1', { mounts: files });
  const wanted = { ...was, mounts: { ...files, [changed]: 'b' } };
  const { proxy: _, ...seen } = containerOf('proxy', was, true);
  const mounts = Object.entries(TARGETS).map(([source, target]) => ({
    type: 'bind' as const,
    source: `/srv/shop/${source}`,
    target,
    writable: false,
  }));
  const container: Container = { ...seen, mounts, ...(proxy === undefined ? {} : { proxy }) };
  const current = release('1', { proxy: was });
  const state = {
    ...emptyHost,
    containers: [container],
    current,
    releases: [current],
    images: { [was.image]: was.digest ?? '' },
  };
  const plan = diff(state, release('2', { proxy: wanted }), { runbook, migrate: true });
  return { kind: plan.changes[0]?.kind, notes: plan.notes.join() };
}

describe('a changed file of the proxy', () => {
  it.each(['nginx', 'haproxy', 'caddy', 'apache'] as const)('is read by a %s that can be told', (program) => {
    expect(planned('conf/proxy.conf', { program, reloads: true })).toEqual({ kind: 'reload', notes: '' });
  });

  it.each([
    ['HAProxy without a master', { program: 'haproxy', reloads: false }, /without a master process/],
    ['Caddy without its endpoint', { program: 'caddy', reloads: false }, /admin endpoint/],
    ['Traefik', { program: 'traefik', reloads: false }, /only when it starts/],
    ['a program that nobody knows', undefined, /is not an nginx, HAProxy, Caddy or Apache/],
  ] as const)('gives %s a new container', (_, proxy, why) => {
    const { kind, notes } = planned('conf/proxy.conf', proxy);
    expect(kind).not.toBe('reload');
    expect(notes).toMatch(why);
  });

  it.each(['conf/site.template', 'templates/site.conf'])(
    'that its entrypoint reads gives nginx a new container: %s',
    (path) => {
      const { kind, notes } = planned(path, { program: 'nginx', reloads: true });
      expect(kind).not.toBe('reload');
      expect(notes).toContain(path);
    },
  );
});

describe('HAProxy without a master', () => {
  const proxy = service('proxy', 'v1', '1');
  const api = service('api', 'v1', '1');

  /** What speaks against replacing the API, or what else is planned, on a host where HAProxy runs so. */
  function refusal({
    reloads = false,
    allowed = false,
    network = 'default',
    listens = true,
    start = 0,
    name = 'proxy',
    unnamed = false,
  } = {}): string {
    const front: Container = {
      ...containerOf(name, proxy, true),
      networks: { default: { ip: '10.0.0.2', ip6: '' } },
      proxy: { program: 'haproxy', reloads },
    };
    const back: Container = {
      ...containerOf('api', api, listens),
      networks: { [network]: { ip: '10.0.0.3', ip6: '' } },
    };
    const called = unnamed ? { ...api, traits: { ...api.traits, unnamed: true as const } } : api;
    const state = { ...emptyHost, containers: [front, back], current: release('1', { api: called }) };
    const changes = [
      { service: 'api', kind: 'rolling', retire: [back.id], start: 1 },
      ...(start > 0 ? [{ service: name, kind: 'stand-in', retire: [front.id], start }] : []),
    ] as unknown as Plan['changes'];
    try {
      checkTold({ changes }, state, runbook, allowed);
      return '';
    } catch (error) {
      // A plan that nobody carries out yet says the same.
      expect(toldNotes({ changes }, state, runbook).join()).toMatch(
        /^Without `allow-downtime: true` this plan is refused \(RB-PROXY-UNTOLD\): .* would continue to call /,
      );
      return String(error);
    }
  }

  it('is not left with addresses of containers that are gone', () => {
    expect(refusal()).toMatch(/RB-PROXY-UNTOLD.*api/s);
  });

  it('is not left with them where it stands behind another proxy, unless nothing names the service', () => {
    expect(refusal({ name: 'inner' })).toMatch(/RB-PROXY-UNTOLD.*inner would continue to call .* of api/s);
    expect(refusal({ name: 'inner', unnamed: true })).toBe('');
    expect(refusal({ name: 'inner', start: 1 })).toBe('');
    expect(refusal({ unnamed: true })).toMatch(/RB-PROXY-UNTOLD/);
  });

  it.each([
    ['it has a master', { reloads: true }],
    ['it starts anew with it', { start: 1 }],
    ['it has no way to the service', { network: 'other' }],
    ['nobody calls the service', { listens: false }],
    ['it was allowed', { allowed: true }],
  ])('does not speak against it where %s', (_, given) => {
    expect(refusal(given)).toBe('');
  });
});
