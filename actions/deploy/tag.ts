/** A tag that somebody pushed goes live once its commit may. */
import { requireVersion } from '../lib/config/version';
import type { PushedTag } from '../lib/procedure/pushed';
import type { Recorder } from '../lib/procedure/record';
import type { DeployInputs } from './inputs';

/**
 * @returns sentences for the plan: what nobody could find out
 * @throws {UserError} RB-VERSION-INVALID, RB-COMMIT-ELSEWHERE, RB-COMMIT-UNCHECKED, RB-COMMIT-UNKNOWN, RB-CANCELLED
 */
export async function awaitTag(
  { version, runbook, githubToken: token, checksTimeout: timeout }: DeployInputs,
  pushed: PushedTag,
  { recorder, signal }: { readonly recorder: Recorder; readonly signal: AbortSignal },
): Promise<readonly string[]> {
  // A workflow may spell it in its own way.
  if (version === pushed.tag) requireVersion(version, runbook.tag);
  recorder.step('Commit of the tag');
  const said =
    token === null ? [unasked(pushed)] : await pushed.require({ token, timeout, signal, ...wishes(runbook, recorder) });
  for (const note of said) recorder.warning(note);
  return said;
}

function wishes({ releaseBranches, releaseChecks }: DeployInputs['runbook'], recorder: Recorder) {
  return {
    branches: releaseBranches ?? null,
    checks: releaseChecks ?? null,
    say: (text: string) => recorder.info(text),
  };
}

function unasked({ tag, commit }: PushedTag): string {
  return `Whether the commit ${commit.slice(0, 7)} of the tag ${tag} is on the default branch, and has passed the checks that it requires, was not asked: this step has no github-token.`;
}
