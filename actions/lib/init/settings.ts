/** Settings of a repository on GitHub, read by `gh`. Of secrets only the names: nobody can read their values. */

export interface Settings {
  readonly environments: ReadonlyMap<string, Environment>;
  /** Names of the repository's secrets and of those that its organisation shares with it. */
  readonly secrets: ReadonlySet<string>;
  readonly variables: ReadonlyMap<string, string>;
  readonly private: boolean;
}

export interface Environment {
  /** Whether somebody has to approve. */
  readonly reviewed: boolean;
  /** Minutes for which each job waits. */
  readonly waits: number;
  /** Whether only some branches and tags may use it. */
  readonly restricted: boolean;
  /** Which branches and tags; `null`: all. */
  readonly policy: BranchPolicy | null;
  readonly secrets: ReadonlySet<string>;
  readonly variables: ReadonlyMap<string, string>;
}

interface BranchPolicy {
  readonly protected_branches: boolean;
  readonly custom_branch_policies: boolean;
}

/**
 * Runs `gh api PATH --paginate --jq QUERY` in the repository and returns the lines that it prints.
 *
 * @returns `null` where this does not exist on GitHub
 * @throws an error whose message says why GitHub cannot be asked
 */
export type AskGitHub = (path: string, query: string) => Promise<readonly string[] | null>;

const HERE = 'repos/{owner}/{repo}';

/** @throws the errors of {@link AskGitHub} */
export async function readSettings(ask: AskGitHub): Promise<Settings> {
  const [kind] = (await ask(HERE, '.private')) ?? [];
  if (kind === undefined) throw new Error('the login of gh does not see this repository');
  const found = (await ask(`${HERE}/environments?per_page=100`, '.environments[] | @json')) ?? [];
  const environments = new Map<string, Environment>();
  for (const line of found) {
    const {
      name,
      protection_rules: rules = [],
      deployment_branch_policy: policy = null,
    } = JSON.parse(line) as {
      name: string;
      protection_rules?: { type: string; wait_timer?: number; reviewers?: unknown[] }[];
      deployment_branch_policy?: BranchPolicy | null;
    };
    const path = `${HERE}/environments/${encodeURIComponent(name)}`;
    environments.set(name, {
      reviewed: rules.some(({ type, reviewers }) => type === 'required_reviewers' && (reviewers?.length ?? 0) > 0),
      waits: Math.max(0, ...rules.map(({ wait_timer: minutes = 0 }) => minutes)),
      restricted: policy !== null,
      policy,
      secrets: new Set(await secretsAt(ask, path)),
      variables: new Map(await variablesAt(ask, path)),
    });
  }
  const own = `${HERE}/actions`;
  return {
    environments,
    private: kind === 'true',
    secrets: new Set([...(await secretsAt(ask, own)), ...(await secretsAt(ask, own, 'organization-secrets'))]),
    // The repository's variables override those of the organisation.
    variables: new Map([...(await variablesAt(ask, own, 'organization-variables')), ...(await variablesAt(ask, own))]),
  };
}

async function secretsAt(ask: AskGitHub, path: string, kind = 'secrets'): Promise<readonly string[]> {
  return (await ask(`${path}/${kind}?per_page=100`, '.secrets[].name')) ?? none(path, kind);
}

async function variablesAt(ask: AskGitHub, path: string, kind = 'variables'): Promise<[string, string][]> {
  const found = await ask(`${path}/${kind}?per_page=30`, '.variables[] | [.name, .value] | @json');
  return (found ?? none(path, kind)).map((line) => JSON.parse(line) as [string, string]);
}

/**
 * A person's repository has no settings of an organisation. All other settings exist, and are only hidden from this
 * login.
 */
function none(path: string, kind: string): never[] {
  if (kind.startsWith('organization-')) return [];
  throw new Error(`the login of gh may not see ${path.replace(HERE, 'the repository')}/${kind}`);
}
