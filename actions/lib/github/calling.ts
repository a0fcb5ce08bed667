/** Calls of GitHub's API whose failure must end the run with an error. */
import { UserError } from '../errors';

/** Milliseconds before the second attempt, and before the third. */
const PAUSES = [500, 3000];

/**
 * Tries again where GitHub or the connection to it failed: only for calls that may be repeated.
 *
 * @param what the purpose of the call, e.g. `read the branch main`
 * @throws {UserError} RB-REPOSITORY-REFUSED
 */
export async function calling<T>(what: string, call: () => Promise<T>): Promise<T> {
  for (const pause of [...PAUSES, null]) {
    try {
      return await call();
    } catch (error) {
      const status = error instanceof Error && 'status' in error ? Number(error.status) : 500;
      if (pause === null || (status < 500 && status !== 429))
        throw refused(`GitHub does not let this run ${what}`, error instanceof Error ? error.message : String(error));
      await new Promise((resolve) => setTimeout(resolve, pause));
    }
  }
  throw new Error('unreachable');
}

export function refused(what: string, why: string): UserError {
  return new UserError('RB-REPOSITORY-REFUSED', {
    what,
    why,
    remedy:
      'give the job `permissions: contents: write` (for a pull request `pull-requests: write` too, and allow it in the settings of the repository under Actions), or a token of an app with these rights; then run it again',
  });
}
