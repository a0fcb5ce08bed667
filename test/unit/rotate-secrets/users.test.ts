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
  expect(usersOf(name, { compose, model, env })).toEqual(users);
});

it('files with tags that only Compose knows are searched as text', () => {
  const tagged = ['services:\n  api:\n    ports: !override ["${PORT}:80"]\n'];
  expect(usersOf('PORT', { compose: tagged, model: { services: {} }, env: '' })).not.toEqual([]);
});
