/** A service that starts on the data of a service that the release no longer runs. */
import { describe, expect, it } from 'vitest';
import type { Mount, Release, State } from '../../../actions/lib/stack/model';
import { checkPlan } from '../../../actions/lib/stack/plan/checks-plan';
import { diff } from '../../../actions/lib/stack/plan/diff';
import { traitsOf } from '../../../actions/lib/stack/resolve/traits';
import { sharedOf } from '../../../actions/lib/stack/resources';
import { containerOf, emptyHost, pulled, release, runbook, service, settings } from './model-host';

type Volumes = readonly Record<string, unknown>[];

const DATA: Volumes = [{ type: 'volume', source: 'data', target: '/var/lib/postgresql/data' }];
const held: Mount = { type: 'volume', source: 'shop_data', target: '/var/lib/postgresql/data', writable: true };

/** A release of these services with their volumes. */
function releaseOf(id: string, volumes: Readonly<Record<string, Volumes>>, replicas = 1): Release {
  const services = Object.fromEntries(Object.entries(volumes).map(([name, of]) => [name, { volumes: of }]));
  const model = { name: 'shop', services, volumes: { data: { name: 'shop_data' } } };
  const made = Object.entries(services).map(([name, one]) => [
    name,
    service(name, 'v1', id, { traits: traitsOf(one, model), replicas: name === 'db' ? replicas : 1 }),
  ]);
  return release(id, Object.fromEntries(made), { shared: sharedOf(model) });
}

interface Given {
  readonly mount?: Mount;
  readonly state?: 'running' | 'paused' | 'exited';
  /** Mounts of a container of the new service, if one runs already. */
  readonly own?: readonly Mount[];
  readonly settings?: typeof runbook.services;
}

/** What is said where `db` runs with this mount and the target is to come. */
function refusal(target: Release, { mount = held, state = 'running', own, settings = {} }: Given = {}): string {
  const current = releaseOf('1', { db: DATA, ...(own === undefined ? {} : { postgres: DATA }) });
  const of = (name: string, mounts: readonly Mount[]) => ({
    ...containerOf(name, current.services[name]!, true),
    mounts,
  });
  const host: State = pulled(
    {
      ...emptyHost,
      containers: [{ ...of('db', [mount]), name: 'shop-db-1', state }, ...(own ? [of('postgres', own)] : [])],
      networks: { shop_default: { facts: {}, users: [] } },
      volumes: { shop_data: { facts: { driver: 'local' }, users: [] } },
      physicalDirectory: '/data/shop',
      current,
    },
    target,
  );
  const chosen = { ...runbook, services: settings };
  try {
    checkPlan(diff(host, target, { runbook: chosen, migrate: true }), target, host, chosen);
    return '';
  } catch (error) {
    return (error as Error).message;
  }
}

describe('a service that comes in the place of another', () => {
  const renamed = releaseOf('2', { postgres: DATA });

  it('does not start on its data while the other runs', () => {
    expect(refusal(renamed)).toMatch(
      /^RB-VOLUME-IN-USE: postgres would write to shop_data while shop-db-1 of db, .* still writes to it/,
    );
    expect(refusal(renamed, { state: 'paused' })).toContain('RB-VOLUME-IN-USE');
    expect(refusal(releaseOf('2', { db: DATA, postgres: DATA }, 0))).toContain('RB-VOLUME-IN-USE');
    const bound = releaseOf('2', { postgres: [{ type: 'bind', source: '/srv/shop/data/pg', target: '/data' }] });
    const folder: Mount = { type: 'bind', source: '/data/shop/data', target: '/x', writable: true };
    expect(refusal(bound, { mount: folder })).toContain('postgres would write to /data/shop/data');
  });

  it('starts where the other is stopped, only reads, or may write beside it', () => {
    expect(refusal(renamed, { state: 'exited' })).toBe('');
    expect(refusal(renamed, { mount: { ...held, writable: false } })).toBe('');
    expect(refusal(releaseOf('2', { postgres: [{ ...DATA[0], read_only: true }] }))).toBe('');
    expect(refusal(renamed, { settings: { postgres: { ...settings, sharedVolumes: ['data'] } } })).toBe('');
    expect(refusal(renamed, { mount: { ...held, source: 'shop_other' } })).toBe('');
  });

  it('starts where both have written to it all the time, or the files have both', () => {
    expect(refusal(releaseOf('2', { postgres: DATA }), { own: [held] })).toBe('');
    expect(refusal(releaseOf('2', { db: DATA, postgres: DATA }))).toBe('');
  });

  it("may mount the host's own sockets", () => {
    const socket = '/var/run/docker.sock';
    const agent = releaseOf('2', { agent: [{ type: 'bind', source: socket, target: socket }] });
    expect(refusal(agent, { mount: { type: 'bind', source: socket, target: socket, writable: true } })).toBe('');
  });
});
