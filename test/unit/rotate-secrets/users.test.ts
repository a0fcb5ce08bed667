import { expect, it } from 'vitest';
import { usersOf } from '../../../actions/rotate-secrets/users';

const compose = [
  `name: \${STACK}
x-db: &db { PGPASSWORD: "\${DB_PASSWORD:?set it}" }
services:
  api: { env_file: .env, environment: { <<: *db, PRICE: $$COST } }
  cache: { command: [redis-server, --requirepass, $CACHE_PASSWORD] }
`,
];
const model = { services: { api: { environment: { PGPASSWORD: 'x', API_TOKEN: 'y' } }, cache: {} } };
const env = 'BASE=x\nURL=http://${BASE}\n';
const values = new Map([['API_TOKEN', 'y']]);

it.each([
  ['API_TOKEN', ['api']],
  ['DB_PASSWORD', ['api']],
  ['CACHE_PASSWORD', ['cache']],
  ['STACK', ['the Compose files']],
  ['BASE', ['another value']],
  ['COST', []],
  ['URL', []],
  ['constructor', []],
])('%s has %j', (name, users) => {
  expect(usersOf(name, { compose, model, env, values })).toEqual(users);
});

it('files with tags that only Compose knows are searched as text', () => {
  const tagged = ['services:\n  api:\n    ports: !override ["${PORT}:80"]\n'];
  expect(usersOf('PORT', { compose: tagged, model: { services: {} }, env: '', values: new Map() })).not.toEqual([]);
});

it('a variable of the same name with another value has it from elsewhere', () => {
  const fixed = { services: { db: { environment: { PW: 'fi$$xed' } } } };
  const usersWith = (value: string) =>
    usersOf('PW', { compose: [], model: fixed, env: '', values: new Map([['PW', value]]) });
  expect(usersWith('other')).toEqual([]);
  expect(usersWith('fi$xed')).toEqual(['db']);
});
