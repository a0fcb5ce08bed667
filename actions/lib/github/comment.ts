/** The plan as a comment of the pull request that started the run: one for each place, which a later plan replaces. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { endsAfter } from './issue';
import type { Log } from './log';
import { runUrl } from './run';

/** Characters that GitHub takes in a comment: 65,536. */
const LARGEST = 60_000;

interface Commenting {
  readonly wanted: boolean;
  readonly token: string | null;
  /** Tells the stacks and places of one repository apart; nobody sees it. */
  readonly place: string;
}

/** From inputs as they come. */
export function commentingOf(get: (name: string) => string | undefined): Commenting {
  const text = (name: string): string => (get(name) ?? '').trim();
  const isPlan = text('dry-run').toLowerCase() === 'true';
  return {
    wanted: isPlan && text('comment').toLowerCase() === 'true',
    token: text('github-token') || null,
    place: [text('ssh-host'), text('ssh-port'), text('config')].join(' '),
  };
}

/** Never rejects: the run's own summary has the same. @param markdown without secrets */
export async function comment(
  { wanted, token, place }: Commenting,
  markdown: string,
  log: Pick<Log, 'secret' | 'warning'>,
): Promise<void> {
  if (!wanted) return;
  const number = pullRequest();
  if (number === null || token === null) {
    log.warning(
      `no comment was written: ${number === null ? 'no pull request started this run' : 'github-token is missing'}`,
    );
    return;
  }
  log.secret(token);
  const marker = `<!-- runbook-actions plan ${createHash('sha256').update(place).digest('hex').slice(0, 16)} -->`;
  const whole =
    markdown.length <= LARGEST ? markdown : 'The plan is too long for a comment; the summary of the run has it.';
  const body = `${whole}\n\n${runUrl()}\n\n${marker}`;
  try {
    // Loaded only when needed: it is the largest part of the bundle.
    const { context, getOctokit } = await import('@actions/github');
    const octokit = getOctokit(token);
    const { issues } = octokit.rest;
    endsAfter(octokit);
    const all = await octokit.paginate(issues.listComments, { ...context.repo, issue_number: number, per_page: 100 });
    // Anybody may write the marker into a comment of his own.
    const own = all.find((one) => one.body?.includes(marker) === true && one.user?.type === 'Bot');
    if (own === undefined) await issues.createComment({ ...context.repo, issue_number: number, body });
    else await issues.updateComment({ ...context.repo, comment_id: own.id, body });
  } catch (error) {
    log.warning(`the comment could not be written: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** Its number, by the event that started the run; `null`: it was another one. */
function pullRequest(): number | null {
  const path = process.env.GITHUB_EVENT_PATH;
  if (path === undefined || path === '') return null;
  try {
    const event = JSON.parse(readFileSync(path, 'utf8')) as { pull_request?: { number?: number } };
    return event.pull_request?.number ?? null;
  } catch {
    return null;
  }
}
