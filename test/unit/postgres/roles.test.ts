import { expect, it } from 'vitest';
import { missingRoles } from '../../../actions/lib/postgres/roles';

const GLOBALS = `--
-- Roles
--
CREATE ROLE app;
ALTER ROLE app WITH NOSUPERUSER LOGIN PASSWORD 'SCRAM-SHA-256$4096:old';
CREATE ROLE "Odd ""one""";
ALTER ROLE "Odd ""one""" WITH NOSUPERUSER LOGIN PASSWORD 'SCRAM-SHA-256$4096:odd';
ALTER ROLE "Odd ""one""" SET search_path TO 'x', 'y';
ALTER ROLE "Odd ""one""" IN DATABASE app SET search_path TO 'z';
CREATE ROLE readers;
ALTER ROLE readers WITH NOLOGIN;
GRANT readers TO app WITH INHERIT TRUE GRANTED BY postgres;
GRANT readers TO "Odd ""one""" WITH INHERIT TRUE GRANTED BY postgres;
CREATE TABLESPACE fast OWNER app LOCATION '/fast';
`;

it('takes what makes the missing roles, and nothing of those that are there', () => {
  const { names, statements } = missingRoles(GLOBALS, new Set(['app', 'postgres']));
  expect(names).toEqual(['Odd "one"', 'readers']);
  expect(statements.trimEnd().split('\n')).toEqual([
    'CREATE ROLE "Odd ""one""";',
    `ALTER ROLE "Odd ""one""" WITH NOSUPERUSER LOGIN PASSWORD 'SCRAM-SHA-256$4096:odd';`,
    `ALTER ROLE "Odd ""one""" SET search_path TO 'x', 'y';`,
    'CREATE ROLE readers;',
    'ALTER ROLE readers WITH NOLOGIN;',
    'GRANT readers TO "Odd ""one""" WITH INHERIT TRUE;',
  ]);
});

it('makes nothing where nothing is missing', () => {
  expect(missingRoles(GLOBALS, new Set(['app', 'Odd "one"', 'readers']))).toEqual({ names: [], statements: '' });
});
