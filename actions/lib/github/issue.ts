/** An issue in the user's repository that is open while a scheduled procedure fails. */
import { createHash } from 'node:crypto';
import { UserError } from '../errors';
import type { Log } from './log';
import { runUrl } from './run';

interface FailureIssue {
  /** Opens the issue, or adds a comment if it is open. Never rejects. @param stack name, if it is known */
  failed(title: string, error: unknown, stack?: string): Promise<void>;
  /** Closes the issue if it is open. Never rejects. */
  succeeded(title: string): Promise<void>;
}

interface Watching {
  readonly githubToken: string | null;
  readonly reportFailures: boolean;
  readonly dryRun: boolean;
  /** Distinguishes the stacks and places of one repository, e.g. by the address of the host; it is never shown. */
  readonly place?: string;
}

type Octokit = ReturnType<typeof import('@actions/github').getOctokit>;

export const LABEL = 'runbook-actions';

/** Milliseconds for all calls about one issue; a GitHub that does not answer must not hold the run up. */
const TIMEOUT = 20_000;

/** Reads the raw inputs, so that unreadable inputs and runbook files are reported, too. */
export function watchingOf(get: (name: string) => string | undefined): Watching {
  const text = (name: string): string => (get(name) ?? '').trim();
  return {
    githubToken: text('github-token') || null,
    reportFailures: text('report-failures').toLowerCase() === 'true',
    dryRun: text('dry-run').toLowerCase() === 'true',
    place: [text('ssh-host'), text('ssh-port'), text('ssh-jump'), text('config')].join(' '),
  };
}

/** Does nothing without a token, or where the inputs do not ask for an issue. */
export function failureIssue(
  { githubToken, reportFailures, dryRun, place = '' }: Watching,
  log: Pick<Log, 'warning' | 'secret' | 'masked'>,
): FailureIssue {
  const quietly = async (work: (token: string) => Promise<void>): Promise<void> => {
    if (githubToken === null || !reportFailures || dryRun) return;
    log.secret(githubToken);
    try {
      await work(githubToken);
    } catch (error) {
      // The job itself is red or green already.
      log.warning(`the issue could not be written: ${error instanceof Error ? error.message : String(error)}`);
    }
  };
  return {
    failed: (title, error, stack) =>
      quietly(async (token) => {
        const marker = markerOf(title, place);
        const { issues, where, open } = await findIssue(token, marker);
        // Without the host's log: more people may read an issue than a run.
        const said =
          error instanceof UserError
            ? `\`${error.code}\`: ${harmless(log.masked(error.details.what))}`
            : 'An unexpected error.';
        const body = `${said}\n\n${runUrl()}`;
        if (open !== null) await issues.createComment({ ...where, issue_number: open, body });
        else
          await issues.create({
            ...where,
            title: `${title}${stack === undefined ? '' : ` of ${stack}`} fails`,
            body: `${body}\n\n${marker}`,
            labels: [LABEL],
          });
      }),
    succeeded: (title) =>
      quietly(async (token) => {
        const { issues, where, open } = await findIssue(token, markerOf(title, place));
        if (open === null) return;
        await issues.createComment({ ...where, issue_number: open, body: `It works again: ${runUrl()}` });
        await issues.update({ ...where, issue_number: open, state: 'closed' });
      }),
  };
}

/**
 * A mark hidden in the issue's text. It is a hash, because a host's address may be a secret, and many people read
 * issues.
 */
export function markerOf(title: string, place: string): string {
  return `<!-- runbook-actions ${title} ${createHash('sha256').update(place).digest('hex').slice(0, 16)} -->`;
}

/** What people wrote must not mention anybody, or contain an HTML comment that looks like an issue's mark. */
export function harmless(text: string): string {
  return text.replace(/</g, '&lt;').replace(/@/g, '@\u200b');
}

/** Limits the time of all calls together: `paginate` passes no signal on. @param milliseconds from now on */
export function endsAfter(octokit: Pick<Octokit, 'hook'>, milliseconds = TIMEOUT): void {
  const signal = AbortSignal.timeout(milliseconds);
  octokit.hook.before('request', (options) => {
    options.request = { ...options.request, signal };
  });
}

/** @param timeout milliseconds for this call and the following ones */
export async function findIssue(token: string, marker: string, timeout = TIMEOUT) {
  // Loaded only when needed: it is the largest part of the bundle.
  const { context, getOctokit } = await import('@actions/github');
  const octokit = getOctokit(token);
  const { issues } = octokit.rest;
  endsAfter(octokit, timeout);
  const where = context.repo;
  const all = await octokit.paginate(issues.listForRepo, { ...where, state: 'open', labels: LABEL, per_page: 100 });
  return { issues, where, open: all.find(({ body }) => body?.includes(marker) === true)?.number ?? null };
}
