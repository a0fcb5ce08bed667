import { expect, it } from 'vitest';
import { parseRunbook } from '../../../actions/lib/config/load';
import type { Rotated } from '../../../actions/lib/secrets/derive';
import { parseEnv } from '../../../actions/lib/secrets/dotenv';
import { fitsOauth2Proxy } from '../../../actions/lib/secrets/effects';
import { made } from '../../../actions/lib/secrets/made';
import { freshValues } from '../../../actions/rotate-secrets/rotation';

const TEXT = `TOKEN=old-token-1
URL=https://app:\${TOKEN}@partner/
LITERAL=https://app:old-token-1@partner/
PARTNER=partner-1
DATA_ENCRYPTION_KEY=key-1
OIDC_CLIENT_SECRET=client-1
ADMIN=root
LAST=x
`;
const before = parseEnv(TEXT, 'a test');

function fresh(names: string[], policies: string, given: Record<string, string> = {}) {
  const { secrets } = parseRunbook(`secrets:\n${policies}`, 'runbook.yml');
  return freshValues(names, { policies: secrets, before, given: new Map(Object.entries(given)), path: 'secrets.env' });
}

it('a value is made by its policy, or taken from the input where it is external', () => {
  const [token, partner] = fresh(
    ['TOKEN', 'PARTNER'],
    '  TOKEN: { generate: hex, length: 10 }\n  PARTNER: { external: true }\n',
    { PARTNER: 'partner-2' },
  );
  expect(token).toMatchObject({ name: 'TOKEN', old: 'old-token-1', external: false });
  expect(token?.fresh).toMatch(/^[0-9a-f]{10}$/);
  expect(partner).toMatchObject({ old: 'partner-1', fresh: 'partner-2', external: true });
});

it.each([
  [['LAST'], '  TOKEN: { generate: hex }', {}, 'RB-SECRET-POLICY: LAST has no policy'],
  [['constructor'], '  TOKEN: { generate: hex }', {}, 'constructor is not in secrets.env: add it with `mode: encrypt`'],
  [['DATA_ENCRYPTION_KEY'], '  DATA_ENCRYPTION_KEY: { generate: hex }', {}, 'encrypts stored data'],
  [
    ['TOKEN'],
    '  TOKEN: { generate: hex, derived: [NONE] }',
    {},
    'the policy of TOKEN names NONE, which is not in secrets.env',
  ],
  [['OIDC_CLIENT_SECRET'], '  OIDC_CLIENT_SECRET: { generate: hex }', {}, 'its issuer has to have the new value, too'],
  [
    ['OIDC_CLIENT_SECRET'],
    '  OIDC_CLIENT_SECRET: { generate: hex, keycloak: { service: sso, realm: r, client: c, admin-user: ADMIN, admin-password: NONE } }',
    {},
    'the policy of OIDC_CLIENT_SECRET names NONE, which is not in secrets.env',
  ],
  [['PARTNER'], '  PARTNER: { external: true }', {}, 'RB-INPUT-INVALID: values has no PARTNER'],
  [['PARTNER'], '  PARTNER: { external: true }', { PARTNER: 'partner-1' }, 'equals its present value'],
  [['PARTNER'], '  PARTNER: { external: true }', { PARTNER: 'abc' }, 'has fewer than 4 characters'],
  [
    ['TOKEN'],
    '  TOKEN: { generate: hex }',
    { TOKEN: 'mine-1' },
    'values has TOKEN, which is not one of keys with `external: true`',
  ],
] as const)('%j by%s and %j is refused', (names, policies, given, said) => {
  expect(() => fresh([...names], `${policies}\n`, given)).toThrow(said);
});

it('the secret of a client gets a new value if its policy says that no issuer has it', () => {
  const policy = '  OIDC_CLIENT_SECRET: { generate: hex, effect: nothing checks it }\n';
  expect(fresh(['OIDC_CLIENT_SECRET'], policy)).toMatchObject([{ name: 'OIDC_CLIENT_SECRET', old: 'client-1' }]);
});

it('a key that encrypts stored data gets a new value if its policy allows that', () => {
  expect(
    fresh(
      ['DATA_ENCRYPTION_KEY'],
      '  DATA_ENCRYPTION_KEY: { generate: hex, effect: the app reads old data with OLD_KEY }\n',
    ),
  ).toHaveLength(1);
});

function rotated(value: string): Rotated {
  return { name: 'TOKEN', old: 'old-token-1', fresh: value, derived: [], unrelated: [] };
}

it('a value that names the key by ${…} stays as it is written, and still changes', () => {
  const { values, following, derived } = made(TEXT, before, [rotated('new-1')]);
  expect(Object.fromEntries(values)).toEqual({ TOKEN: 'new-1', LITERAL: 'https://app:new-1@partner/' });
  expect(Object.fromEntries(following)).toEqual({ URL: 'https://app:new-1@partner/' });
  expect(Object.fromEntries(derived)).toEqual({ LITERAL: ['TOKEN'], URL: ['TOKEN'] });
});

it('a value that would have to be encoded does not get into a URL by ${…}', () => {
  expect(() => made(TEXT, before, [rotated('new@1/#')])).toThrow('URL has ${TOKEN} in a URL, where the new value');
});

it.each([
  ['a'.repeat(16), true],
  ['a'.repeat(32), true],
  [`${'a'.repeat(43)}=`, true],
  ['a'.repeat(64), false],
  ['a'.repeat(33), false],
  [`${'+/'.repeat(21)}a=`, false],
])('oauth2-proxy and %s: %s', (value, fits) => {
  expect(fitsOauth2Proxy(value)).toBe(fits);
});

it('the user of a password changes with it, to the other one of its two roles', () => {
  const policies = (more = '') =>
    `  TOKEN: { generate: password${more}, postgres: { service: db, user: LAST, roles: [x, x_2], database: shop } }\n`;
  expect(fresh(['TOKEN'], policies())[0]?.role).toEqual({ name: 'LAST', old: 'x', fresh: 'x_2' });
  expect(() => fresh(['TOKEN', 'LAST'], `${policies()}  LAST: { generate: hex }\n`)).toThrow('remove it from keys');
  expect(() => fresh(['TOKEN'], policies().replace('[x, x_2]', '[a, b]'))).toThrow('LAST is neither a nor b');
  expect(() => fresh(['TOKEN'], policies().replace('LAST', 'NONE'))).toThrow('names NONE, which is not in the file');
  expect(() => fresh(['TOKEN'], policies().replace('[x, x_2]', '[x, x]'))).toThrow('names one role twice');
  expect(() => fresh(['TOKEN'], policies().replace('generate: password', 'external: true'))).toThrow(
    'is for a password that is made here',
  );
});

it('a single role keeps its name, and needs no name in the file', () => {
  const policy = (name: string, more = '') =>
    `  ${name}: { generate: password, postgres: { service: db${more}, roles: [x], database: shop } }\n`;
  expect(fresh(['TOKEN'], policy('TOKEN'))[0]).not.toHaveProperty('role');
  expect(fresh(['TOKEN'], policy('TOKEN', ', user: LAST'))[0]).not.toHaveProperty('role');
  expect(() => fresh(['TOKEN'], policy('TOKEN', ', user: PARTNER'))).toThrow('PARTNER is not x, which the policy');
  expect(() => fresh(['TOKEN', 'LITERAL'], policy('TOKEN') + policy('LITERAL'))).toThrow(
    'x of db is the role of two of these keys',
  );
  expect(() => fresh(['TOKEN'], policy('TOKEN').replace('[x]', '[x, x_2]'))).toThrow('has two roles and no `user`');
});
