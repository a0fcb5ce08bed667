/** The plan as a comment in the pull request that started the run: one for each place; a later plan replaces it. */
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
  /** Distinguishes the stacks and places of one repository; it is never shown. */
  readonly place: string;
}

/** Reads the raw inputs. */
export function commentingOf(get: (name: string) => string | undefined): Commenting {
  const text = (name: string): string => (get(name) ?? '').trim();
  const isPlan = text('dry-run').toLowerCase() === 'true';
  return {
    wanted: isPlan && text('comment').toLowerCase() === 'true',
    token: text('github-token') || null,
    place: [text('ssh-host'), text('ssh-port'), text('config')].join(' '),
  };
}

/** Never rejects, because the run's summary shows the same. @param markdown without secrets */
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
    // Anybody may write the marker into a comment, so the author is compared as well.
    const own = all.find((one) => one.body?.includes(marker) === true && one.user?.type === 'Bot');
    if (own === undefined) await issues.createComment({ ...context.repo, issue_number: number, body });
    else await issues.updateComment({ ...context.repo, comment_id: own.id, body });
  } catch (error) {
    log.warning(`the comment could not be written: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** The number of the pull request that started the run; `null`: another event started it. */
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
