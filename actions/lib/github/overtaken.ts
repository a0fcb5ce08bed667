/**
 * Ends runs that wait for the approval of a plan which another run has made obsolete. Their plans would be refused by
 * their hash, so nobody should have to approve them.
 */
import { context, getOctokit } from '@actions/github';
import type { Log } from './log';

/** Milliseconds for one request. */
const TIMEOUT = 10_000;

/** Never rejects, because the change itself is done. @param place as the log of these runs names it */
export async function endOvertaken(token: string, place: string, log: Pick<Log, 'info' | 'warning'>): Promise<void> {
  const { actions } = getOctokit(token).rest;
  const options = (): { request: { signal: AbortSignal } } => ({ request: { signal: AbortSignal.timeout(TIMEOUT) } });
  const begun = new Date().toISOString();
  try {
    const { data: waiting } = await actions.listWorkflowRunsForRepo({
      ...{ ...context.repo, ...options(), status: 'waiting' as const, per_page: 100 },
    });
    for (const run of waiting.workflow_runs) {
      if (run.id === context.runId || run.created_at > begun) continue;
      const { data } = await actions.listJobsForWorkflowRun({ ...context.repo, ...options(), run_id: run.id });
      const plans = data.jobs.filter(({ conclusion }) => conclusion === 'success');
      const found = await Promise.all(plans.map(async ({ id }) => (await logOf(id)).includes(place)));
      if (!found.includes(true)) continue;
      try {
        await actions.cancelWorkflowRun({ ...context.repo, ...options(), run_id: run.id });
        log.info(`ended, for its plan is overtaken: ${run.html_url}`);
      } catch (error) {
        log.warning(
          `${run.html_url} waits for the approval of a plan that is overtaken, and could not be ended (the job needs "permissions: actions: write"): ${messageOf(error)}`,
        );
      }
    }
  } catch (error) {
    log.info(`whether another run waits with a plan that is overtaken was not seen: ${messageOf(error)}`);
  }

  async function logOf(job: number): Promise<string> {
    const { data } = await actions.downloadJobLogsForWorkflowRun({ ...context.repo, ...options(), job_id: job });
    return typeof data === 'string' ? data : Buffer.from(data as ArrayBuffer).toString('utf8');
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
