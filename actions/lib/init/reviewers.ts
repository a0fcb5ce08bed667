/** Commands that set the reviewers of what the workflows change, in a form that a person could type. Pure. */
import { UserError } from '../errors';
import { quote } from '../host/quote';
import type { Step } from './access-steps';
import type { WorkflowFacts } from './needs';
import type { Settings } from './settings';

/** The largest number of reviewers on GitHub. Source: docs.github.com, "Managing environments for deployment". */
const MOST = 6;
const USER = /^[A-Za-z0-9][A-Za-z0-9-]{0,38}$/;
const TEAM = /^[A-Za-z0-9][A-Za-z0-9-]{0,38}\/[a-z0-9][a-z0-9_-]*$/;

/** @param given logins, and teams as `organisation/team`, separated by commas @throws {UserError} RB-INPUT-INVALID */
export function reviewersOf(given: string | undefined): readonly string[] {
  if (given === undefined) return [];
  const all = [...new Set(given.split(',').map((one) => one.trim().replace(/^@/, '')))];
  const odd = all.filter((one) => !USER.test(one) && !TEAM.test(one));
  if (odd.length === 0 && all.length <= MOST) return all;
  throw new UserError('RB-INPUT-INVALID', {
    what:
      odd.length > 0
        ? `--reviewer ${JSON.stringify(odd[0])} is neither a login of GitHub nor a team`
        : `--reviewer names ${all.length} reviewers, and GitHub allows ${MOST} for an environment`,
    remedy:
      'give --reviewer ann,bob, or a team of an organisation: --reviewer acme/operations; the approval of one person is enough',
  });
}

interface Reviewing {
  readonly steps: readonly Step[];
  /** Environments that have reviewers already, which stay. */
  readonly kept: readonly string[];
}

/**
 * For every environment whose jobs change the host when a person starts them.
 *
 * @param settings present ones; `null`: not known
 */
export function reviewerSteps(
  { environments }: WorkflowFacts,
  reviewers: readonly string[],
  settings: Settings | null,
): Reviewing {
  const changing = reviewers.length === 0 ? [] : environments.filter(({ changes }) => changes).map(({ name }) => name);
  const kept = changing.filter((name) => settings?.environments.get(name)?.reviewed === true);
  const steps = changing
    .filter((name) => !kept.includes(name))
    .map((name) => ({
      what: `${reviewers.join(', ')} ${reviewers.length === 1 ? 'approves' : 'approve'} what ${name} carries out (in a private repository this needs GitHub Enterprise; APPROVALS.md has two other ways)`,
      command: commandFor(name, reviewers, settings),
    }));
  return { steps, kept };
}

function commandFor(name: string, reviewers: readonly string[], settings: Settings | null): string {
  const asked = reviewers.map((one, index) => {
    const [organisation, team] = one.split('/');
    const path = team === undefined ? `users/${one}` : `orgs/${organisation}/teams/${team}`;
    return `r${index + 1}=$(gh api ${path} --jq .id)`;
  });
  const fields = reviewers.flatMap((one, index) => [
    `-F 'reviewers[][type]=${one.includes('/') ? 'Team' : 'User'}'`,
    `-F "reviewers[][id]=$r${index + 1}"`,
  ]);
  // A single reviewer could never approve runs that he or she starts.
  const others = reviewers.length > 1 || reviewers.some((one) => one.includes('/'));
  const place = quote(`repos/{owner}/{repo}/environments/${encodeURIComponent(name)}`);
  return [
    ...asked,
    [
      `gh api --silent --method PUT ${place}`,
      ...fields,
      ...(others ? ['-F prevent_self_review=true'] : []),
      ...kept(),
    ].join(' '),
  ].join(' && ');

  /** GitHub removes every setting that the request does not name. */
  function kept(): string[] {
    const found = settings?.environments.get(name);
    if (found === undefined) return [];
    const { waits, policy } = found;
    return [
      ...(waits > 0 ? [`-F wait_timer=${waits}`] : []),
      ...(policy === null
        ? []
        : [
            `-F 'deployment_branch_policy[protected_branches]=${policy.protected_branches}'`,
            `-F 'deployment_branch_policy[custom_branch_policies]=${policy.custom_branch_policies}'`,
          ]),
    ];
  }
}
