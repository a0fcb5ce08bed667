import { expect, it } from 'vitest';
import {
  createStatement,
  type DatabaseProperties,
  localeOf,
  propertyDifferences,
  propertyStatements,
  rolesOf,
} from '../../../actions/lib/postgres/properties';

const ICU: DatabaseProperties = {
  owner: 'Own"er',
  encoding: 'UTF8',
  collate: 'C.UTF-8',
  ctype: 'C.UTF-8',
  provider: 'i',
  locale: "de-u-co'x",
  rules: '&V << w',
  tablespace: 'fast',
  limit: 7,
  comment: "it's",
  grants: null,
  settings: [
    { role: null, setting: 'search_path="$user", public, "Odd ""x"", y"' },
    { role: 'app', setting: 'my.setting=a\\b' },
    { role: null, setting: 'temp_tablespaces=' },
  ],
  template: false,
};

it('a restore creates a database with its own encoding, locale, owner and tablespace', () => {
  expect(createStatement('new', ICU, 17, true)).toBe(
    `create database "new" template template0 owner "Own""er" encoding 'UTF8' lc_collate 'C.UTF-8' lc_ctype 'C.UTF-8' locale_provider icu icu_locale 'de-u-co''x' icu_rules '&V << w' tablespace "fast";`,
  );
  const libc = { ...ICU, provider: 'c', locale: null, rules: null };
  expect(createStatement('new', libc, 17, false)).toMatch(/lc_ctype 'C.UTF-8' locale_provider libc;$/);
  expect(createStatement('new', libc, 14, false)).toMatch(/lc_ctype 'C.UTF-8';$/);
  expect(createStatement('new', { ...ICU, provider: 'b', locale: 'C.UTF-8', rules: null }, 18, false)).toMatch(
    /locale_provider builtin builtin_locale 'C.UTF-8';$/,
  );
});

it('a restore sets each setting as it was, lists name by name', () => {
  expect(propertyStatements('new', ICU)).toEqual([
    `alter database "new" set "search_path" to '$user', 'public', 'Odd "x", y';`,
    `alter role "app" in database "new" set "my"."setting" to E'a\\\\b';`,
    `alter database "new" set "temp_tablespaces" to '';`,
    'alter database "new" connection limit 7;',
  ]);
});

it('a restore gives rights back exactly, and revokes default rights that were revoked', () => {
  const grants = [
    { to: null, right: 'CONNECT', grantable: false, by: null },
    { to: 'app', right: 'CREATE', grantable: true, by: null },
  ];
  expect(propertyStatements('new', { ...ICU, grants, settings: [], limit: -1 })).toEqual([
    'revoke all on database "new" from public, "Own""er";',
    'grant connect on database "new" to public;',
    'grant create on database "new" to "app" with grant option;',
    'alter database "new" connection limit -1;',
  ]);
});

it('a restore grants each right by its grantor, after that role got the right to grant it', () => {
  const grants = [
    { to: 'a', right: 'CONNECT', grantable: false, by: 'lead' },
    { to: 'b', right: 'CONNECT', grantable: false, by: 'super' },
    { to: 'lead', right: 'CONNECT', grantable: true, by: null },
  ];
  expect(propertyStatements('new', { ...ICU, grants, settings: [], template: true })).toEqual([
    'revoke all on database "new" from public, "Own""er";',
    'grant connect on database "new" to "lead" with grant option;',
    'set role "lead"; grant connect on database "new" to "a"; reset role;',
    'set role "super"; grant connect on database "new" to "b"; reset role;',
    'alter database "new" connection limit 7;',
    'alter database "new" is_template true;',
  ]);
  expect(rolesOf({ ...ICU, grants })).toContain('super');
  expect(propertyDifferences({ ...ICU, grants, template: true }, ICU)).toEqual([
    'template: yes in the backup, no live',
    'grants: CONNECT to a by lead, CONNECT to b by super, CONNECT to lead (may grant) in the backup, as by default live',
  ]);
});

it('a database names the roles that it needs, and the properties that differ', () => {
  expect(rolesOf({ ...ICU, grants: [{ to: 'pg_monitor', right: 'CONNECT', grantable: false, by: null }] })).toEqual([
    'Own"er',
    'app',
  ]);
  expect(propertyDifferences(ICU, ICU)).toEqual([]);
  expect(propertyDifferences(ICU, { ...ICU, limit: -1, settings: ICU.settings.slice(1), grants: [] })).toEqual([
    'connection limit: 7 in the backup, none live',
    'grants: as by default in the backup, none live',
    'search_path: "$user", public, "Odd ""x"", y" in the backup, unset live',
  ]);
  expect(localeOf(ICU)).not.toBe(localeOf({ ...ICU, rules: null }));
});
