/** Makes the new SOPS file of a rotation on the runner, before the host is reached. */
import { readFile } from 'node:fs/promises';
import type { SecretPolicy } from '../lib/config/sections/secrets';
import { SHORTEST } from '../lib/config/sections/secrets';
import { UserError } from '../lib/errors';
import type { Recorder } from '../lib/procedure/record';
import type { Rotated } from '../lib/secrets/derive';
import { parseEnv, writeEntry } from '../lib/secrets/dotenv';
import { effectOf, hasIssuer, mayLoseData } from '../lib/secrets/effects';
import type { Edited } from '../lib/secrets/encrypt';
import { generate } from '../lib/secrets/generate';
import { made } from '../lib/secrets/made';
import { secretsIn } from '../lib/stack/resolve/secrets';
import type { RotateSecretsInputs } from './inputs';

export interface Rotation {
  readonly rotated: readonly Rotated[];
  /** Name → names that its value is made of. */
  readonly derived: ReadonlyMap<string, readonly string[]>;
  /** The values of the file before. */
  readonly before: ReadonlyMap<string, string>;
  /** The encrypted file as the checkout has it. */
  readonly original: Buffer;
  /** With the new values. */
  readonly edited: Edited;
  /** Its effect on people; sentences with names. */
  readonly effects: readonly string[];
}

type Policies = Readonly<Record<string, SecretPolicy>>;

/** @throws {UserError} RB-INPUT-INVALID, RB-SECRET-POLICY, RB-SECRET-SHARED, and what `setValues` throws */
export async function withRotation(inputs: RotateSecretsInputs, recorder: Recorder): Promise<RotateSecretsInputs> {
  const { sops, files, keys, runbook, store } = inputs;
  const text = files.find(({ path }) => path === runbook.envFile)!.content.toString('utf8');
  const before = parseEnv(text, sops.path);
  if (store === 'pull-request') refuseProposed(keys, runbook.secrets);
  const given = parseEnv(inputs.values, 'the input values');
  for (const value of given.values()) recorder.secret(value);
  const rotated = freshValues(keys, { policies: runbook.secrets, before, given, path: sops.path });
  for (const { old, fresh } of rotated) for (const value of [old, fresh]) recorder.secret(value);
  recorder.keep(Object.keys(runbook.services));
  const { values, following, derived } = made(text, before, rotated);
  const after = [...values, ...following].map(([name, value]) => writeEntry(name, value)).join('\n');
  for (const secret of secretsIn(after)) recorder.secret(secret);
  const { setValues } = await import('../lib/secrets/encrypt');
  const original = await readFile(sops.file);
  const edited = await setValues(sops, values, { following });
  const content = Buffer.from(edited.text);
  const effects = rotated.flatMap(({ name }) => {
    const effect = effectOf(name, runbook.secrets[name]?.effect);
    return effect === null ? [] : [`${name}: ${effect}.`];
  });
  return {
    ...inputs,
    rotation: { rotated, derived, before, original, edited, effects },
    files: files.map((file) => ({ ...file, content })),
  };
}

interface Having {
  readonly policies: Policies;
  readonly before: ReadonlyMap<string, string>;
  /** The given values of external keys. */
  readonly given: ReadonlyMap<string, string>;
  readonly path: string;
}

/** Each by its policy. @throws {UserError} RB-INPUT-INVALID, RB-SECRET-POLICY */
export function freshValues(names: readonly string[], { policies, before, given, path }: Having): Rotated[] {
  const policyOf = (name: string) => (Object.hasOwn(policies, name) ? policies[name]! : undefined);
  const users = names.flatMap((name) => policyOf(name)?.postgres?.user ?? []);
  const roles = names.flatMap((name) => {
    const { service, roles: [role, other] = [] } = policyOf(name)?.postgres ?? {};
    return role === undefined || other !== undefined ? [] : [`${role} of ${service}`];
  });
  const problems = [
    ...names.flatMap((name) => problemsOf(name, policyOf(name), before, path)),
    ...names.flatMap((name) =>
      policyOf(name) === undefined ? [] : rolesProblem(name, policyOf(name)!, names, before),
    ),
    ...users
      .filter((user, at) => users.indexOf(user) !== at)
      .map((user) => `${user} is the user of two of these keys: rotate one after the other`),
    ...roles
      .filter((role, at) => roles.indexOf(role) !== at)
      .map((role) => `${role} is the role of two of these keys: one of them is a copy, declare it as \`derived\``),
  ];
  if (problems.length > 0)
    throw new UserError('RB-SECRET-POLICY', {
      what: problems.join('; '),
      remedy: 'describe each of these keys under `secrets:` of the runbook file; actions/RUNBOOK.md lists all settings',
    });
  const external = names.filter((name) => policyOf(name)!.external);
  const missing = external.filter((name) => !given.has(name));
  const more = [...given.keys()].filter((name) => !external.includes(name));
  const short = external.filter((name) => given.has(name) && [...given.get(name)!].length < SHORTEST);
  const same = external.filter((name) => given.get(name) === before.get(name));
  const wrong = [
    ...missing.map((name) => `values has no ${name}, whose policy says that its value comes from there`),
    ...more.map((name) => `values has ${name}, which is not one of keys with \`external: true\``),
    ...short.map((name) => `${name} in values has fewer than ${SHORTEST} characters, and could not be masked in logs`),
    ...(missing.length === 0 ? same.map((name) => `${name} in values equals its present value`) : []),
  ];
  if (wrong.length > 0)
    throw new UserError('RB-INPUT-INVALID', {
      what: wrong.join('; '),
      why: 'the inputs of the step and the policies in the runbook file contradict each other',
      remedy: 'correct keys and values; the value of a key that is not external is made here',
    });
  return names.map((name) => {
    const policy = policyOf(name)!;
    const { derived, unrelated, external, postgres } = policy;
    const fresh = generate(policy) ?? given.get(name)!;
    const one = { name, old: before.get(name)!, fresh, external, derived, unrelated };
    if (postgres?.user === undefined || postgres.roles.length === 1) return one;
    const old = before.get(postgres.user)!;
    return { ...one, role: { name: postgres.user, old, fresh: postgres.roles.find((role) => role !== old)! } };
  });
}

/** Until the pull request is merged, a deploy from the branch would bring back the former login, which is refused then. */
function refuseProposed(names: readonly string[], policies: Policies): void {
  const found = names.filter((name) => {
    const { postgres, keycloak } = Object.hasOwn(policies, name) ? policies[name]! : {};
    return postgres !== undefined || keycloak !== undefined;
  });
  if (found.length === 0) return;
  throw new UserError('RB-INPUT-INVALID', {
    what: `${found.join(', ')} cannot be rotated with \`store: pull-request\``,
    why: 'the server refuses the former login at the end, and a deploy before the merge would bring it back to the services',
    remedy: 'rotate it with `store: commit`',
  });
}

function rolesProblem(
  name: string,
  { postgres }: SecretPolicy,
  names: readonly string[],
  before: ReadonlyMap<string, string>,
): string[] {
  if (postgres?.user === undefined) return [];
  const { user, roles } = postgres;
  const now = before.get(user);
  if (names.includes(user)) return [`${user} is the user of ${name}, and changes with it: remove it from keys`];
  if (now === undefined) return [`the policy of ${name} names ${user}, which is not in the file`];
  if (roles.includes(now)) return [];
  const all = roles.length === 1 ? `not ${roles[0]}` : `neither ${roles.join(' nor ')}`;
  return [`${user} is ${all}, which the policy of ${name} names`];
}

function problemsOf(
  name: string,
  policy: SecretPolicy | undefined,
  before: ReadonlyMap<string, string>,
  path: string,
): string[] {
  if (!before.has(name)) return [`${name} is not in ${path}: add it with \`mode: encrypt\``];
  if (policy === undefined) return [`${name} has no policy`];
  if (mayLoseData(name, policy.effect))
    return [
      `${name} encrypts stored data, by its name: with another value the data could not be read; if it can, confirm that with its \`effect\``,
    ];
  if (hasIssuer(name) && policy.generate !== undefined && policy.keycloak === undefined && policy.effect === undefined)
    return [
      `${name} is the secret of an OAuth client, by its name, and its issuer has to have the new value, too: describe a Keycloak of the stack with \`keycloak\`, write \`external: true\` for a value that the issuer made, or confirm with its \`effect\` that no issuer has it`,
    ];
  const admins = [policy.keycloak?.adminUser, policy.keycloak?.adminPassword].filter((one) => one !== undefined);
  const lacking = admins.find((one) => !before.has(one));
  if (lacking !== undefined) return [`the policy of ${name} names ${lacking}, which is not in ${path}`];
  const unknown = [...policy.derived, ...policy.unrelated].filter((other) => !before.has(other));
  return unknown.map((other) => `the policy of ${name} names ${other}, which is not in ${path}`);
}
