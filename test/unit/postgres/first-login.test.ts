/** Which login proves what a PostgreSQL server made at its first start. */
import { describe, expect, it } from 'vitest';
import type { Host } from '../../../actions/lib/host/host';
import { loginFor, passwordsOf, superuserOf, withFiles } from '../../../actions/lib/postgres/first-login';

const OFFICIAL = { POSTGRES_USER: 'app', POSTGRES_PASSWORD: 'p1', POSTGRES_DB: 'shop' };
const BITNAMI = {
  POSTGRESQL_USERNAME: 'app',
  POSTGRESQL_PASSWORD: 'p1',
  POSTGRESQL_DATABASE: 'shop',
  POSTGRESQL_POSTGRES_PASSWORD: 's1',
};

describe('the login that proves a variable', () => {
  it.each([
    ['POSTGRES_PASSWORD', OFFICIAL, { user: 'app', database: 'shop', password: 'p1' }],
    ['POSTGRES_PASSWORD', { POSTGRES_PASSWORD: 'p1' }, { user: 'postgres', database: 'postgres', password: 'p1' }],
    ['POSTGRES_DB', { ...OFFICIAL, POSTGRES_DB: '' }, { user: 'app', database: 'app', password: 'p1' }],
    ['POSTGRESQL_PASSWORD', BITNAMI, { user: 'app', database: 'shop', password: 'p1' }],
    ['POSTGRESQL_POSTGRES_PASSWORD', BITNAMI, { user: 'postgres', database: 'shop', password: 's1' }],
    ['POSTGRESQL_POSTGRES_PASSWORD_FILE', BITNAMI, { user: 'postgres', database: 'shop', password: 's1' }],
    [
      'POSTGRESQL_PASSWORD',
      { ...BITNAMI, POSTGRESQL_DATABASE: '' },
      { user: 'app', database: 'postgres', password: 'p1' },
    ],
  ])('%s of %j', (name, environment, login) => {
    expect(loginFor(name, environment)).toEqual(login);
  });

  it.each([
    ['options of initdb', 'POSTGRES_INITDB_ARGS', OFFICIAL],
    ['a password that is gone', 'POSTGRES_PASSWORD', { POSTGRES_USER: 'app' }],
    ['a password in a file that is not known', 'POSTGRES_PASSWORD_FILE', { POSTGRES_PASSWORD_FILE: '/run/secrets/p' }],
    ['a user in a file that is not known', 'POSTGRES_PASSWORD', { POSTGRES_PASSWORD: 'p', POSTGRES_USER_FILE: '/u' }],
    ['a database in a file that is not known', 'POSTGRES_PASSWORD', { POSTGRES_PASSWORD: 'p', POSTGRES_DB_FILE: '/d' }],
  ])('is not known for %s', (_what, name, environment) => {
    expect(loginFor(name, environment)).toBeNull();
  });
});

it('the superuser is the role of the official image, and postgres beside the role of Bitnami', () => {
  expect(superuserOf(OFFICIAL)).toBe('app');
  expect(superuserOf({})).toBe('postgres');
  expect(superuserOf(BITNAMI)).toBe('postgres');
  expect(superuserOf({ POSTGRES_USER: 'app', POSTGRES_POSTGRES_PASSWORD_FILE: '/run/secrets/s' })).toBe('postgres');
});

it('a role has its password in the variables of its own', () => {
  expect(passwordsOf('app', OFFICIAL)).toContain('POSTGRES_PASSWORD');
  expect(passwordsOf('postgres', OFFICIAL)).toEqual([]);
  expect(passwordsOf('postgres', BITNAMI)).toContain('POSTGRESQL_POSTGRES_PASSWORD');
  expect(passwordsOf('postgres', BITNAMI)).not.toContain('POSTGRESQL_PASSWORD');
  expect(passwordsOf('postgres', { POSTGRESQL_PASSWORD: 'p' })).toContain('POSTGRESQL_PASSWORD');
});

it('a variable with the path of a file has what the container has there', async () => {
  const files: Record<string, string> = { '/run/secrets/user': 'app\n', '/run/secrets/p': 'two\nlines\n\n' };
  const run = async (script: string) => {
    const path = Object.keys(files).find((one) => script.includes(`cat ${one}`) || script.includes(`cat '${one}'`));
    return { outcome: 'exited', code: path === undefined ? 1 : 0, stdout: files[path ?? ''] ?? '', stderr: '' };
  };
  const environment = {
    POSTGRES_USER_FILE: '/run/secrets/user',
    POSTGRES_PASSWORD_FILE: '/run/secrets/p',
    POSTGRES_DB_FILE: '/run/secrets/none',
  };
  const found = await withFiles({ run } as Partial<Host> as Host, { stack: 'shop', service: 'db' }, environment);
  expect(found).toEqual({ ...environment, POSTGRES_USER: 'app', POSTGRES_PASSWORD: 'two\nlines' });
});
