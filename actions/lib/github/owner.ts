/** Whether the workflow run that holds a lease still lives. */
import { getOctokit } from '@actions/github';

/** Milliseconds for one call. */
const TIMEOUT = 10_000;

const RUN = /^(https?:\/\/[^/]+)\/([^/]+)\/([^/]+)\/actions\/runs\/(\d+)\/attempts\/(\d+)$/;

/**
 * @param owner a run's URL with its attempt, as `runUrl` gives it
 * @returns true only where this GitHub says that the run is completed
 */
export async function hasEnded(owner: string, token: string): Promise<boolean> {
  const [, server, user = '', repo = '', run, attempt] = RUN.exec(owner) ?? [];
  if (server === undefined || server !== process.env.GITHUB_SERVER_URL) return false;
  const { data } = await getOctokit(token).rest.actions.getWorkflowRunAttempt({
    owner: user,
    repo,
    run_id: Number(run),
    attempt_number: Number(attempt),
    request: { signal: AbortSignal.timeout(TIMEOUT) },
  });
  return data.status === 'completed';
}
