/** Stacks with more than one proxy: only one of them is watched. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { blindNotes } from '../../../actions/lib/stack/apply/judge-watch';
import type { Container, Plan, Release } from '../../../actions/lib/stack/model';
import { diff } from '../../../actions/lib/stack/plan/diff';
import { programOf } from '../../../actions/lib/stack/plan/program';
import { containerOf, emptyHost, pulled, release, runbook, service, traits } from './model-host';

const services = { proxy: service('proxy', 'v1', '1'), door: service('door', 'v1', '1') };
const changes = [{ service: 'api', kind: 'rolling' }] as unknown as Plan['changes'];

function notes(more: Partial<Container>, of: Plan['changes'] = changes): string {
  const door: Container = {
    ...containerOf('door', services.door, true),
    published: ['8443/tcp'],
    proxy: { program: 'traefik', reloads: false },
    ...more,
  };
  const front = { ...containerOf('proxy', services.proxy, true), published: ['443/tcp'] };
  return blindNotes(of, runbook, services, [front, door]).join('\n');
}

it('a plan says that what only the other proxy passes on is not watched', () => {
  expect(notes({})).toBe(
    'door is a proxy with a port of the host, too. Requests are watched only at proxy: a service that is called only through door is judged by its health alone.',
  );
});

it('an Apache with a port of the host is not called a proxy, for most of them pass nothing on', () => {
  expect(notes({ proxy: { program: 'apache', reloads: true } })).toMatch(
    /^door runs Apache and has a port of the host, too/,
  );
});

it('a plan says nothing of a proxy that is called by the watched proxy alone, or where nothing is watched', () => {
  expect(notes({ published: [] })).toBe('');
  expect(notes({ proxy: undefined })).toBe('');
  expect(notes({ state: 'exited' })).toBe('');
  expect(notes({}, [])).toBe('');
});

it.each([
  ['drain-and-replace', false],
  ['rolling', true],
])(
  'a service with the volumes of the proxy does not miss files that the proxy reads on a reload: %s',
  (kind, listens) => {
    const shares = { proxy: 'volumes' };
    const side = service('side', 'v1', '1', { traits: { ...traits, shares, dependsOn: { proxy: 'service_started' } } });
    const of = (id: string, content: string): Release => {
      const proxy = service('proxy', 'v1', '1', { mounts: { 'nginx/site.conf': content } });
      return release(id, { proxy, side }, { files: { 'nginx/site.conf': content } });
    };
    const [current, target] = [of('1', 'a'), of('2', 'b')];
    const containers = [containerOf('proxy', current.services.proxy!, true), containerOf('side', side, listens)];
    const state = pulled({ ...emptyHost, containers, current, releases: [current], files: current.files }, target);
    const plan = diff(state, target, { runbook, migrate: false });
    expect(plan.changes).toMatchObject([
      { service: 'proxy', kind: 'reload' },
      { service: 'side', kind, reasons: ['it has the volumes of proxy, whose files change'] },
    ]);
    const program = programOf(plan, { runbook, target, proxyFiles: new Set(['nginx/site.conf']) });
    const placed = program.findIndex(({ op }) => op === 'place');
    const starts = program.findIndex(({ op }) => op === 'start-beside' || op === 'replace');
    expect(placed).toBeGreaterThanOrEqual(0);
    expect(starts).toBeGreaterThan(placed);
  },
);

/** Whether nginx with this configuration is taken for a caller of a service `api`, and told to resolve its name again. */
function dials(configuration: string): boolean {
  const folder = mkdtempSync(join(tmpdir(), 'runbook-dials-'));
  try {
    writeFileSync(join(folder, 'nginx.conf'), configuration);
    const pieces = [
      readFileSync('actions/lib/stack/apply/addresses.sh', 'utf8'),
      `RB_STEP=${folder}`,
      'docker() { cat "$RB_STEP/nginx.conf"; }',
      'proxy_options() { :; }',
      "dials_by_name id 'api|shop-api-1' 'nginx 1 reloads' && echo yes || echo no",
    ];
    return execFileSync('sh', ['-c', pieces.join('\n')], { encoding: 'utf8' }) === 'yes\n';
  } finally {
    rmSync(folder, { recursive: true });
  }
}

it.each([
  ['a server of an upstream', 'upstream a { server api:8080; }', true],
  ['letters of the other case, as DNS takes them', 'location / { proxy_pass http://API:8080/; }', true],
  ['a statement of two lines', 'upstream a {\n  server\n    api:8080;\n}', true],
  ['another name', 'upstream a { server apis:8080; server_name web; }', false],
  ['a statement that sends nothing', 'location /api { root /srv; }', false],
])('nginx behind the proxy calls a service by %s', (_what, configuration, expected) => {
  expect(dials(configuration)).toBe(expected);
});
