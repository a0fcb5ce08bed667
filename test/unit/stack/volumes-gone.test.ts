/** Volumes of the current release that are gone from the host, and those that were made in their place. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { ComposeModel } from '../../../actions/lib/stack/compose-model';
import type { Release, ReleaseService, ServiceTraits, State } from '../../../actions/lib/stack/model';
import { checkEmptied, checkShared } from '../../../actions/lib/stack/plan/checks-shared';
import { diff } from '../../../actions/lib/stack/plan/diff';
import { programOf } from '../../../actions/lib/stack/plan/program';
import { hostVolume, sharedOf } from '../../../actions/lib/stack/resources';
import { containerOf, emptyHost, release, runbook, service, traits } from './model-host';

type Definition = Record<string, unknown>;

function modelOf(volume: Definition): ComposeModel {
  const api = { image: 'api', volumes: [{ type: 'volume', source: 'data', target: '/data' }] };
  return { name: 'shop', services: { api }, volumes: { data: { name: 'shop_data', ...volume } } };
}

const madeAnew = hostVolume({ Name: 'shop_data', Driver: 'local', Options: null, Labels: null });

describe('a volume of the current release that is gone from the host', () => {
  const writer = (name: string, more: Partial<ServiceTraits> = {}) =>
    service(name, 'v1', '1-v1', {
      traits: { ...traits, writableVolumes: ['data'], volumes: ['volume:data:/data'], ...more },
    });
  const reader = service('api', 'v1', '1-v1', {
    traits: { ...traits, dependsOn: { fill: 'service_completed_successfully' }, volumes: ['volume:data:/data'] },
  });

  function goneAfter(services: Record<string, ReleaseService>, volume: Definition = {}): [Release, State] {
    const current = release('1-v1', services, { shared: sharedOf(modelOf(volume)) });
    const target = { ...current, id: '2-v2' };
    return [target, { ...emptyHost, current, releases: [current] }];
  }

  it('is not made anew, empty, below a service that has its data there', () => {
    const [target, state] = goneAfter({ db: writer('db') });
    expect(() => checkShared(target, state, runbook)).toThrow(/RB-VOLUME-MISSING.*shop_data.*is gone from the host/s);
    expect(() => checkShared(target, { ...state, volumes: { shop_data: madeAnew } }, runbook)).not.toThrow();
  });

  it('is found by its name in Docker, also if the Compose files call it otherwise now', () => {
    const [{ services }, state] = goneAfter({ db: writer('db') });
    const api = { image: 'api', volumes: [{ type: 'volume', source: 'other', target: '/data' }] };
    const renamed: ComposeModel = { ...modelOf({}), services: { api }, volumes: { other: { name: 'shop_data' } } };
    const target = release('2-v2', services, { shared: { ...sharedOf(renamed), networks: {} } });
    expect(() => checkShared(target, state, runbook)).toThrow('RB-VOLUME-MISSING');
  });

  it('is made again where its data lie elsewhere', () => {
    const options = { driver_opts: { type: 'nfs', device: ':/exports/data' } };
    const [target, state] = goneAfter({ db: writer('db') }, options);
    expect(() => checkShared(target, state, runbook)).not.toThrow();
  });

  it('is made again and filled by the one-shot that made its content', () => {
    const [target, state] = goneAfter({ fill: writer('fill'), api: reader });
    expect(() => checkShared(target, state, runbook)).not.toThrow();
    const plan = diff(state, target, { runbook, migrate: true });
    const [change] = plan.changes.filter(({ kind }) => kind === 'one-shot');
    expect([change?.service, change?.reasons]).toEqual(['fill', ['fills shop_data, which is made anew']]);
    const there = { ...state, volumes: { shop_data: madeAnew } };
    expect(diff(there, target, { runbook, migrate: true }).changes.map(({ kind }) => kind)).not.toContain('one-shot');
  });

  it('is refused where a one-shot writes to it beside the service that has its data there', () => {
    const [target, state] = goneAfter({ fill: writer('fill'), api: reader, db: writer('db') });
    expect(() => checkShared(target, state, runbook)).toThrow('RB-VOLUME-MISSING');
  });
});

describe('a volume that a person made anew, as the refusal says', () => {
  const on = (source: string) => ({
    traits: { ...traits, writableVolumes: [source], volumes: [`volume:${source}:/d`] },
  });
  const db = service('db', 'v1', '1-v1', on('data'));
  const chown = service('chown', 'v1', '1-v1', on('data'));
  const migrate = service('migrate', 'v1', '1-v1', { traits: { ...traits, dependsOn: { db: 'service_healthy' } } });
  const api = service('api', 'v1', '1-v1', {
    traits: {
      ...traits,
      ...on('uploads').traits,
      dependsOn: { migrate: 'service_completed_successfully', chown: 'service_completed_successfully' },
    },
  });

  function ranAgain(volume: string, label: string, containers: State['containers'] = []): string[] {
    const compose: ComposeModel = {
      name: 'shop',
      services: { db: { volumes: [{ type: 'volume', source: volume, target: '/d' }] } },
      volumes: { [volume]: { name: `shop_${volume}` } },
    };
    const current = release('1-v1', { api, chown, db, migrate }, { shared: sharedOf(compose) });
    const made = hostVolume({ Name: '', Driver: 'local', Options: null, Labels: { 'runbook.empty': label } });
    const records = [{ schema: current.schema ?? '', release: '1-v1', compatible: true }];
    const volumes = { [`shop_${volume}`]: made };
    const state = { ...emptyHost, volumes, current, releases: [current], containers, migrations: records };
    const target = { ...current, id: '2-v2' };
    const plan = diff(state, target, { runbook, migrate: true });
    expect(() => checkEmptied(plan, target, state, runbook)).not.toThrow();
    return plan.changes.flatMap(({ service: name, kind, reasons }) =>
      kind === 'one-shot' ? [`${name}: ${reasons}`] : [],
    );
  }

  it('is filled again by the migration and by one-shots that had worked on its data', () => {
    expect(ranAgain('data', '1-v1')).toEqual([
      'chown: fills shop_data, which is made anew',
      'migrate: migration: shop_data was made anew, empty',
    ]);
  });

  it('is no reason to migrate where it is not of the database', () => {
    expect(ranAgain('uploads', '1-v1')).toEqual([]);
  });

  it('is like any other once something uses it, or once another release is current', () => {
    const mounts = [{ type: 'volume' as const, source: 'shop_data', target: '/d', writable: true }];
    expect(ranAgain('data', '1-v1', [{ ...containerOf('db', db, true), mounts }])).toEqual([]);
    expect(ranAgain('data', '0-adopted')).toEqual([]);
  });

  it('has its service started, although somebody removed the containers', () => {
    const current = release(
      '1-v1',
      { db, frontend: service('frontend', 'v1', '1-v1') },
      { shared: sharedOf(modelOf({})) },
    );
    const kindsWith = (empty: Partial<State['volumes'][string]>) => {
      const volumes = { shop_data: { ...madeAnew, ...empty } };
      const plan = diff({ ...emptyHost, volumes, current, releases: [current] }, current, { runbook, migrate: true });
      return plan.changes.map(({ kind, service: name }) => `${kind} ${name}`);
    };
    expect(kindsWith({ empty: '1-v1' })).toEqual(['create db']);
    expect(kindsWith({})).toEqual([]);
  });

  it('is refused by a procedure that does not migrate, for no later one would', () => {
    const current = release('1-v1', { db, migrate }, { shared: sharedOf(modelOf({})) });
    const volumes = { shop_data: { ...madeAnew, empty: '1-v1' } };
    const state = { ...emptyHost, volumes, current, releases: [current] };
    const plan = diff(state, current, { runbook, migrate: false });
    expect(() => checkEmptied(plan, current, state, runbook)).toThrow(/RB-VOLUME-MISSING.*What to do: deploy: /s);
  });

  it('is told how to be made', () => {
    const current = release('1-v1', { db }, { shared: sharedOf(modelOf({})) });
    const state = { ...emptyHost, current, releases: [current] };
    expect(() => checkShared({ ...current, id: '2-v2' }, state, runbook)).toThrow(
      'docker volume create --label runbook.empty=1-v1 shop_data',
    );
  });
});

describe('a volume that one-shots fill', () => {
  const modelled = (name: string) =>
    service(name, 'v1', '1-v1', { traits: { ...traits, writableVolumes: ['data'], volumes: ['volume:data:/data'] } });
  const reader = service('api', 'v1', '1-v1', {
    traits: { ...traits, dependsOn: { fill: 'service_completed_successfully' } },
  });

  it('is known to the operation that makes it', () => {
    const shared = sharedOf(modelOf({}));
    const filledBy = (services: Record<string, ReleaseService>) => {
      const target = release('1-v1', services, { shared });
      const plan = diff(emptyHost, target, { runbook, migrate: true });
      const [made] = programOf(plan, { runbook, target, proxyFiles: new Set() });
      return made?.op === 'make-shared' ? made.filled : null;
    };
    expect(filledBy({ fill: modelled('fill'), api: reader })).toEqual(['shop_data']);
    expect(filledBy({ db: modelled('db') })).toEqual([]);
  });

  /** What the host is told to remove when the run fails. `there`: volumes that exist before */
  function removed(words: string, there: readonly string[] = []): string[] {
    const folder = mkdtempSync(join(tmpdir(), 'runbook-shared-'));
    try {
      const script = readFileSync(join(import.meta.dirname, '../../../actions/lib/stack/apply/shared.sh'), 'utf8');
      const text = `
RB_STEP=${folder} RB_ROOT=${folder} PROJECT=shop DIRECTORY=${folder} TARGET=1 rb_newline='
'
${there.map((name) => `: >${folder}/is-${name}`).join('\n')}
${script}
fail() { echo "failed $*"; return 1; }
say() { :; }
undo_push() { undo="$1; \${undo:-}"; }
compose_alone() { for file in "$@"; do case $file in volume.* | network.*) : >"${folder}/is-shop_\${file#*.}" ;; esac; done; }
docker() { case "$1 $2" in *inspect) [ -e ${folder}/is-$3 ] ;; *rm) echo "$*" >>${folder}/said ;; esac; }
op_make_shared ${words} && eval "\${undo:-}"
cat ${folder}/said 2>/dev/null || :`;
      const said = execFileSync('sh', ['-c', text], { encoding: 'utf8' });
      return said.trim() === '' ? [] : said.trim().split('\n');
    } finally {
      rmSync(folder, { recursive: true });
    }
  }

  it('is removed again if the run fails, and no other volume is', () => {
    const words = 'filled shop_data volume.data volume shop_db volume.db';
    expect(removed(words)).toEqual(['volume rm shop_data']);
    expect(removed(words, ['shop_data'])).toEqual([]);
    expect(removed('network shop_back network.back')).toEqual(['network rm shop_back']);
  });
});
