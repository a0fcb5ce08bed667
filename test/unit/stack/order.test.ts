/** In which order the operations of a plan come, by what services need. */
import { describe, expect, it } from 'vitest';
import type { Plan, Release, ReleaseService, ServiceTraits, State } from '../../../actions/lib/stack/model';
import { diff } from '../../../actions/lib/stack/plan/diff';
import { programOf } from '../../../actions/lib/stack/plan/program';
import { containerOf, emptyHost, pulled, release, runbook, service, traits } from './model-host';

type Services = Readonly<Record<string, Partial<ServiceTraits>>>;

const ALONE = { writableVolumes: ['data'], volumes: ['volume:data:/data'] };
const HEALTHY = 'service_healthy';

function releaseOf(id: string, services: Services, changed: readonly string[] = []): Release {
  const made = Object.entries(services).map(([name, more]): [string, ReleaseService] => {
    const [tag, since] = changed.includes(name) ? ['v2', id] : ['v1', '1-v1'];
    return [name, service(name, tag, since, { traits: { ...traits, ...more } })];
  });
  return release(id, Object.fromEntries(made));
}

/** The operations that bring new images of `changed` to a host that runs the services, except for those of `missing`. */
function operationsOf(services: Services, changed: readonly string[], missing: readonly string[] = []): string[] {
  const current = releaseOf('1-v1', services);
  const target = releaseOf('2-v2', services, changed);
  const containers = Object.entries(current.services)
    .filter(([name]) => name !== 'migrate' && !missing.includes(name))
    .map(([name, one]) => ({ ...containerOf(name, one, true), listens: name === 'worker' ? [] : [8080] }));
  const state: State = pulled({ ...emptyHost, containers, current, releases: [current] }, target);
  const plan: Plan = diff(state, target, { runbook, migrate: changed.includes('migrate') });
  return programOf(plan, { runbook, target, proxyFiles: new Set() }).flatMap((one) => {
    if (one.op === 'gate') return [`gate ${one.services.join(',')}`];
    const starts = ['create', 'start-beside', 'replace', 'one-shot', 'start-stand-in'].includes(one.op);
    return starts && 'service' in one ? [`${one.op} ${one.service}`] : [];
  });
}

describe('a service that is replaced', () => {
  it('waits until what it depends on and what is replaced before it is healthy', () => {
    const services = {
      db: ALONE,
      api: { ...ALONE, dependsOn: { db: HEALTHY } },
      worker: { dependsOn: { api: HEALTHY } },
    };
    expect(operationsOf(services, ['db', 'api', 'worker'])).toEqual([
      ...['replace db', 'gate db', 'replace api', 'gate api', 'replace worker', 'gate db,api,worker'],
    ]);
  });

  it('waits also for what it needs by way of a service that stays', () => {
    const services = {
      db: ALONE,
      pool: { dependsOn: { db: HEALTHY } },
      api: { ...ALONE, dependsOn: { pool: HEALTHY } },
    };
    expect(operationsOf(services, ['db', 'api'])).toEqual(['replace db', 'gate db', 'replace api', 'gate db,api']);
  });

  it('does not wait for a service that it does not need, so that the downtimes stay short', () => {
    expect(operationsOf({ a: ALONE, b: ALONE }, ['a', 'b'])).toEqual(['replace a', 'replace b', 'gate a,b']);
  });

  it('does not wait for the container that it lives in, which may become healthy only with it', () => {
    const side = {
      networkMode: 'service:vpn',
      shares: { vpn: 'network namespace' },
      dependsOn: { vpn: 'service_started' },
    };
    expect(operationsOf({ vpn: ALONE, side }, ['vpn'])).toEqual(['replace vpn', 'replace side', 'gate vpn,side']);
  });
});

describe('the migration', () => {
  it('comes before new containers of services that run already, also if no `depends_on` says so', () => {
    const services = {
      api: {},
      backend: { dependsOn: { api: HEALTHY } },
      db: ALONE,
      migrate: { dependsOn: { db: HEALTHY } },
    };
    expect(operationsOf(services, ['api', 'backend', 'migrate'])).toEqual([
      ...['one-shot migrate', 'start-beside api', 'gate api', 'start-beside backend', 'gate api,backend'],
    ]);
  });

  it('comes before what starts only after such a service', () => {
    const services = { api: {}, bff: { dependsOn: { api: HEALTHY } }, migrate: {} };
    expect(operationsOf(services, ['api', 'bff', 'migrate'], ['bff'])).toEqual([
      ...['one-shot migrate', 'start-beside api', 'gate api', 'create bff', 'gate api,bff'],
    ]);
  });

  it('comes after what it needs, and after services that do not run yet: one of them may be its database', () => {
    const services = { cache: {}, db: ALONE, migrate: { dependsOn: { db: HEALTHY } } };
    expect(operationsOf(services, ['db', 'migrate', 'cache'], ['cache'])).toEqual([
      ...['create cache', 'gate cache', 'replace db', 'gate db', 'one-shot migrate', 'gate cache,db'],
    ]);
  });
});
