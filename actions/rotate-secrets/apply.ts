/**
 * Mode apply: the current release with another env file. Its Compose files and images stay those of the release, so that nothing else of the repository is deployed, and only services that the env file changes are recreated.
 */
import { change, type Target } from '../lib/procedure/change';
import type { Outcome, Run } from '../lib/procedure/define';
import { checkFirstStarts } from '../lib/procedure/first-start';
import { releaseWith } from '../lib/procedure/other-env';
import { firstStarts } from '../lib/stack/plan/first-start';
import { packDelivery } from '../lib/stack/release/delivery';
import type { RotateSecretsInputs } from './inputs';
import { look, type Scene, variablesThatDiffer } from './scene';

export async function apply(run: Run<RotateSecretsInputs>): Promise<Outcome> {
  return await applyTo(run, await look(run));
}

/** Additions of a rotation. */
interface More extends Pick<Target, 'content' | 'first'> {
  readonly said: string;
  readonly notes: readonly string[];
  /** Variables that a server reads only at its first start, and that it is given beforehand. */
  readonly accepted: readonly string[];
}

/** @throws {UserError} for what speaks against the plan; nothing was changed by it then */
export async function applyTo(run: Run<RotateSecretsInputs>, scene: Scene, more?: More): Promise<Outcome> {
  const { inputs, recorder, session } = run;
  const { state } = session;
  const { current, runbook, envFile, before, after, changed, ask } = scene;
  const found = firstStarts(before.model, after.model, changed);
  const accepted = [...inputs.firstStart, ...(more?.accepted ?? [])];
  await checkFirstStarts({ host: session.host, stack: runbook.stack, found, accepted }, recorder);
  const resolved = await ask(changed);
  if (resolved.staging !== null) run.discard(resolved.staging);
  for (const warning of resolved.warnings) recorder.warning(warning);
  const { release, compose, sharedFiles } = releaseWith(run, resolved, runbook, state);
  const archive = await packDelivery({
    release,
    compose,
    sharedFiles,
    filesList: resolved.filesList,
    logins: [],
    adopted: null,
  });
  const notes = [...(more?.notes ?? []), ...notesOf(changed, { before, after, current })];
  for (const note of notes) recorder.info(note);
  return await change(
    run,
    state,
    {
      release,
      notes,
      migrate: true,
      procedure: 'rotate-secrets',
      delivery: { archive, staging: resolved.staging ?? '', pull: [], adopts: false },
      envFile: `env file: ${envFile} from ${inputs.sops.path}, ${more?.said ?? 'decrypted'}; everything else as release ${current.id} has it`,
      ...(more?.content === undefined ? {} : { content: more.content }),
      ...(more?.first === undefined ? {} : { first: more.first }),
    },
    runbook,
  );
}

/** Names only. */
function notesOf(
  changed: readonly string[],
  { before, after, current }: Pick<Scene, 'before' | 'after' | 'current'>,
): string[] {
  const made = changed.map((service) => {
    const names = variablesThatDiffer(before.model, after.model, service);
    return `${service}: ${names.length > 0 ? names.join(', ') : 'values of the env file in its definition'}`;
  });
  const older = changed.filter((name) => {
    const service = current.services[name];
    return service?.adjusted === undefined && before.services[name]?.definition !== service?.definition;
  });
  return [
    made.length > 0 ? `Changed values: ${made.join('; ')}.` : 'This env file does not change a value of any service.',
    ...(older.length > 0
      ? [
          `${older.join(', ')}: more than the env file may change, since the running containers were not made from the files of release ${current.id} by the present Compose of the host.`,
        ]
      : []),
  ];
}
