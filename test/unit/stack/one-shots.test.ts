import { describe, expect, it } from 'vitest';
import type { Runbook } from '../../../actions/lib/config/runbook';
import { schemaName } from '../../../actions/lib/stack/migrations';
import type { State } from '../../../actions/lib/stack/model';
import { checkOneShots } from '../../../actions/lib/stack/plan/checks-one-shots';
import { diff } from '../../../actions/lib/stack/plan/diff';
import { unnamedMigrations } from '../../../actions/lib/stack/plan/one-shots';
import { emptyHost, release, runbook, service, settings, traits } from './model-host';

const waiting = { traits: { ...traits, dependsOn: { alembic: 'service_completed_successfully' } } };
const oneShot = (tag: string, since: string) => ({
  alembic: service('alembic', tag, since),
  api: service('api', 'v1', '1-v1', waiting),
});
const first = release('1-v1', oneShot('v1', '1-v1'));
const second = release('2-v2', oneShot('v2', '2-v2'));
const onSecond: State = { ...emptyHost, current: second, releases: [first, second] };

function planOf(state: State, target: typeof first, migrate: boolean, services: Runbook['services'] = {}) {
  const plan = diff(state, target, { runbook: { ...runbook, services }, migrate });
  return { ran: plan.changes.filter(({ kind }) => kind === 'one-shot'), notes: plan.notes };
}

describe('a one-shot that is not the migration', () => {
  it('runs forwards when it changed, and says nothing', () => {
    const { ran, notes } = planOf({ ...onSecond, current: first }, second, true);
    expect(ran.map(({ service, reasons }) => [service, reasons])).toEqual([['alembic', ['changed']]]);
    expect(notes).toEqual([]);
  });

  it('is not run backwards, and the plan says so', () => {
    const { ran, notes } = planOf(onSecond, first, false);
    expect(ran).toEqual([]);
    expect(notes).toEqual([expect.stringMatching(/^alembic is not run: .*`run-on-rollback: true`/)]);
  });

  it('is not run by a rollback to where it was there, and is not in what runs', () => {
    const { alembic: _gone, ...rest } = second.services;
    const without = { ...second, services: { ...rest, api: service('api', 'v2', '2-v2') } };
    expect(planOf({ ...onSecond, current: without }, first, false).ran).toEqual([]);
  });

  it('is run backwards where runbook.yml asks for it', () => {
    const { ran, notes } = planOf(onSecond, first, false, { alembic: { ...settings, runOnRollback: true } });
    expect(ran.map(({ service }) => service)).toEqual(['alembic']);
    expect(notes).toEqual([]);
  });

  it('is not spoken of where a recovery has nothing to change of it', () => {
    expect(planOf(onSecond, second, false)).toEqual({ ran: [], notes: [] });
  });
});

describe('an older version that is deployed again', () => {
  it('is told of a breaking migration that came after its own', () => {
    const migrate = service('migrate', 'v1', '3-v1');
    const target = release('3-v1', { migrate });
    const migrations = [
      { schema: schemaName(migrate), release: '1-v1', compatible: true },
      { schema: 'other', release: '2-v2', compatible: false },
    ];
    expect(planOf({ ...onSecond, migrations }, target, true).notes).toEqual([
      expect.stringContaining('that of release 2-v2, which was declared breaking'),
    ]);
    expect(planOf({ ...onSecond, migrations: migrations.slice(0, 1) }, target, true).notes).toEqual([]);
  });
});

describe('what looks like a migration and is not named as one', () => {
  const found = (name: string, more: Record<string, unknown>, own: Partial<Runbook['migration']> = {}) => {
    const dependsOn = { [name]: 'service_completed_successfully' };
    const services = {
      [name]: service(name, 'v1', '1'),
      api: service('api', 'v1', '1', { traits: { ...traits, dependsOn } }),
    };
    const model = {
      services: { [name]: { image: `registry/${name}:v1`, ...more }, api: { image: 'registry/migrator' } },
    };
    return unnamedMigrations(model, release('1', services), {
      ...runbook,
      migration: { ...runbook.migration, ...own },
    });
  };

  it.each<[string, Record<string, unknown>]>([
    ['db-migrate', {}],
    ['schema', { image: 'flyway/flyway:11' }],
    ['init', { command: ['alembic', 'upgrade', 'head'] }],
    ['init', { command: ['python', 'manage.py', 'migrate', '--noinput'] }],
    ['init', { command: ['bundle', 'exec', 'rails', 'db:prepare'] }],
    ['init', { entrypoint: ['npx', 'prisma', 'db', 'push'] }],
    ['init', { command: ['dotnet', 'ef', 'database', 'update'] }],
    ['init', { image: 'amacneil/dbmate', command: ['up'] }],
  ])('is named: %s %j', (name, more) => {
    expect(found(name, more)).toEqual([expect.stringMatching(`^${name} looks like a migration`)]);
  });

  it.each<[string, Record<string, unknown>]>([
    ['assets', { command: ['cp', '-r', '/dist', '/srv'] }],
    ['collector', { image: 'registry/vector:v1' }],
    ['migrate', {}],
  ])('is not: %s %j', (name, more) => {
    expect(found(name, more)).toEqual([]);
  });

  it('is not where it is named, or nobody waits for its end', () => {
    expect(found('alembic', {}, { service: 'alembic' })).toEqual([]);
    const services = { alembic: service('alembic', 'v1', '1') };
    const model = { services: { alembic: { image: 'registry/alembic' } } };
    expect(unnamedMigrations(model, release('1', services), runbook)).toEqual([]);
  });
});

describe('a service that runs to its end', () => {
  const checked = (restart: string | null, limits?: string, kind = 'one-shot') => {
    const more = { traits: { ...traits, restart, ...(limits === undefined ? {} : { limits: { restart: limits } }) } };
    const plan = { changes: [{ service: 'migrate', kind }] } as unknown as Parameters<typeof checkOneShots>[0];
    return () => checkOneShots(plan, release('1', { migrate: service('migrate', 'v1', '1', more) }));
  };

  it.each([
    ['always', undefined],
    ['unless-stopped', undefined],
    [null, 'always'],
  ])('is refused where Docker would start it again: %s %s', (restart, limits) => {
    expect(checked(restart, limits)).toThrow(
      expect.objectContaining({
        code: 'RB-SERVICE-UNSUITABLE',
        message: expect.stringContaining('migrate should run to its end once, and would run again and again'),
      }),
    );
  });

  it.each([null, 'no', 'on-failure', 'on-failure:3'])('may have the restart policy %s', (restart) => {
    expect(checked(restart)).not.toThrow();
    expect(checked('always', undefined, 'roll')).not.toThrow();
  });
});
