/** Mode rekey: encrypts the SOPS file of the checkout for the recipients in `.sops.yaml`, for a later step of the job to commit. */
import type { Outcome, Run } from '../lib/procedure/define';
import type { Recorder } from '../lib/procedure/record';
import type { RotateSecretsInputs } from './inputs';
import { replaceFile } from './replace-file';

/** Nothing is written yet. */
export async function withNewKey(inputs: RotateSecretsInputs, recorder: Recorder): Promise<RotateSecretsInputs> {
  const { rekey } = await import('../lib/secrets/rekey');
  const rekeyed = await rekey(inputs.sops, inputs.workspace);
  recorder.info(`${inputs.sops.path} is encrypted anew, and decrypts to the same values: compared name by name`);
  return { ...inputs, rekeyed };
}

/** The values do not change: the host is not asked about them. */
export async function rekey(run: Run<RotateSecretsInputs>): Promise<Outcome> {
  const { inputs, recorder } = run;
  const { sops, rekeyed, writes } = inputs;
  const { content, recipients, added, removed } = rekeyed!;
  recorder.step('Write the file');
  run.notes.push(
    `${sops.path} has a new data key, and can be read by ${recipients.join(', ')}.`,
    ...(added.length > 0 ? [`New recipients: ${added.join(', ')}.`] : []),
    ...(removed.length > 0
      ? [
          `Removed recipients: ${removed.join(', ')}. Their keys could read the values, and can still read every older version: replace the values (\`mode: rotate\`).`,
        ]
      : []),
    `Older versions in the history of the repository, its clones and its backups stay readable for their former recipients.`,
  );
  for (const note of run.notes) recorder.info(note);
  const outputs = { 'changed-names': '[]' };
  if (!writes) return { report: run.report('planned'), outputs };
  await replaceFile(sops.file, content);
  return { report: run.report('succeeded'), outputs };
}
