/** Asks GitHub about the commit of a pushed tag: which branch has it, and whether its checks have passed. */
import { setTimeout as sleep } from 'node:timers/promises';
import { context, getOctokit } from '@actions/github';
import { UserError } from '../errors';
import type { CommitWishes } from '../procedure/pushed';
import { requireGoing } from '../steps/endings';
import {
  checkSaid,
  matchesBranch,
  type Required,
  requiredByProtection,
  requiredByRules,
  type Said,
  type Standing,
  standingOf,
  statusSaid,
  union,
} from './checks';

type Octokit = ReturnType<typeof getOctokit>;

/** Milliseconds between two questions: the token of a job has 1000 requests an hour. */
const PAUSE = 20_000;
/** Questions in a row that may fail. */
const FAILURES = 5;
/** Milliseconds for one request. */
const TIMEOUT = 20_000;

interface Request extends CommitWishes {
  readonly tag: string;
  readonly commit: string;
  /** Milliseconds between two questions; shorter in tests. */
  readonly pause?: number;
}

/** @see PushedTag */
export async function requireCommit(request: Request): Promise<readonly string[]> {
  const octokit = getOctokit(request.token);
  const branch = await branchWith(octokit, request);
  request.say(`commit ${short(request.commit)} of ${request.tag} is on the branch ${branch}`);
  const { required, notes } = await requiredOn(octokit, branch, request);
  if (required.length === 0) {
    if (notes.length === 0) request.say(`the branch ${branch} requires no checks`);
    return notes;
  }
  await passed(octokit, required, branch, request);
  request.say(`all required checks have passed: ${namesOf(required)}`);
  return notes;
}

/** @throws {UserError} RB-COMMIT-ELSEWHERE */
async function branchWith(octokit: Octokit, request: Request): Promise<string> {
  const branches = await candidates(octokit, request);
  for (const { name, head } of branches) {
    // A tag may have the branch's name, so the branch's name does not say which commit is compared.
    const basehead = `${head}...${request.commit}`;
    const { status } = await asked(request, `whether the branch ${name} has the commit`, 'contents: read', (options) =>
      octokit.rest.repos.compareCommitsWithBasehead({ ...context.repo, ...options, basehead, per_page: 1 }),
    );
    if (status === 'behind' || status === 'identical') return name;
  }
  const where =
    request.branches === null
      ? `the default branch ${branches.map(({ name }) => name).join()}`
      : `any branch that release-branches of runbook.yml names (${request.branches.join(', ')})`;
  throw new UserError('RB-COMMIT-ELSEWHERE', {
    what: `the commit ${short(request.commit)} of the tag ${request.tag} is not on ${where}`,
    why:
      branches.length === 0
        ? 'the repository has no branch of such a name'
        : 'the tag was set on another branch, or before the branch was pushed or merged',
    remedy:
      'set the tag on a commit of that branch; name the branches that releases come from in runbook.yml, as `release-branches: [main, "release/*"]`; or start the workflow by hand with this version, which asks for no branch',
  });
}

interface Branch {
  readonly name: string;
  /** Its newest commit. */
  readonly head: string;
}

async function candidates(octokit: Octokit, request: Request): Promise<readonly Branch[]> {
  const { branches } = request;
  if (branches === null) {
    const told = (context.payload.repository as { default_branch?: string } | undefined)?.default_branch;
    const name =
      told ||
      (
        await asked(request, 'which branch is the default', 'contents: read', (options) =>
          octokit.rest.repos.get({ ...context.repo, ...options }),
        )
      ).default_branch;
    const { object } = await asked(request, `which commit the branch ${name} has`, 'contents: read', (options) =>
      octokit.rest.git.getRef({ ...context.repo, ...options, ref: `heads/${name}` }),
    );
    return [{ name, head: object.sha }];
  }
  const all = await asked(request, 'which branches there are', 'contents: read', async (options) => ({
    data: await octokit.paginate(octokit.rest.repos.listBranches, { ...context.repo, ...options, per_page: 100 }),
  }));
  const found = all.filter(({ name }) => branches.some((one) => matchesBranch(one, name)));
  // The newest release branch is the most likely one.
  return found
    .sort((a, b) => b.name.localeCompare(a.name, 'en', { numeric: true }))
    .map(({ name, commit }) => ({ name, head: commit.sha }));
}

/**
 * Checks that the branch requires. If GitHub does not tell them all, a note says so, instead of taking them for none.
 */
async function requiredOn(
  octokit: Octokit,
  branch: string,
  request: Request,
): Promise<{ required: readonly Required[]; notes: readonly string[] }> {
  if (request.checks !== null) return { required: request.checks.map((name) => ({ name, app: null })), notes: [] };
  const where = { ...context.repo, branch };
  const untold: string[] = [];
  const told = async <T>(ask: () => Promise<T>): Promise<T | null> => {
    try {
      return await ask();
    } catch (error) {
      if (!(error instanceof Untold)) throw error;
      untold.push(error.message);
      return null;
    }
  };
  const protection = await told(async () => {
    const found = await asked(request, '', null, (options) => octokit.rest.repos.getBranch({ ...where, ...options }));
    const required = requiredByProtection(found as Parameters<typeof requiredByProtection>[0]);
    if (required === null) throw new Untold('the branch is protected, and the answer does not say how');
    return required;
  });
  const rules = await told(async () => {
    const found = await asked(request, '', null, async (options) => ({
      data: await octokit.paginate(octokit.rest.repos.getBranchRules, { ...where, ...options, per_page: 100 }),
    }));
    return requiredByRules(found as Parameters<typeof requiredByRules>[0]);
  });
  const required = union(protection ?? [], rules ?? []);
  const rest = required.length === 0 ? 'no check was waited for' : `only these were waited for: ${namesOf(required)}`;
  const notes = untold.map(
    (why) =>
      `Which checks the branch ${branch} requires, GitHub does not tell this run in full (${why}): ${rest}. Name them in runbook.yml, as \`release-checks: [NAME]\`, or \`[]\` for none.`,
  );
  return { required, notes: [...new Set(notes)] };
}

/** @throws {UserError} RB-COMMIT-UNCHECKED */
async function passed(octokit: Octokit, required: readonly Required[], branch: string, request: Request) {
  const { timeout, signal, say, pause = PAUSE } = request;
  const since = performance.now();
  const bots = new Map<string, number | null>();
  for (let told = ''; ; ) {
    const standing = standingOf(required, await saidOf(octokit, request, required, bots));
    if (standing.failed.length > 0) throw failed(standing, branch, request);
    if (standing.waiting.length + standing.absent.length === 0) return;
    const left = timeout * 1000 - (performance.now() - since);
    if (left <= 0) throw late(standing, branch, request);
    const text = `${standing.passed.length} of ${required.length} required checks have passed; ${openOf(standing)}; waiting up to ${Math.ceil(left / 60_000)} min`;
    if (text !== told) say(text);
    told = text;
    await sleep(Math.min(pause, left), undefined, { signal }).catch(() => undefined);
    requireGoing(signal);
  }
}

/** @param bots numbers of the apps that set statuses, by login; new ones are added to it */
async function saidOf(
  octokit: Octokit,
  request: Request,
  required: readonly Required[],
  bots: Map<string, number | null>,
): Promise<readonly Said[]> {
  const where = { ...context.repo, ref: request.commit, per_page: 100 };
  const runs = await asked(request, 'how the checks of the commit stand', 'checks: read', async (options) => ({
    data: await octokit.paginate(octokit.rest.checks.listForRef, { ...where, ...options, filter: 'all' as const }),
  }));
  const statuses = await asked(request, 'which statuses the commit has', 'statuses: read', async (options) => ({
    data: await octokit.paginate(octokit.rest.repos.listCommitStatusesForRef, { ...where, ...options }),
  }));
  const run = process.env.GITHUB_RUN_ID;
  const said: Said[] = runs.flatMap((one) => checkSaid(one, run) ?? []);
  const byApp = new Set(required.filter(({ app }) => app !== null).map(({ name }) => name));
  for (const status of statuses) {
    const bot = byApp.has(status.context) && status.creator?.type === 'Bot' ? status.creator.login : null;
    if (bot !== null && !bots.has(bot)) bots.set(bot, await appOf(octokit, bot));
    said.push(statusSaid(status, bot === null ? null : (bots.get(bot) ?? null)));
  }
  return said;
}

/** The number of an app; a status names only the app's user. @returns `null`: not known */
async function appOf(octokit: Octokit, login: string): Promise<number | null> {
  try {
    const { data } = await octokit.rest.apps.getBySlug({ app_slug: login.replace(/\[bot\]$/, '') });
    return data?.id ?? null;
  } catch {
    return null;
  }
}

/** An answer that GitHub refuses to give. */
class Untold extends Error {}

/**
 * Asks again where GitHub or the connection to it failed.
 *
 * @param permission the permission that the job lacks if GitHub refuses; `null`: then an {@link Untold} is thrown
 * @throws {UserError} RB-COMMIT-UNKNOWN
 */
async function asked<T>(
  { signal, pause = PAUSE, tag }: Request,
  what: string,
  permission: string | null,
  call: (options: { request: { signal: AbortSignal } }) => Promise<{ data: T }>,
): Promise<T> {
  for (let failures = 1; ; failures += 1) {
    try {
      return (await call({ request: { signal: AbortSignal.timeout(TIMEOUT) } })).data;
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      const status = error instanceof Error && 'status' in error ? Number(error.status) : 500;
      const refuses = status < 500 && status !== 429 && !/rate limit/i.test(why);
      if (permission === null && refuses) throw new Untold(`HTTP ${status}: ${why.split(' - http')[0]}`);
      if (refuses || failures === FAILURES)
        throw new UserError('RB-COMMIT-UNKNOWN', {
          what: `GitHub did not say ${what || 'which checks are required'} (tag ${tag})`,
          why,
          remedy: refuses
            ? `give the job \`permissions: ${permission ?? 'contents: read'}\`, with github-token; or start the workflow by hand with this version, which asks for no checks`
            : 'run it again once GitHub answers; or start the workflow by hand with this version, which asks for no checks',
        });
      await sleep(pause, undefined, { signal }).catch(() => undefined);
      requireGoing(signal);
    }
  }
}

function failed(standing: Standing, branch: string, { commit, tag }: Request): UserError {
  return new UserError('RB-COMMIT-UNCHECKED', {
    what: `${standing.failed.map(({ name, word }) => `${name} (${word})`).join(', ')} of the commit ${short(commit)} of ${tag} did not pass, and the branch ${branch} requires it`,
    why: standing.failed.map(({ url }) => url ?? 'no link').join(' '),
    remedy:
      'see the link; once the check has passed, run this again. Started by hand with this version, the workflow asks for no checks',
  });
}

function late(standing: Standing, branch: string, { commit, tag, timeout }: Request): UserError {
  const absent = standing.absent.length > 0;
  return new UserError('RB-COMMIT-UNCHECKED', {
    what: `after ${timeout} s the checks that the branch ${branch} requires have not all passed for the commit ${short(commit)} of ${tag}: ${openOf(standing)}`,
    why: absent
      ? 'what has not begun may run for pull requests alone, and not for the commit that their merge makes'
      : `it takes longer: ${standing.waiting.map(({ url }) => url ?? 'no link').join(' ')}`,
    remedy: `${absent ? 'let its workflow run on pushes to that branch, too, or name what is to be waited for in runbook.yml, as `release-checks: [NAME]`; ' : ''}wait longer with checks-timeout, or run this again once they have passed`,
  });
}

function openOf({ waiting, absent }: Standing): string {
  const parts = [
    ...waiting.map(({ name, word }) => `${name} is ${word}`),
    ...(absent.length === 0 ? [] : [`${namesOf(absent)} ${absent.length === 1 ? 'has' : 'have'} not begun`]),
  ];
  return parts.join(', ');
}

function namesOf(required: readonly Required[]): string {
  return required.map(({ name }) => name).join(', ');
}

function short(commit: string): string {
  return commit.slice(0, 7);
}
