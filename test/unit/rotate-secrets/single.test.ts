import { expect, it } from 'vitest';
import type { ComposeModel } from '../../../actions/lib/stack/compose-model';
import { setBefore } from '../../../actions/rotate-secrets/single';

const turn = {
  name: 'DB_PASSWORD',
  server: { stack: 'acme', service: 'db', admin: 'shop', database: 'shop' },
  owner: 'shop',
  from: { role: 'shop', password: 'old-1' },
  to: { role: 'shop', password: 'new-1' },
};

function first(environment: Record<string, string>, service = 'db'): string[] {
  const model = (values: Record<string, string>) =>
    ({ services: { [service]: { image: 'postgres:17', environment: values } } }) as unknown as ComposeModel;
  const was = { POSTGRES_USER: 'shop', POSTGRES_PASSWORD: 'old-1', POSTGRES_DB: 'shop' };
  return setBefore(turn, { before: model(was), after: model(environment), changed: [service] }).map(({ name }) => name);
}

it('the variable with which a server made the role may change, since the server gets the password beforehand', () => {
  expect(first({ POSTGRES_USER: 'shop', POSTGRES_PASSWORD: 'new-1', POSTGRES_DB: 'shop' })).toEqual([
    'POSTGRES_PASSWORD',
  ]);
});

it.each([
  ['another role', { POSTGRES_USER: 'other', POSTGRES_PASSWORD: 'new-1', POSTGRES_DB: 'shop' }, 'db'],
  ['another value', { POSTGRES_USER: 'shop', POSTGRES_PASSWORD: 'new-2', POSTGRES_DB: 'shop' }, 'db'],
  ['another server', { POSTGRES_USER: 'shop', POSTGRES_PASSWORD: 'new-1', POSTGRES_DB: 'shop' }, 'other-db'],
  ['another database', { POSTGRES_USER: 'shop', POSTGRES_PASSWORD: 'old-1', POSTGRES_DB: 'other' }, 'db'],
])('the variable of %s may not change', (_what, environment, service) => {
  expect(first(environment, service)).toEqual([]);
});

it("Bitnami's image has the password of postgres in a variable of its own", () => {
  const postgres = { ...turn, to: { role: 'postgres', password: 'new-1' } };
  const environment = {
    POSTGRESQL_USERNAME: 'shop',
    POSTGRESQL_PASSWORD: 'app',
    POSTGRESQL_POSTGRES_PASSWORD: 'old-1',
  };
  const [before, after] = ['old-1', 'new-1'].map((password) => ({
    services: {
      db: { image: 'bitnami/postgresql:17', environment: { ...environment, POSTGRESQL_POSTGRES_PASSWORD: password } },
    },
  }));
  expect(setBefore(postgres, { before: before!, after: after!, changed: ['db'] })).toEqual([
    { service: 'db', name: 'POSTGRESQL_POSTGRES_PASSWORD' },
  ]);
});
