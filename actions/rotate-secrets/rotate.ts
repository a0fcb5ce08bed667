/**
 * Mode rotate: new values that this run makes. The order keeps one rule: a value is stored before it is used. So the new file goes into a branch of its own first, then to the host, then into its target branch.
 */
import { createHash } from 'node:crypto';
import { UserError } from '../lib/errors';
import type { Outcome, Run } from '../lib/procedure/define';
import { describe } from '../lib/procedure/report';
import type { RepositoryFile, Words } from '../lib/procedure/repository';
import { readEnv, writeEnv } from '../lib/secrets/dotenv';
import { secretsIn } from '../lib/stack/resolve/secrets';
import { STILL_ENDING } from '../lib/steps/endings';
import { applyTo } from './apply';
import { isSingle, singlesLeft, turnsLeft, turnsOf } from './database';
import type { RotateSecretsInputs } from './inputs';
import { issuersOf, refuseIssued } from './issuer';
import { checkLeftovers, gaps } from './leftovers';
import { closeFormer, type OtherSide, singleRole, twoRoles } from './other-side';
import type { Rotation } from './rotation';
import { look, type Scene } from './scene';
import { withUsers } from './server-users';
import { refuseLeft, setBefore } from './single';

/** After these errors it is not known what the host does. */
const UNKNOWN: ReadonlySet<string> = new Set(['RB-CONNECTION-LOST', 'RB-LEASE-LOST', 'RB-TIMEOUT']);

export async function rotate(run: Run<RotateSecretsInputs>): Promise<Outcome> {
  const { inputs } = run;
  const rotation = inputs.rotation!;
  const scene = await look(run);
  run.recorder.step('Look at the repository');
  const file = await run.repository({
    token: inputs.githubToken!,
    path: inputs.sops.path,
    content: rotation.original,
    branch: inputs.branch,
    as: inputs.store,
    place: placeOf(inputs),
  });
  const differing = differences(rotation.before, scene.former);
  if (differing.length > 0) return await settle(run, scene, file, differing);
  const [before, after] = [await withUsers(run, scene.before.model), await withUsers(run, scene.after.model)];
  const turns = turnsOf(inputs, before);
  const servers = Object.fromEntries(turns.map(({ name, server }) => [name, server.service]));
  const { changed } = scene;
  const setFirst = turns.filter(isSingle).flatMap((turn) => setBefore(turn, { before, after, changed }));
  const models = { before: scene.before.model, after: scene.after.model };
  const looked = { ...scene, ...models, servers, setFirst, rotated: rotation.rotated };
  checkLeftovers(looked);
  const sides = [
    ...turns.map((turn) => (isSingle(turn) ? singleRole(run, turn) : twoRoles(run, turn))),
    ...issuersOf(run),
  ];
  const pending = await keptValues(run, file);
  if (pending !== null) {
    await refuseLeft(run, singlesLeft(inputs, before, pending));
    await refuseIssued(run, pending);
  }
  const proven: string[] = [];
  for (const side of sides) proven.push(...(await side.prove(pending?.get(side.name) ?? null)));
  let kept = false;
  let ready = false;
  const prepared: OtherSide[] = [];
  /** Unused values are removed with their file, unless a server may have a value that is stored nowhere else. */
  const unused = async (): Promise<void> => {
    let needed = false;
    for (const side of prepared) if (!(await side.undo())) needed = true;
    if (kept && !needed) await forget(run, file);
  };
  const first = async (): Promise<null> => {
    for (const side of sides) await side.takeBack();
    run.recorder.step('Store the new values');
    kept = true;
    await file.keep(rotation.edited.content, wordsOf(rotation, inputs));
    run.recorder.info(`stored in ${file.where}, encrypted; nothing uses them yet`);
    for (const side of sides) {
      prepared.push(side);
      await side.set();
    }
    ready = true;
    return null;
  };
  let outcome: Outcome;
  try {
    const notes = [...namesOf(rotation), ...proven, ...gaps(looked), ...rotation.effects];
    const content = contentOf(rotation, changed);
    const accepted = setFirst.map(({ name }) => name);
    outcome = await applyTo(run, scene, { said: 'with new values', notes, content, first, accepted });
  } catch (error) {
    // An error that is thrown from here on may come after the first change, except for a cancellation before it.
    if (!ready || (error instanceof UserError && error.code === 'RB-CANCELLED')) await unused();
    throw error;
  }
  const { report } = outcome;
  const outputs = { 'changed-names': JSON.stringify(rotation.edited.names) };
  if (report.status === 'planned') return { ...outcome, outputs };
  if (report.release !== report.previousRelease) return { ...(await finish(run, file, outcome, sides)), outputs };
  if (report.error !== null && (UNKNOWN.has(report.error.code) || report.error.why === STILL_ENDING))
    run.notes.push(
      `The new values stay in ${file.where}: run this again; the new run finds out whether the host has them.`,
    );
  else if (kept) await unused();
  return outcome;
}

/** The values that an earlier, unfinished run stored; `null`: none, or not for this key. */
async function keptValues(
  { inputs, recorder }: Run<RotateSecretsInputs>,
  { kept }: RepositoryFile,
): Promise<ReadonlyMap<string, string> | null> {
  if (kept === null) return null;
  const { valuesIn } = await import('../lib/secrets/encrypt');
  const values = await valuesIn(kept.content, inputs.sops).catch(() => null);
  for (const secret of secretsIn(writeEnv(values ?? new Map()))) recorder.secret(secret);
  return values;
}

/** Brings the applied file into the branch. */
async function finish(
  run: Run<RotateSecretsInputs>,
  file: RepositoryFile,
  outcome: Outcome,
  sides: readonly OtherSide[],
): Promise<Outcome> {
  const { inputs, recorder } = run;
  recorder.step('Finish in the repository');
  try {
    const where = await file.finish(wordsOf(inputs.rotation!, inputs, run.run));
    run.notes.push(`${where.charAt(0).toUpperCase()}${where.slice(1)}.`);
    recorder.info(where);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    const unstored = unstoredError(inputs, file, error.details.why ?? error.details.what);
    return { report: { ...outcome.report, status: 'failed', error: describe(unstored) } };
  }
  try {
    for (const side of sides) await side.finish();
    return outcome;
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return { report: { ...outcome.report, status: 'failed', error: describe(error) } };
  }
}

/** The running services have values that the file does not have: from an unfinished rotation, or changed otherwise. */
async function settle(
  run: Run<RotateSecretsInputs>,
  scene: Scene,
  file: RepositoryFile,
  differing: readonly string[],
): Promise<Outcome> {
  const { inputs, recorder } = run;
  const { path } = inputs.sops;
  const kept = await keptValues(run, file);
  if (kept === null || differences(kept, scene.former).length > 0)
    throw new UserError('RB-ROTATION-DIFFERS', {
      what: `the values of ${differing.join(', ')} in release ${scene.current.id} differ from ${path}`,
      why: 'the file was changed and not applied yet, a rotation waits for its pull request, or the stack was changed by hand',
      remedy: '`mode: apply` brings the file to the host, `mode: check` shows what differs; then rotate',
    });
  const said = `an earlier rotation of ${differing.join(', ')} runs as release ${scene.current.id}, but ${file.branch} does not have it`;
  recorder.info(said);
  if (inputs.dryRun) {
    run.notes.push(`${said.replace(/^a/, 'A')}: this run would finish that, and would not make new values.`);
    return { report: run.report('planned') };
  }
  if (!file.kept!.fits) throw unstoredError(inputs, file, `${path} of ${file.branch} was changed since`);
  recorder.step('Finish in the repository');
  const words = {
    title: `Rotate ${differing.join(', ')}`,
    body: `Applied as release ${scene.current.id}; its run did not finish.`,
  };
  let where: string;
  try {
    where = await file.finish(words);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    throw unstoredError(inputs, file, error.details.why ?? error.details.what);
  }
  if (inputs.store === 'pull-request') throw unstoredError(inputs, file, where);
  const model = await withUsers(run, scene.before.model);
  for (const turn of turnsLeft(inputs, model, differing, kept)) await closeFormer(run, turn);
  run.notes.push(
    `${said.replace(/^a/, 'A')}: this run has finished that, and made no new values. Run it again for new values.`,
  );
  return { report: run.report('succeeded') };
}

function unstoredError(
  { sops: { path } }: RotateSecretsInputs,
  { where, branch }: RepositoryFile,
  why: string,
): UserError {
  return new UserError('RB-ROTATION-UNSTORED', {
    what: `new values are in use on the host, but ${path} of ${branch} does not have them; they are in ${where}`,
    why,
    remedy: `run this again: the new run finishes without making new values; if that is not possible, bring ${path} of ${where} into ${branch} by hand. Until then do not deploy from ${branch}: that would bring the old values back`,
  });
}

async function forget({ recorder }: Run<RotateSecretsInputs>, file: RepositoryFile): Promise<void> {
  try {
    await file.forget();
  } catch (error) {
    recorder.warning(
      `${file.where} remains, with values that are not in use: remove it (${error instanceof Error ? error.message : String(error)})`,
    );
  }
}

/** Names that only one of the two has, or whose values differ. */
function differences(values: ReadonlyMap<string, string>, text: string): string[] {
  const has = new Map(readEnv(text).entries.map(({ name, value }) => [name, value]));
  const names = new Set([...has.keys(), ...values.keys()]);
  return [...names].filter((name) => has.get(name) !== values.get(name)).toSorted();
}

function namesOf({ rotated, derived }: Rotation): string[] {
  const made = [...derived].map(([name, from]) => `${name} (from ${from.join(', ')})`);
  return [
    `New values: ${rotated.map(({ name, external }) => `${name}${external ? ' (given)' : ''}`).join(', ')}.`,
    ...(made.length > 0 ? [`Rewritten with them: ${made.join(', ')}.`] : []),
  ];
}

function wordsOf(rotation: Rotation, { runbook }: RotateSecretsInputs, applied?: string): Words {
  return {
    title: `Rotate ${rotation.rotated.map(({ name }) => name).join(', ')}`,
    body: [
      ...namesOf(rotation),
      ...rotation.effects,
      applied === undefined ? `Not applied to ${runbook.stack} yet.` : `Applied to ${runbook.stack}: ${applied}`,
    ].join('\n'),
  };
}

/** The same for two runs although each makes its own values; differs if the file or a given value differs. */
function contentOf({ rotated, derived, original }: Rotation, changed: readonly string[]): string {
  const given = rotated.map(({ name, fresh, external }) => [name, external ? sha256(fresh) : null]);
  return sha256(JSON.stringify([given, [...derived], changed, sha256(original)]));
}

/** One rotation at a time of one file to one place. */
function placeOf({
  runbook: { stack, directory },
  target: { host, port, user },
  sops: { path },
}: RotateSecretsInputs): string {
  return `rotate-${stack}-${sha256(JSON.stringify([host, port, user, directory, path])).slice(0, 12)}`;
}

function sha256(content: string | Buffer): string {
  return createHash('sha256').update(content).digest('hex');
}
