/** The two sides of a client's secret in Keycloak. */
import { connect } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import type { SecretPolicy } from '../../../actions/lib/config/sections/secrets';
import type { Run } from '../../../actions/lib/procedure/define';
import type { RotateSecretsInputs } from '../../../actions/rotate-secrets/inputs';
import { issuersOf, refuseIssued } from '../../../actions/rotate-secrets/issuer';
import { KeycloakDouble } from './keycloak-double';

const NAME = 'OIDC_CLIENT_SECRET';
const doubles: KeycloakDouble[] = [];

afterEach(() => {
  for (const double of doubles.splice(0)) double.close();
});

async function started(...given: Parameters<typeof KeycloakDouble.start>): Promise<KeycloakDouble> {
  const double = await KeycloakDouble.start(...given);
  doubles.push(double);
  return double;
}

interface Told {
  readonly said: string[];
  readonly secrets: string[];
  readonly notes: string[];
}

interface Given {
  readonly keys?: readonly string[];
  readonly client?: string;
  readonly password?: string;
}

function runAt(double: KeycloakDouble, { keys = [NAME], client = 'web', password = 'admin-password' }: Given = {}) {
  const told: Told = { said: [], secrets: [], notes: [] };
  const keycloak = {
    service: 'sso',
    url: `http://sso:${double.port}`,
    realm: 'shop',
    client,
    adminUser: 'ADMIN',
    adminPassword: 'ADMIN_PASSWORD',
    adminRealm: 'master',
  };
  const before = new Map([
    [NAME, 'former'],
    ['ADMIN', 'root'],
    ['ADMIN_PASSWORD', password],
  ]);
  const run = {
    inputs: {
      keys,
      runbook: { stack: 'shop', secrets: { [NAME]: { keycloak } as unknown as SecretPolicy } },
      rotation: { before, rotated: keys.includes(NAME) ? [{ name: NAME, old: 'former', fresh: 'fresh' }] : [] },
    },
    session: {
      host: {
        run: async () => ({ outcome: 'exited', code: 0, stdout: '127.0.0.1\n', stderr: '' }),
        forward: async (address: string, port: number) => connect(port, address),
      },
    },
    recorder: {
      info: (text: string) => told.said.push(text),
      warning: (text: string) => told.said.push(text),
      secret: (text: string) => told.secrets.push(text),
    },
    notes: told.notes,
  } as unknown as Run<RotateSecretsInputs>;
  return { run, told, side: issuersOf(run)[0]! };
}

it('a client without a policy gets the new secret, and the plan says what that costs', async () => {
  const double = await started('former');
  const { side, told } = runAt(double);
  expect(await side.prove(null)).toEqual([expect.stringMatching(/takes one secret of web at a time.*logins by each/s)]);
  expect(double.secret).toBe('former');
  await side.set();
  expect([double.secret, double.takes('former')]).toEqual(['fresh', false]);
  expect(told.said).toEqual([`sso takes the new ${NAME} for web; logins with the former one fail from now on`]);
  await side.finish();
  expect(told.notes).toEqual([expect.stringMatching(/^web of sso: at most \d+ s passed/)]);
  expect(told.secrets).toEqual(expect.arrayContaining(['former', 'admin-token']));
});

it('where a policy rotates secrets, the former secret stays valid', async () => {
  const double = await started('former', { rotates: true });
  const { side, told } = runAt(double);
  expect(await side.prove(null)).toEqual([expect.stringMatching(/stays valid for some time, and no login fails/)]);
  await side.set();
  expect([double.secret, double.takes('former')]).toEqual(['fresh', true]);
  expect(told.said[0]).toContain('and the former one for some time');
  await side.finish();
  expect(told.notes).toEqual([]);
});

it('a client that is older than the policy keeps its former secret, too', async () => {
  const double = await started('former', { rotates: true });
  double.shows = false;
  const { side } = runAt(double);
  expect(await side.prove(null)).toEqual([expect.stringContaining('by what sso shows')]);
  await side.set();
  expect([double.secret, double.takes('former')]).toEqual(['fresh', true]);
});

it('a secret that has expired is rotated, and the plan says that logins fail until then', async () => {
  const double = await started('former', { rotates: true });
  double.expired = true;
  const { side } = runAt(double);
  expect((await side.prove(null)).at(-1)).toMatch(/^The present secret of web has expired in sso/);
  await side.set();
  expect([double.secret, double.takes('fresh'), double.takes('former')]).toEqual(['fresh', true, true]);
});

it('a run that died between the two requests does not cost the former secret in the next one', async () => {
  const double = await started('former', { rotates: true });
  const died = runAt(double);
  await died.side.prove(null);
  double.loses = true;
  await expect(died.side.set()).rejects.toThrow('RB-SECRET-SERVER');
  double.loses = false;
  expect(double.takes('former')).toBe(true);
  const { side } = runAt(double);
  await side.prove('never set');
  await side.takeBack();
  await side.set();
  expect([double.secret, double.takes('former')]).toEqual(['fresh', true]);
});

it.each([false, true])(
  'a failure puts the former secret back, also while Keycloak starts (rotates: %s)',
  async (rotates) => {
    const double = await started('former', { rotates });
    const { side, told } = runAt(double);
    await side.prove(null);
    await side.set();
    double.starting = 1;
    expect(await side.undo()).toBe(true);
    expect(double.secret).toBe('former');
    expect(told.said.at(-1)).toBe('sso has the former secret of web again');
  },
  20_000,
);

it('a way back that fails is said, and the stored values stay', async () => {
  const double = await started('former');
  const { side, told } = runAt(double, { password: 'changed since' });
  double.secret = 'fresh';
  expect(await side.undo()).toBe(false);
  expect(told.notes).toEqual([expect.stringMatching(/may still have the new secret of web.*cannot sign in/)]);
});

it('a secret that an earlier run set is known, and taken back before another one is stored', async () => {
  const double = await started('pending');
  const { side } = runAt(double);
  expect(await side.prove('pending')).toEqual([
    expect.anything(),
    expect.stringMatching(/an earlier run set, but the services do not have it/),
  ]);
  await side.takeBack();
  expect(double.secret).toBe('former');
});

it.each<[string, Given, string, RegExp]>([
  ['Keycloak has another secret', {}, 'another', /does not take the present OIDC_CLIENT_SECRET/],
  ['the administrator is another', { password: 'wrong' }, 'former', /root cannot sign in to the realm master/],
  ['there is no such client', { client: 'app' }, 'former', /the client app of the realm shop cannot be read/],
])('nothing is changed where %s', async (_what, given, secret, why) => {
  const double = await started(secret);
  await expect(runAt(double, given).side.prove(null)).rejects.toMatchObject({
    code: 'RB-SECRET-SERVER',
    message: expect.stringMatching(why),
  });
  expect(double.asked.filter((question) => /^PUT|client-secret$/.test(question))).toEqual([]);
});

it('the only copy of a secret that an earlier run set is not overwritten by a rotation of other keys', async () => {
  const kept = new Map([[NAME, 'pending']]);
  const other = { keys: ['OTHER'] };
  await expect(refuseIssued(runAt(await started('pending'), other).run, kept)).rejects.toThrow('RB-SECRET-SERVER');
  await expect(refuseIssued(runAt(await started('former'), other).run, kept)).resolves.toBeUndefined();
  await expect(refuseIssued(runAt(await started('pending')).run, kept)).resolves.toBeUndefined();
});

it('a secret that an earlier run set and that has expired since is replaced for good', async () => {
  const double = await started('pending', { rotates: true });
  const { side } = runAt(double);
  await side.prove('pending');
  double.expired = true;
  await side.takeBack();
  expect(double.secret).toBe('former');
});

it('nothing is changed where the client signs its requests with the secret, which cannot be tried', async () => {
  const double = await started('former');
  double.authenticator = 'client-secret-jwt';
  await expect(runAt(double).side.prove(null)).rejects.toThrow('does not authenticate by its secret itself');
  expect(double.secret).toBe('former');
});
