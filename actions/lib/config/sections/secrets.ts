/** How secrets get new values: a policy for each name of the env file. */
import { z } from 'zod';
import { keys, type Read } from './keys';
import { serviceName } from './values';

/** Characters without a special meaning in a URL, an env file, YAML and a shell. */
export const SAFE = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-';

/** Masking a shorter value in a log would mask parts of ordinary words. */
export const SHORTEST = 4;
/** The least, the largest and the default `length` of each kind of value. */
const LENGTHS = {
  password: { unit: 'characters', least: SHORTEST, most: 1024, usual: 32 },
  hex: { unit: 'characters', least: 8, most: 1024, usual: 64 },
  base64: { unit: 'bytes', least: 8, most: 1024, usual: 32 },
  'rsa-key': { unit: 'bits', least: 2048, most: 8192, usual: 2048 },
} as const;

const variableName = z
  .string()
  .regex(/^[A-Za-z_]\w{0,127}$/, 'is not a name of a variable: letters, digits and _')
  .meta({ title: 'variable' });

const databaseName = z
  .string()
  .regex(/^[A-Za-z_][\w-]{0,62}$/, 'is not a name of letters, digits, _ and -')
  .meta({ title: 'name' });

const postgres = keys({
  service: serviceName.describe('The Compose service of the server.'),
  user: variableName
    .optional()
    .describe('The name in the env file that holds the role. Required if two roles take turns.'),
  roles: z
    .array(databaseName)
    .min(1, 'has to name one role or two')
    .max(2, 'has to name one role or two')
    .refine(([one, two]) => one !== two, 'names one role twice')
    .describe(
      'The two roles that take turns: first the role that owns the existing objects, then another one, which is created. With one role alone the server gets the new password before its clients: their new logins fail until each client is recreated.',
    ),
  database: databaseName.describe('The database to which they log in.'),
}).describe(
  'The value is the password of a role of PostgreSQL. Each rotation gives the role that is not in use a new password, then gives the services this role, then closes the former role; or it changes the password of a single role.',
);

const keycloak = keys({
  service: serviceName.describe('The Compose service of Keycloak.'),
  url: z
    .string()
    .regex(
      /^https?:\/\/[\w.-]+(:\d{1,5})?(\/[\w./-]*)?$/,
      'is not like http://keycloak:8080 or https://keycloak:8443/auth',
    )
    .default('http://keycloak:8080')
    .describe(
      'Where Keycloak answers inside the stack: scheme, port and path count. Certificates are not checked there.',
    ),
  realm: z
    .string()
    .regex(/^[\w.-]+$/, 'is not a name of letters, digits, _, . and -')
    .describe('The realm of the client.'),
  client: z
    .string()
    .regex(/^[^\s/]+$/, 'has a space or a slash')
    .describe('The client ID.'),
  'admin-user': variableName.describe('The name in the env file that holds the user name of an administrator.'),
  'admin-password': variableName.describe('The name in the env file that holds his password.'),
  'admin-realm': z
    .string()
    .regex(/^[\w.-]+$/, 'is not a name of letters, digits, _, . and -')
    .default('master')
    .describe('The realm of the administrator.'),
}).describe(
  'The value is the secret of a client in a Keycloak of the stack. Keycloak gets the new value before its clients. If a client policy of the realm rotates secrets, Keycloak takes the former secret for some time, too, and no login fails; else logins by the services that have the secret fail until they are recreated.',
);

const policy = keys({
  generate: z
    .enum(['password', 'hex', 'base64', 'uuid', 'rsa-key'])
    .optional()
    .describe(
      'The kind of a new value: `password` of letters, digits, `_` and `-`; `hex`; `base64` of random bytes, with the same text in URL-safe base64; `uuid` of random bits; `rsa-key`, PEM in PKCS #8.',
    ),
  external: z
    .boolean()
    .default(false)
    .describe('The new value is made elsewhere: it comes from the input `values`, and is never generated.'),
  length: z
    .int()
    .min(SHORTEST)
    .max(8192)
    .optional()
    .describe(
      'Length of a new value, with its default: for `password` and `hex` in characters (32, 64), for `base64` in bytes before encoding (32), for `rsa-key` in bits (2048).',
    ),
  alphabet: z
    .string()
    .regex(
      /^[A-Za-z0-9_-]+$/,
      'has other characters than letters, digits, _ and -, which are safe in URLs and env files',
    )
    .refine((text) => new Set(text).size === text.length, 'has a character twice')
    .refine((text) => text.length >= 10, 'has fewer than 10 characters')
    .optional()
    .describe('For `password`: the characters that it may contain, e.g. `0123456789`.'),
  effect: z
    .string()
    .regex(/^[^\n]+$/, 'is not one line')
    .optional()
    .describe('The effect of a new value on people, shown in the plan, e.g. `everyone is logged out`.'),
  postgres: postgres.optional(),
  keycloak: keycloak.optional(),
  derived: z
    .array(variableName)
    .default([])
    .describe(
      'Names whose value is or contains a copy of this value, where that could be chance: an equal value, a short one, or a longer word around it. They are rewritten. A URL with the password in it is found without this key.',
    ),
  unrelated: z
    .array(variableName)
    .default([])
    .describe('Names whose value is equal to this value, or contains it, only by chance. They stay as they are.'),
});

const checked = policy.superRefine((read, context) => {
  const problem = (path: string, message: string): void => context.addIssue({ code: 'custom', path: [path], message });
  const { generate, external, length, alphabet } = read;
  if ((generate === undefined) !== external) {
    problem(
      'generate',
      external ? 'is set beside `external: true`: it is one or the other' : 'is missing: write it, or `external: true`',
    );
    return;
  }
  if (read.postgres !== undefined && (generate === undefined || generate === 'rsa-key'))
    problem('postgres', 'is for a password that is made here: `generate: password`');
  if (read.postgres?.roles.length === 2 && read.postgres.user === undefined)
    problem('postgres', 'has two roles and no `user`: the name in the env file that holds the one in use');
  if (read.keycloak !== undefined && (generate === undefined || generate === 'rsa-key'))
    problem('keycloak', 'is for a secret that is made here: `generate: password`');
  if (read.keycloak !== undefined && read.postgres !== undefined) problem('keycloak', 'is set beside `postgres`');
  if (alphabet !== undefined && generate !== 'password') problem('alphabet', 'is for `generate: password` only');
  if (length === undefined) return;
  if (generate === undefined || generate === 'uuid') {
    problem('length', `means nothing for ${generate === undefined ? '`external`' : '`generate: uuid`'}`);
    return;
  }
  const { unit, least, most } = LENGTHS[generate];
  if (length < least || length > most)
    problem('length', `is ${length}: of ${generate} it is ${least} to ${most} ${unit}`);
  else if (generate === 'hex' && length % 2 === 1) problem('length', `is ${length}: hex has two characters for a byte`);
  else if (generate === 'rsa-key' && length % 1024 !== 0) problem('length', `is ${length}: write 2048, 3072 or 4096`);
});

export const secrets = z
  .record(variableName, checked)
  .default({})
  .describe('How `rotate-secrets` makes new values; each secret by its name in the env file.');

export type SecretPolicy = Read<typeof checked>;

/** Names in the env file that hold the password and its role. */
export function namesOf(name: string, { postgres }: SecretPolicy): string[] {
  return postgres?.user === undefined ? [name] : [name, postgres.user];
}

/** The length of the policy, or its default. */
export function lengthOf({ generate, length }: Pick<SecretPolicy, 'generate' | 'length'>): number {
  if (generate === undefined || generate === 'uuid') return 0;
  return length ?? LENGTHS[generate].usual;
}
