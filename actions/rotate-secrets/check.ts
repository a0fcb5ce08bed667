/**
 * Mode check: whether the file can be applied to the current release, who can read it, which values are unused, and how old each value is. Decryption, MAC and missing variables are checked before this.
 */

import { readFileSync } from 'node:fs';
import { UserError } from '../lib/errors';
import type { Outcome, Run } from '../lib/procedure/define';
import { describe } from '../lib/procedure/report';
import { agesOf } from '../lib/secrets/ages';
import { parseEnv, readEnv } from '../lib/secrets/dotenv';
import { recipientProblems } from '../lib/secrets/recipients';
import { namesInClear, otherKeysIn, readSopsFile } from '../lib/secrets/sops-file';
import { firstStarts } from '../lib/stack/plan/first-start';
import type { RotateSecretsInputs } from './inputs';
import { look, type Scene } from './scene';
import { usersOf } from './users';

export async function check(run: Run<RotateSecretsInputs>): Promise<Outcome> {
  const { inputs, recorder } = run;
  const { sops, workspace } = inputs;
  const scene = await look(run);
  const { current, given, before, after, changed } = scene;
  recorder.step('Check the secrets');
  const values = parseEnv(given, sops.path);
  const text = readFileSync(sops.file, 'utf8');
  const file = readSopsFile(text, sops.path);
  const { recipients } = file;
  const others = otherKeysIn(text, file);
  const clear = namesInClear(text, file);
  const problems = [
    ...recipientProblems(sops.file, workspace, recipients, others),
    ...openSecrets(clear, Object.keys(inputs.runbook.secrets)),
    ...openFile(clear, values),
  ];
  const ages = await agesOf(sops.file);
  const used = { compose: scene.compose, model: after.model, env: given, values };
  const rows = [...values.keys()].map((name) => {
    const age = 'known' in ages ? (ages.known.get(name) ?? 'not committed') : 'unknown';
    return [name, age, usersOf(name, used).join(', ') || 'nobody'];
  });
  for (const [name, age, by] of rows) recorder.info(`${name}: changed ${age}, used by ${by}`);
  const unused = rows.filter(([, , by]) => by === 'nobody').map(([name]) => name);
  const differing = differencesTo(scene, values);
  const first = firstStarts(before.model, after.model, changed);
  run.notes.push(
    `${sops.path} can be read by ${[...recipients, ...others.map(({ title }) => title)].join(', ')}.`,
    ...(clear.length > 0 ? [`In clear text in ${sops.path}: ${clear.join(', ')}.`] : []),
    ...('unknown' in ages ? [`The ages of the values are not known: ${ages.unknown}.`] : []),
    ...(unused.length > 0 ? [`Not used by release ${current.id}: ${unused.join(', ')}.`] : []),
    ...(differing.length > 0
      ? [
          `Release ${current.id} has other values of ${differing.join(', ')}: \`mode: apply\` would recreate ${changed.join(', ') || 'no service'}.`,
        ]
      : [`Release ${current.id} has these values.`]),
    ...first.map(
      ({ service, names }) =>
        `${service} reads ${names.join(', ')} only at its first start: change it there before you apply.`,
    ),
  );
  for (const note of run.notes) recorder.info(note);
  const blocks = [
    {
      kind: 'table' as const,
      head: ['name', 'changed', 'used by'],
      rows: rows.map(([name = '', age = '', by = '']) => [{ code: name }, age, by]),
    },
  ];
  if (problems.length === 0) return { report: run.report('unchanged', { blocks }) };
  const error = new UserError('RB-SECRETS-CHECK', {
    what: `${sops.path}: ${problems.join('; ')}`,
    remedy: 'follow the advice at each of them; then commit the file',
  });
  return { report: run.report('failed', { blocks, error: describe(error) }) };
}

/** @returns a sentence if the rule of a file leaves out every value, so that SOPS has encrypted none */
export function openFile(clear: readonly string[], values: ReadonlyMap<string, string>): string[] {
  const hidden = [...values].some(([name, value]) => value !== '' && !clear.includes(name));
  return hidden || clear.length === 0
    ? []
    : [
        'no value in it is encrypted: correct the rule in .sops.yaml, encrypt the file again, and replace those values that are secrets',
      ];
}

/** @param secrets names with a policy @returns a sentence if the file shows the value of one to everybody */
export function openSecrets(clear: readonly string[], secrets: readonly string[]): string[] {
  const open = clear.filter((name) => secrets.includes(name));
  if (open.length === 0) return [];
  return [
    `${open.join(', ')} ${open.length === 1 ? 'stands' : 'stand'} in it in clear text: correct the rule in .sops.yaml (encrypted_regex, unencrypted_regex, encrypted_suffix, unencrypted_suffix), encrypt the file again, and replace the values`,
  ];
}

/** Names whose value differs in the release, or that only one of the two has. */
function differencesTo({ former }: Scene, values: ReadonlyMap<string, string>): string[] {
  const has = new Map(readEnv(former).entries.map(({ name, value }) => [name, value]));
  const names = new Set([...has.keys(), ...values.keys()]);
  return [...names].filter((name) => has.get(name) !== values.get(name)).toSorted();
}
