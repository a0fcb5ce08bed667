/**
 * A release that is brought back with the present secrets: rotated secrets keep their present values, everything else
 * goes back.
 */
import type { CommonInputs } from '../config/inputs';
import type { Runbook } from '../config/runbook';
import { namesOf } from '../config/sections/secrets';
import { UserError } from '../errors';
import { whyNoLogin } from '../postgres/login';
import { readEnv } from '../secrets/dotenv';
import { type Kept, keepRotated } from '../secrets/keep';
import type { Delivery } from '../stack/apply/apply';
import type { Release } from '../stack/model';
import { packDelivery } from '../stack/release/delivery';
import { readFiles } from '../stack/release/files';
import { secretsIn } from '../stack/resolve/secrets';
import type { Run } from './define';
import { envFileIn, otherEnv, releaseWith } from './other-env';

export interface Comeback {
  readonly release: Release;
  /** `null`: the host has everything that the release needs. */
  readonly delivery: Delivery | null;
  readonly runbook: Runbook;
  /** Sentences with names. */
  readonly notes: readonly string[];
  /** Where its env file comes from; `null`: it is the release's own. */
  readonly envFile: string | null;
}

/**
 * For the names that have a policy in the runbook.
 *
 * @throws {UserError} RB-SECRET-FORMER: a former login would come back that is refused now, or may be; and what
 *   `resolve` throws
 */
export async function withPresentSecrets(run: Run<CommonInputs>, release: Release): Promise<Comeback> {
  const { inputs, session, recorder } = run;
  const { state, host, root } = session;
  const { current } = state;
  const as = { release, delivery: null, runbook: inputs.runbook, notes: [], envFile: null };
  const path = envFileIn(release, inputs.runbook);
  if (Object.keys(inputs.runbook.secrets).length === 0 || current === null || path === null) return as;
  const nowPath = envFileIn(current, inputs.runbook);
  if (nowPath === null || current.files[nowPath] === release.files[path]) return as;
  recorder.step('Compare the secrets');
  const [there, running] = await Promise.all([release, current].map((one) => readFiles(host, root, one)));
  const textOf = (files = there, of: string): string =>
    files?.find((file) => file.path === of)?.content.toString('utf8') ?? '';
  const [then, now] = [textOf(there, path), textOf(running, nowPath)];
  const kept = keepRotated(then, now, inputs.runbook.secrets);
  for (const text of [then, now, kept.text]) for (const secret of secretsIn(text)) recorder.secret(secret);
  refuseDoubts(kept, release);
  await requireLogins(run, release, kept.text, now);
  const notes = saidOf(kept, release);
  if (kept.kept.size === 0) return { ...as, notes };
  const runbook = { ...inputs.runbook, envFile: path };
  requireSameFiles(release, runbook, kept);
  const { changed, ask } = await otherEnv(run, { release, runbook, there: there!, text: kept.text });
  const resolved = await ask(changed);
  if (resolved.staging !== null) run.discard(resolved.staging);
  for (const warning of resolved.warnings) recorder.warning(warning);
  const next = releaseWith(run, resolved, runbook, { ...state, current: release });
  const made = { ...next.release, back: release.back ?? release.id };
  const { compose, sharedFiles } = next;
  const archive = await packDelivery({
    release: made,
    compose,
    sharedFiles,
    filesList: resolved.filesList,
    logins: [],
    adopted: null,
  });
  const delivery = { archive, staging: resolved.staging ?? '', pull: [], adopts: false };
  const envFile = `env file: ${path} as release ${release.id} has it, with the present values of the secrets that were rotated since`;
  return { release: made, delivery, runbook, notes, envFile };
}

function refuseDoubts({ unsure, locked }: Kept, release: Release): void {
  if (unsure.length > 0)
    throw former(
      release,
      `secrets were changed since release ${release.id}, and its env file or the present one has lines that not every program reads alike`,
      unsure.join('; '),
    );
  if (locked.length > 0)
    throw former(
      release,
      `release ${release.id} has a database login from before a rotation in a place where it cannot be replaced`,
      locked.join('; '),
    );
}

/** Refuses logins of the release that differ from the present ones and that the server does not take. */
async function requireLogins(
  { inputs, session }: Run<CommonInputs>,
  release: Release,
  text: string,
  now: string,
): Promise<void> {
  const [has, running] = [text, now].map(
    (one) => new Map(readEnv(one).entries.map(({ name, value }) => [name, value])),
  );
  for (const [name, policy] of Object.entries(inputs.runbook.secrets)) {
    const { postgres } = policy;
    const names = namesOf(name, policy);
    if (postgres === undefined || names.some((one) => !has!.has(one))) continue;
    if (names.every((one) => has!.get(one) === running!.get(one))) continue;
    const { service, user, roles, database } = postgres;
    const login = { user: user === undefined ? roles[0]! : has!.get(user)!, password: has!.get(name)! };
    const why = await whyNoLogin(session.host, { stack: inputs.runbook.stack, service, database, ...login });
    if (why === null) continue;
    throw former(
      release,
      `release ${release.id} has ${names.join(' and ')} from before a rotation, and ${service} would refuse its services' logins`,
      why,
    );
  }
}

function requireSameFiles(release: Release, { compose }: Runbook, { kept }: Kept): void {
  const missing = compose.filter((file) => release.files[file] === undefined);
  if (missing.length === 0) return;
  throw former(
    release,
    `release ${release.id} was not made of ${missing.join(', ')}, so that the present ${[...kept.keys()].join(', ')} cannot be put into it`,
    'runbook.yml names other Compose files than it did when that release was deployed',
  );
}

function former({ version }: Release, what: string, why: string): UserError {
  return new UserError('RB-SECRET-FORMER', {
    what,
    why,
    remedy: `deploy version ${version}: that takes its images with the present values; or take the key out of \`secrets\` of the runbook file, then it goes back to the value that the release had`,
  });
}

function saidOf({ kept, back, gone, doubts }: Kept, { id }: Release): string[] {
  const names = [...kept].map(([name, of]) => (of.length > 0 ? `${name} (from ${of.join(', ')})` : name));
  return [
    ...(names.length > 0
      ? [`Rotated since release ${id}, and kept at their present values: ${names.join(', ')}.`]
      : []),
    ...(back.length > 0 ? [`Back to the values that release ${id} has: ${back.join(', ')}.`] : []),
    ...(gone.length > 0 ? [`Not in the env file of release ${id}: ${gone.join(', ')}.`] : []),
    ...(doubts.length > 0
      ? [`Back to the values of release ${id}, though they may hold a former secret: ${doubts.join('; ')}.`]
      : []),
  ];
}
