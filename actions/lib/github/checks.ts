/**
 * Which checks a branch requires, and the state of a commit's checks. Pure.
 *
 * Source: docs.github.com/rest, "Get a branch", "Get rules for a branch", "List check runs for a Git reference" and
 * "List commit statuses for a reference"; docs.github.com, "About status checks" and "Troubleshooting required status
 * checks" (a skipped and a neutral check count as passed, and where a check and a status have the same name, both are
 * required).
 */

/** @param app number of the GitHub App that must report the check; `null`: any app */
export interface Required {
  readonly name: string;
  readonly app: number | null;
}

/** A check run or a commit status. A higher `id` is newer. */
export interface Said {
  readonly name: string;
  /** `null`: not known. */
  readonly app: number | null;
  readonly kind: 'check' | 'status';
  readonly id: number;
  /** `passed`, or its result or progress in GitHub's words. */
  readonly state: 'passed' | 'failed' | 'waiting';
  readonly word: string;
  readonly url: string | null;
}

export interface Standing {
  readonly passed: readonly Required[];
  readonly failed: readonly Said[];
  readonly waiting: readonly Said[];
  /** Required checks that nobody has reported yet. */
  readonly absent: readonly Required[];
}

/** Checks that a branch's protection requires; `null`: GitHub does not tell. @param protection as in GitHub's answer */
export function requiredByProtection(branch: {
  readonly protected?: boolean;
  readonly protection?: {
    readonly required_status_checks?: {
      readonly enforcement_level?: string | null;
      readonly contexts?: readonly string[];
      readonly checks?: readonly { readonly context: string; readonly app_id?: number | null }[];
    } | null;
  };
}): readonly Required[] | null {
  const found = branch.protection?.required_status_checks;
  if (found === undefined || found === null) return branch.protected === true ? null : [];
  if (found.enforcement_level === 'off') return [];
  const checks = (found.checks ?? []).map(({ context, app_id }) => ({ name: context, app: appOf(app_id) }));
  const bare = (found.contexts ?? []).filter((name) => checks.every((one) => one.name !== name));
  return [...checks, ...bare.map((name) => ({ name, app: null }))];
}

/** Checks that rulesets require. */
export function requiredByRules(
  rules: readonly { readonly type: string; readonly parameters?: unknown }[],
): readonly Required[] {
  return rules.flatMap(({ type, parameters }) => {
    if (type !== 'required_status_checks') return [];
    const { required_status_checks: all = [] } = (parameters ?? {}) as {
      required_status_checks?: readonly { context: string; integration_id?: number | null }[];
    };
    return all.map(({ context, integration_id }) => ({ name: context, app: appOf(integration_id) }));
  });
}

/** Each check once; a check of any app is left out where a certain app must report it. */
export function union(...lists: readonly (readonly Required[])[]): readonly Required[] {
  const all = lists.flat();
  const kept = all.filter(({ name, app }) => app !== null || all.every((one) => one.name !== name || one.app === null));
  return kept.filter(({ name, app }, index) => kept.findIndex((one) => one.name === name && one.app === app) === index);
}

/** GitHub writes -1 for any app. */
function appOf(id: number | null | undefined): number | null {
  return id === undefined || id === null || id < 0 ? null : id;
}

const PASSED = ['success', 'neutral', 'skipped'];

/** @param run ID of this run. Its checks that have not ended are left out: one of them may be the job that asks */
export function checkSaid(
  one: {
    readonly id: number;
    readonly name: string;
    readonly status: string;
    readonly conclusion: string | null;
    readonly app?: { readonly id?: number } | null;
    readonly html_url?: string | null;
    readonly details_url?: string | null;
  },
  run: string | undefined,
): Said | null {
  const url = one.html_url ?? one.details_url ?? null;
  const ended = one.status === 'completed' && one.conclusion !== null;
  const own = run !== undefined && run !== '' && url?.includes(`/actions/runs/${run}/`) === true;
  if (own && !ended) return null;
  return {
    ...{ kind: 'check', id: one.id, name: one.name, app: one.app?.id ?? null, url },
    state: !ended ? 'waiting' : PASSED.includes(one.conclusion ?? '') ? 'passed' : 'failed',
    word: (ended ? (one.conclusion ?? '') : one.status).replaceAll('_', ' '),
  };
}

/** @param app number of the app that set the status; `null`: not known */
export function statusSaid(
  one: { readonly id: number; readonly context: string; readonly state: string; readonly target_url?: string | null },
  app: number | null,
): Said {
  const { id, context: name, state, target_url: url = null } = one;
  const ended = state !== 'pending';
  return {
    ...{ kind: 'status', id, name, app, url, word: state },
    state: !ended ? 'waiting' : state === 'success' ? 'passed' : 'failed',
  };
}

/** Only the newest report of each name, kind and app counts. */
export function standingOf(required: readonly Required[], said: readonly Said[]): Standing {
  const newest = said.filter((one) =>
    said.every(
      (other) => other.name !== one.name || other.app !== one.app || other.kind !== one.kind || other.id <= one.id,
    ),
  );
  const found = required.map((wanted) => ({
    wanted,
    of: newest.filter(({ name, app }) => name === wanted.name && (wanted.app === null || app === wanted.app)),
  }));
  const every = (state: Said['state']): Said[] => [
    ...new Set(found.flatMap(({ of }) => of.filter((one) => one.state === state))),
  ];
  return {
    failed: every('failed'),
    waiting: every('waiting'),
    absent: found.flatMap(({ wanted, of }) => (of.length === 0 ? [wanted] : [])),
    passed: found.flatMap(({ wanted, of }) =>
      of.length > 0 && of.every(({ state }) => state === 'passed') ? [wanted] : [],
    ),
  };
}

/** Compares by GitHub's rules for patterns of branches: `*` stops at a slash, `**` does not. */
export function matchesBranch(pattern: string, name: string): boolean {
  const text = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replace(/\*\*|\*|\?/g, (sign) => (sign === '**' ? '.*' : sign === '*' ? '[^/]*' : '[^/]'));
  return new RegExp(`^${text}$`).test(name);
}
