/** An issue in the user's repository that is open while a site is closed. */
import type { Announcement } from '../procedure/define';
import { findIssue, harmless, LABEL, markerOf, watchingOf } from './issue';
import type { Log } from './log';
import { runUrl } from './run';

/**
 * Opens the issue, adds to it, or closes it. Never rejects. Does nothing without a token, or where the inputs do not
 * ask for an issue.
 *
 * @param get raw inputs
 * @param timeout milliseconds for all calls
 */
export async function announceIn(
  get: (name: string) => string | undefined,
  { kind, text }: Announcement,
  { stack }: { readonly stack: string },
  log: Pick<Log, 'warning' | 'secret'>,
  timeout?: number,
): Promise<void> {
  const { githubToken, dryRun, place = '' } = watchingOf(get);
  if (githubToken === null || dryRun || (get('issue') ?? '').trim().toLowerCase() !== 'true') return;
  log.secret(githubToken);
  const body = `${harmless(text)}\n\n${runUrl()}`;
  try {
    const marker = markerOf('window', place);
    const { issues, where, open } = await findIssue(githubToken, marker, timeout);
    if (open !== null) await issues.createComment({ ...where, issue_number: open, body });
    if (open !== null && kind === 'open') await issues.update({ ...where, issue_number: open, state: 'closed' });
    if (open !== null || kind === 'open') return;
    await issues.create({ ...where, title: `Maintenance of ${stack}`, body: `${body}\n\n${marker}`, labels: [LABEL] });
  } catch (error) {
    log.warning(`the issue could not be written: ${error instanceof Error ? error.message : String(error)}`);
  }
}
