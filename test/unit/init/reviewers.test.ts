/** Who approves: the commands that say it to GitHub. */
import { expect, it } from 'vitest';
import type { WorkflowFacts } from '../../../actions/lib/init/needs';
import { reviewerSteps, reviewersOf } from '../../../actions/lib/init/reviewers';
import type { Environment, Settings } from '../../../actions/lib/init/settings';

const use = (name: string, changes: boolean) => ({ name, changes, scheduled: false, plans: !changes, pulls: false });
const facts = {
  environments: [use('production', true), use('production-plan', false)],
} as unknown as WorkflowFacts;
const settings = (more: Partial<Environment>): Settings => ({
  ...{ private: false, secrets: new Set<string>(), variables: new Map<string, string>() },
  environments: new Map([
    [
      'production',
      {
        ...{ reviewed: false, waits: 0, restricted: false, policy: null },
        ...{ secrets: new Set<string>(), variables: new Map<string, string>() },
        ...more,
      },
    ],
  ]),
});
const PUT = "gh api --silent --method PUT 'repos/{owner}/{repo}/environments/production'";

it('are asked for their numbers, and approve what people start alone', () => {
  const { steps, kept } = reviewerSteps(facts, ['ann'], null);
  expect(kept).toEqual([]);
  expect(steps.map(({ command }) => command)).toEqual([
    `r1=$(gh api users/ann --jq .id) && ${PUT} -F 'reviewers[][type]=User' -F "reviewers[][id]=$r1"`,
  ]);
});

it('do not approve what they started themselves, where they are more than one', () => {
  const [several] = reviewerSteps(facts, ['ann', 'acme/operations'], null).steps;
  expect(several?.command).toContain('r2=$(gh api orgs/acme/teams/operations --jq .id) && ');
  expect(several?.command).toContain(
    `-F 'reviewers[][type]=Team' -F "reviewers[][id]=$r2" -F prevent_self_review=true`,
  );
});

it('come to what an environment is protected by, and take nothing of it away', () => {
  const policy = { protected_branches: false, custom_branch_policies: true };
  const [step] = reviewerSteps(facts, ['ann'], settings({ waits: 5, policy, restricted: true })).steps;
  expect(step?.command).toMatch(
    / -F wait_timer=5 -F 'deployment_branch_policy\[protected_branches\]=false' -F 'deployment_branch_policy\[custom_branch_policies\]=true'$/,
  );
  expect(reviewerSteps(facts, ['ann'], settings({ reviewed: true }))).toEqual({ steps: [], kept: ['production'] });
  expect(reviewerSteps(facts, [], null).steps).toEqual([]);
});

it.each([
  ['ann, @bob,ann', ['ann', 'bob']],
  ['acme/ops_team', ['acme/ops_team']],
  [undefined, []],
])('are read of %s', (given, read) => {
  expect(reviewersOf(given)).toEqual(read);
});

it.each(['', 'ann;id', 'a/b/c', '$(id)', 'a,b,c,d,e,f,g', 'ann,'])('are refused of %j', (given) => {
  expect(() => reviewersOf(given)).toThrow(expect.objectContaining({ code: 'RB-INPUT-INVALID' }));
});
