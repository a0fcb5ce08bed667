/** An issue in the user's repository while something that runs by schedule fails. */
import { UserError } from '../errors';
import type { Log } from './log';
import { runUrl } from './run';

export interface FailureIssue {
  /** Opens one, or adds a comment to the one that is open. Never rejects. */
  failed(title: string, error: unknown): Promise<void>;
  /** Closes the one that is open. Never rejects. */
  succeeded(title: string): Promise<void>;
}

const LABEL = 'runbook-actions';

/** Does nothing without a token, or where nobody asked for it. */
export function failureIssue(
  { githubToken, reportFailures, dryRun }: { githubToken: string | null; reportFailures: boolean; dryRun: boolean },
  log: Pick<Log, 'warning' | 'secret'>,
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
    failed: (title, error) =>
      quietly(async (token) => {
        const { issues, where, open } = await find(token, title);
        // No log of the host: an issue may be read by more people than a run.
        const body = `${error instanceof UserError ? `\`${error.code}\`: ${error.details.what}` : 'An unexpected error.'}\n\n${runUrl()}`;
        if (open !== null) await issues.createComment({ ...where, issue_number: open, body });
        else await issues.create({ ...where, title: titleOf(title), body, labels: [LABEL] });
      }),
    succeeded: (title) =>
      quietly(async (token) => {
        const { issues, where, open } = await find(token, title);
        if (open === null) return;
        await issues.createComment({ ...where, issue_number: open, body: `It works again: ${runUrl()}` });
        await issues.update({ ...where, issue_number: open, state: 'closed' });
      }),
  };
}

async function find(token: string, title: string) {
  // Loaded only when needed: it is the largest part of the bundle.
  const { context, getOctokit } = await import('@actions/github');
  const { issues } = getOctokit(token).rest;
  const where = context.repo;
  const { data } = await issues.listForRepo({ ...where, state: 'open', labels: LABEL, per_page: 100 });
  return { issues, where, open: data.find((issue) => issue.title === titleOf(title))?.number ?? null };
}

function titleOf(title: string): string {
  return `${title} fails`;
}
