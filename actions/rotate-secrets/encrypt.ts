/** Mode encrypt: writes other values into the SOPS file of the checkout, for a later step of the job to commit. */
import type { Outcome, Run } from '../lib/procedure/define';
import type { Recorder } from '../lib/procedure/record';
import { parseEnv } from '../lib/secrets/dotenv';
import { firstStarts } from '../lib/stack/plan/first-start';
import { secretsIn } from '../lib/stack/resolve/secrets';
import type { RotateSecretsInputs } from './inputs';
import { replaceFile } from './replace-file';
import { look } from './scene';

/** The env file with its new values; nothing is written yet. */
export async function withValues(inputs: RotateSecretsInputs, recorder: Recorder): Promise<RotateSecretsInputs> {
  const { values, sops, files } = inputs;
  for (const secret of secretsIn(values)) recorder.secret(secret);
  const { setValues } = await import('../lib/secrets/encrypt');
  const edited = await setValues(sops, parseEnv(values, 'the input values'));
  const content = Buffer.from(edited.text);
  return { ...inputs, edited, files: files.map((file) => ({ ...file, content })) };
}

/** Writes the file only if the current release can use it. */
export async function encrypt(run: Run<RotateSecretsInputs>): Promise<Outcome> {
  const { inputs, recorder } = run;
  const { sops, edited, writes } = inputs;
  const { current, before, after, changed } = await look(run);
  recorder.step('Write the file');
  const { names, content } = edited!;
  const outputs = { 'changed-names': JSON.stringify(names) };
  const said = names.length === 0 ? `${sops.path} has these values already.` : `${sops.path}: ${names.join(', ')}.`;
  run.notes.push(
    said,
    `\`mode: apply\` would recreate ${changed.join(', ') || 'no service'} of release ${current.id}.`,
    ...firstStarts(before.model, after.model, changed).map(
      (one) =>
        `${one.service} reads ${one.names.join(', ')} only at its first start: change it there before you apply.`,
    ),
  );
  for (const note of run.notes) recorder.info(note);
  if (names.length === 0) return { report: run.report('unchanged'), outputs };
  if (!writes) return { report: run.report('planned'), outputs };
  await replaceFile(sops.file, content);
  return { report: run.report('succeeded'), outputs };
}
