/** The role by which a rotation reaches a server. */
import { expect, it } from 'vitest';
import type { Run } from '../../../actions/lib/procedure/define';
import { turnsOf } from '../../../actions/rotate-secrets/database';
import type { RotateSecretsInputs } from '../../../actions/rotate-secrets/inputs';
import { withUsers } from '../../../actions/rotate-secrets/server-users';

async function admin(environment: Record<string, string>, content = ''): Promise<string | undefined> {
  const postgres = { service: 'db', roles: ['shop'], database: 'shop' };
  const inputs = {
    runbook: { stack: 'acme', secrets: { DB_PASSWORD: { postgres }, OTHER: {} } },
    rotation: { rotated: [{ name: 'DB_PASSWORD', old: 'old', fresh: 'new' }] },
  } as unknown as RotateSecretsInputs;
  const host = { run: async () => ({ outcome: 'exited', code: 0, stdout: content, stderr: '' }) };
  const run = { session: { host }, inputs } as unknown as Run<RotateSecretsInputs>;
  const model = await withUsers(run, { services: { db: { environment } } });
  return turnsOf(inputs, model)[0]?.server.admin;
}

it.each([
  ['a variable', { POSTGRES_USER: 'owner' }, '', 'owner'],
  ['nothing', {}, '', 'postgres'],
  ['a file', { POSTGRES_USER_FILE: '/run/secrets/user' }, 'ow$$ner\n', 'ow$$ner'],
  ['a variable with a dollar', { POSTGRES_USER: 'ow$$ner' }, '', 'ow$ner'],
  ["Bitnami's variables", { POSTGRESQL_USERNAME: 'shop', POSTGRESQL_PASSWORD: 'x' }, '', 'postgres'],
])('is the one that %s tells', async (_what, environment, content, expected) => {
  expect(await admin(environment, content)).toBe(expected);
});
