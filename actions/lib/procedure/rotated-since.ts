/** What a release that comes back has of secrets that were rotated since: values of before, and maybe a login that is closed. */
import type { CommonInputs } from '../config/inputs';
import { UserError } from '../errors';
import { whyNoLogin } from '../postgres/login';
import { readEnv } from '../secrets/dotenv';
import type { Release } from '../stack/model';
import { readFiles } from '../stack/release/files';
import { secretsIn } from '../stack/resolve/secrets';
import type { Run } from './define';

/**
 * Of the names that have a policy.
 *
 * @returns what there is to say of it; sentences with names
 * @throws {UserError} RB-SECRET-FORMER: the database refuses what its services would log in with
 */
export async function rotatedSince(run: Run<CommonInputs>, release: Release): Promise<string[]> {
  const { inputs, session, recorder } = run;
  const { runbook } = inputs;
  const { current } = session.state;
  const policies = Object.entries(runbook.secrets);
  const path = [runbook.envFile, '.env'].find((name) => name !== null && release.files[name] !== undefined);
  if (policies.length === 0 || current === null || !path || current.files[path] === release.files[path]) return [];
  const [then, now] = await Promise.all(
    [release, current].map(async (one) => {
      const files = await readFiles(session.host, session.root, one);
      const text = files.find((file) => file.path === path)?.content.toString('utf8') ?? '';
      for (const secret of secretsIn(text)) recorder.secret(secret);
      return new Map(readEnv(text).entries.map(({ name, value }) => [name, value]));
    }),
  );
  const names = [...new Set(policies.flatMap(([name, { postgres }]) => [name, ...(postgres ? [postgres.user] : [])]))];
  const former = names.filter((name) => then!.has(name) && now!.has(name) && then!.get(name) !== now!.get(name));
  for (const name of former) recorder.secret(then!.get(name)!);
  const remedy = `deploy version ${release.version}: that takes its images with the values that hold now`;
  for (const [name, { postgres }] of policies) {
    if (postgres === undefined || ![name, postgres.user].some((one) => former.includes(one))) continue;
    const { service, user, database } = postgres;
    const login = { user: then!.get(user) ?? '', password: then!.get(name) ?? '' };
    const why = await whyNoLogin(session.host, { stack: runbook.stack, service, database, ...login });
    if (why === null) continue;
    throw new UserError('RB-SECRET-FORMER', {
      what: `release ${release.id} has ${name} and ${user} of before a rotation, with which its services would not get into ${service}`,
      why,
      remedy,
    });
  }
  if (former.length === 0) return [];
  return [
    `${former.join(', ')}: back to the values of before a rotation, as release ${release.id} has them. To keep the present ones, ${remedy}.`,
  ];
}
