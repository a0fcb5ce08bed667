/** What must not run twice and is called by nobody, as its files tell. */
import { describe, expect, it } from 'vitest';
import type { ComposeService } from '../../../actions/lib/stack/compose-model';
import type { ServiceTraits } from '../../../actions/lib/stack/model';
import { diff } from '../../../actions/lib/stack/plan/diff';
import { callersOf } from '../../../actions/lib/stack/resolve/callers';
import { namedBy } from '../../../actions/lib/stack/resolve/named-by';
import { containerOf, emptyHost, release, runbook, service, settings, traits } from './model-host';

const web = { image: 'acme/web:1', environment: { REDIS_URL: 'redis://cache:6379/0' } };

function found(
  name: string,
  own: ComposeService,
  others: Record<string, ComposeService> = { web },
  files: Record<string, string> = {},
) {
  const texts = Object.entries(files).map(([path, content]) => ({ path, content: Buffer.from(content) }));
  return callersOf(name, { services: { ...others, [name]: { image: 'acme/app:1', ...own } } }, texts);
}

describe('only one may run', () => {
  it.each([
    ['celery -A shop beat -l info'],
    ['celery -A shop worker -B'],
    [['celery', '-A', 'shop', 'worker', '--beat']],
    ['crond -f'],
    ['/usr/local/bin/supercronic /etc/crontab'],
    ['php artisan schedule:work'],
  ])('of what starts jobs by the clock, whoever waits for it: %s', (command) => {
    const waiting = { web: { ...web, depends_on: { tasks: {} } } };
    expect(found('tasks', { command }, waiting).once).toBe('its command starts jobs on a schedule');
    expect(found('tasks', { entrypoint: command }, waiting).once).toBeDefined();
  });

  it.each(['worker', 'celery-worker', 'beat', 'cron', 'scheduler', 'shop_ticker', 'worker-2', 'worker1'])(
    'of %s, which nothing calls',
    (name) => expect(found(name, {}).once).toBeDefined(),
  );

  it('of a worker whose number only a collector asks for', () => {
    const prometheus = {
      image: 'prom/prometheus:v3',
      volumes: [{ type: 'bind', source: '/srv/shop/prometheus/prometheus.yml', target: '/etc/prometheus.yml' }],
    };
    const targets = { 'prometheus/prometheus.yml': 'static_configs: [{ targets: ["worker:9100"] }]' };
    expect(found('worker', {}, { web, prometheus }, targets).once).toBeDefined();
    expect(found('worker', {}, { web }, targets).once).toBeUndefined();
  });
});

describe('more than one may run', () => {
  it('of what a config calls whose content stands in the Compose file, if its reader is not a collector', () => {
    const configs = { site: { content: 'proxy_pass http://worker:9000/;' }, other: { file: '/srv/other' } };
    const called = (reader: ComposeService) =>
      callersOf('worker', { services: { reader, worker: { image: 'acme/app:1' } }, configs }, []);
    const mounted = { configs: [{ source: 'other' }, { source: 'site', target: '/etc/nginx/nginx.conf' }] };
    expect(called({ image: 'nginx:1', ...mounted })).toEqual({});
    expect(called({ image: 'prom/prometheus:v3', ...mounted }).once).toBeDefined();
    expect(called({ image: 'nginx:1' }).once).toBeDefined();
  });

  it.each([
    ['a variable', { web: { environment: { JOBS: 'http://worker:9000' } } }, {}],
    ['an argument', { web: { command: ['serve', '--jobs=worker:9000'] } }, {}],
    ['a file', { web }, { 'nginx/default.conf': 'proxy_pass http://worker:9000/;' }],
    ['an alias of it', { web: { environment: { JOBS: 'http://tasks:9000' } } }, {}],
  ])('of what %s calls', (_how, others, files) => {
    const own = { networks: { default: { aliases: ['tasks'] } } };
    expect(found('worker', own, others, files as unknown as Record<string, string>)).toEqual({});
  });

  it.each([
    { labels: { 'traefik.http.routers.worker.rule': 'Host(`a`)' } },
    { environment: { VIRTUAL_HOST: 'a.test' } },
    { ports: [{ target: 80, published: '80' }] },
  ])('of what a proxy finds by itself: %j', (own) => expect(found('worker', own)).toEqual({}));

  it('of what is no worker by its name: another name in a word is not its name', () => {
    expect(found('api', {}, { web: { environment: { X: 'api-v2 my-api api.example.org rapid' } } })).toEqual({
      unnamed: true,
    });
    expect(found('network', {})).toEqual({ unnamed: true });
  });
});

describe('the plan', () => {
  function plan(more: Partial<ServiceTraits>, own = settings, listens = [9000]) {
    const before = service('beat', 'v1', '1', { traits: { ...traits, ...more } });
    const wanted = { ...before, image: 'registry/beat:v2', digest: `sha256:${'2'.repeat(64)}`, since: '2' };
    const container = { ...containerOf('beat', before, true), listens };
    const state = { ...emptyHost, containers: [container], current: release('1', { beat: before }) };
    const asked = { ...runbook, services: { beat: own } };
    const { changes, notes } = diff(state, release('2', { beat: wanted }), { runbook: asked, migrate: false });
    return { kind: changes[0]?.kind, notes: notes.join() };
  }

  it('replaces it and says why, and how to have it otherwise', () => {
    const { kind, notes } = plan({ once: 'its command starts jobs on a schedule' });
    expect(kind).toBe('drain-and-replace');
    expect(notes).toMatch(
      /beat listens and is not started beside .*: its command starts jobs on a schedule\. .*`strategy: rolling`/,
    );
  });

  it('rolls it for whoever says so, and what nothing tells of', () => {
    expect(plan({ once: 'so' }, { ...settings, strategy: 'rolling' } as never)).toEqual({ kind: 'rolling', notes: '' });
    expect(plan({})).toEqual({ kind: 'rolling', notes: '' });
    expect(plan({ unnamed: true })).toEqual({ kind: 'rolling', notes: '' });
  });

  it('replaces what nothing names and what listens for its numbers alone', () => {
    expect(plan({ unnamed: true }, settings, [9100]).kind).toBe('drain-and-replace');
    expect(plan({ unnamed: true }, settings, [8080, 9100]).kind).toBe('rolling');
    expect(plan({}, settings, [9100]).kind).toBe('rolling');
  });
});

describe('a single container is called by its name', () => {
  const named = (others: Record<string, ComposeService>, files: Record<string, string> = {}, more: object = {}) => {
    const texts = Object.entries(files).map(([path, content]) => ({ path, content: Buffer.from(content) }));
    return namedBy('api', { ...more, services: { api: { image: 'acme/api:1' }, ...others } }, 'shop', texts).namedBy;
  };

  it.each([
    ['a link', { web: { links: ['db', 'api:backend'] } }, {}, {}, /^`links` of web lead to/],
    ['a link by its own name', { web: { links: ['api'] } }, {}, {}, /^`links` of web lead to/],
    ['a variable', { web: { environment: { API: 'http://shop-api-1:80' } } }, {}, {}, /^web calls .* shop-api-1$/],
    ['a file', {}, { 'nginx/app.conf': 'server shop_api_2:80;' }, {}, /^nginx\/app.conf calls .* shop_api_2$/],
    ['a config', {}, {}, { configs: { c: { content: 'proxy_pass http://shop-api-1;' } } }, /^configs.c calls/],
  ])('by %s', (_how, others, files, more, why) => {
    expect(named(others, files as Record<string, string>, more)).toMatch(why);
  });

  it('names each container that is called, and where', () => {
    const content = Buffer.from('upstream a { server shop-api-1; server shop-api-2; server shop-api-1 backup; }');
    const services = { api: { image: 'acme/api:1' }, web: { environment: { API: 'http://shop-api-3' } } };
    expect(namedBy('api', { services }, 'shop', [{ path: 'app.conf', content }]).calledNames).toEqual({
      'shop-api-1': 'app.conf',
      'shop-api-2': 'app.conf',
      'shop-api-3': 'web',
    });
  });

  it.each([
    ['its service', { web: { environment: { API: 'http://api:80', B: 'http://api-1' } } }, {}],
    ['another service', { web: { environment: { A: 'shop-api-admin-1 shop-api-1.internal my-shop-api-1' } } }, {}],
    ['what is only said', {}, { 'app.conf': '# was shop-api-1\nserver api:80;' }],
    ['a collector', { m: { image: 'prom/prometheus:v3', command: ['--web=shop-api-1'] } }, {}],
    ['a link to another', { web: { links: ['db:api'] } }, {}],
  ])('not by %s', (_how, others, files) => {
    expect(named(others, files as unknown as Record<string, string>)).toBeUndefined();
  });
});
