import { expect, it } from 'vitest';
import { parseGlobals, statementsOf } from '../../../actions/lib/postgres/globals';
import { parseRoles, roleDifferences } from '../../../actions/lib/postgres/role-differences';
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

it('missing roles are created with memberships in both directions, and existing roles are not changed', () => {
  const { names, statements } = missingRoles(GLOBALS, new Set(['app', 'postgres']));
  expect(names).toEqual(['Odd "one"', 'readers']);
  expect(statements.trimEnd().split('\n')).toEqual([
    'CREATE ROLE "Odd ""one""";',
    `ALTER ROLE "Odd ""one""" WITH NOSUPERUSER LOGIN PASSWORD 'SCRAM-SHA-256$4096:odd';`,
    `ALTER ROLE "Odd ""one""" SET search_path TO 'x', 'y';`,
    'CREATE ROLE readers;',
    'ALTER ROLE readers WITH NOLOGIN;',
    // Who may act as a role that was missing, though the member itself was there.
    'GRANT readers TO app WITH INHERIT TRUE;',
    'GRANT readers TO "Odd ""one""" WITH INHERIT TRUE;',
  ]);
});

it('no role is created where none is missing', () => {
  expect(missingRoles(GLOBALS, new Set(['app', 'Odd "one"', 'readers']))).toEqual({ names: [], statements: '' });
});

it('no membership is granted if one of its roles neither exists nor is created', () => {
  const globals = 'CREATE ROLE made;\nGRANT made TO gone GRANTED BY postgres;\nGRANT gone TO made;\n';
  expect(missingRoles(globals, new Set(['postgres'])).statements).toBe('CREATE ROLE made;\n');
});

it('statements with line breaks, semicolons and comment signs in quotes are read', () => {
  const text = `--\n-- Roles\n--\n\n\\restrict x\nCREATE ROLE a;\nCOMMENT ON ROLE a IS 'one;\n-- two ''three''';\nALTER ROLE "b;--" SET x TO E'a\\'b;c';\n-- end\n`;
  expect(statementsOf(text)).toEqual([
    'CREATE ROLE a;',
    "COMMENT ON ROLE a IS 'one;\n-- two ''three''';",
    `ALTER ROLE "b;--" SET x TO E'a\\'b;c';`,
  ]);
});

const HAS = `CREATE ROLE owners;
ALTER ROLE owners WITH NOSUPERUSER INHERIT NOCREATEROLE NOCREATEDB NOLOGIN NOREPLICATION NOBYPASSRLS;
CREATE ROLE app;
ALTER ROLE app WITH NOSUPERUSER INHERIT NOCREATEROLE NOCREATEDB LOGIN NOREPLICATION NOBYPASSRLS CONNECTION LIMIT 5 PASSWORD 'SCRAM-SHA-256$1:a b' VALID UNTIL '2027-01-01 00:00:00+00';
ALTER ROLE app SET search_path TO 'app', 'public';
GRANT owners TO app WITH INHERIT TRUE GRANTED BY postgres;
`;

function server(app: object, memberships: object[]): string {
  const attributes = [
    'NOSUPERUSER',
    'INHERIT',
    'NOCREATEROLE',
    'NOCREATEDB',
    'NOLOGIN',
    'NOREPLICATION',
    'NOBYPASSRLS',
  ];
  return JSON.stringify({
    memberships,
    roles: [
      { name: 'owners', attributes: [...attributes, null], validUntil: null, settings: [] },
      {
        name: 'app',
        validUntil: '2027-01-01 01:00:00+01',
        settings: ['search_path=app, public'],
        attributes: attributes.map((word) => (word === 'NOLOGIN' ? 'LOGIN' : word)).concat('CONNECTION LIMIT 5'),
        ...app,
      },
    ],
  });
}

it('equal roles have no difference', () => {
  const found = roleDifferences(
    parseGlobals(HAS),
    parseRoles(server({}, [{ role: 'owners', member: 'app', options: ['ADMIN FALSE', 'INHERIT TRUE', 'SET TRUE'] }])),
  );
  expect(found).toEqual({ memberships: [], others: [] });
});

it('memberships, attributes, expiry and settings that a role has only in the backup are named', () => {
  const found = roleDifferences(
    parseGlobals(HAS),
    parseRoles(server({ validUntil: '2026-01-01 00:00:00+00', settings: ['statement_timeout=5s'] }, [])),
  );
  expect(found.memberships).toEqual(['grant "owners" to "app";']);
  expect(found.others).toEqual([
    'role app is valid until 2026-01-01 00:00:00+00 here, and until 2027-01-01 00:00:00+00 in the backup',
    'role app has search_path unset here, and app,public in the backup',
    'role app has statement_timeout 5s here, and unset in the backup',
  ]);
});

const RIGHTS = `${HAS}GRANT "Team" TO app WITH ADMIN OPTION, INHERIT FALSE, SET FALSE GRANTED BY postgres;
GRANT SET, ALTER SYSTEM ON PARAMETER work_mem TO app;
GRANT ALL ON PARAMETER "acme.key" TO made WITH GRANT OPTION;
SECURITY LABEL FOR anon ON ROLE app IS 'MASKED';
`;

it('roles are created with their rights on parameters', () => {
  const { statements } = missingRoles(`CREATE ROLE made;\n${RIGHTS}`, new Set(['app', 'owners']));
  expect(statements).toBe('CREATE ROLE made;\nGRANT ALL ON PARAMETER "acme.key" TO made WITH GRANT OPTION;\n');
});

it('options of memberships, rights on parameters and labels that a role has only in the backup are named', () => {
  const backup = parseGlobals(RIGHTS.replaceAll('"Team"', 'owners'));
  const member = { role: 'owners', member: 'app', options: ['ADMIN FALSE', 'INHERIT TRUE', 'SET FALSE'] };
  const there = `${server({}, [member])}\n[{"role":"app","parameter":"work_mem","right":"SET"}]\n`;
  expect(roleDifferences(backup, parseRoles(there)).others).toEqual([
    'role app is a member of owners with set false, admin false here, and with set true, admin true in the backup',
    'role app lacks a right here that it has in the backup: grant alter system on parameter work_mem to "app";',
    "the backup has a security label, which a restore does not set: SECURITY LABEL FOR anon ON ROLE app IS 'MASKED';",
  ]);
  // Before version 16 a server has no options but one.
  const old = server({}, [{ ...member, options: ['ADMIN TRUE'] }]);
  expect(roleDifferences(parseGlobals(HAS), parseRoles(old)).others).toEqual([
    'role app is a member of owners with admin true here, and with admin false in the backup',
  ]);
});
