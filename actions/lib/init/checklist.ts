/** What is missing or wrong before the workflows can run. Pure. */
import type { Need, WorkflowFacts } from './needs';
import type { Environment, Settings } from './settings';

export interface Finding {
  /** `bad`: a run will fail, or will not do what it seems to; `look`: a person should know it. */
  readonly kind: 'good' | 'bad' | 'look';
  readonly text: string;
  /** A command, or what to do. */
  readonly remedy?: string;
}

/** Names as `a, b`. */
const listed = (names: readonly string[]): string => names.join(', ');

/** Compares the settings on GitHub with those that the workflows need. */
export function settingsFindings({ needs, environments, versions }: WorkflowFacts, settings: Settings): Finding[] {
  return [
    ...environments.flatMap((use) => environmentFindings(use, settings)),
    ...needs.map((need) => needFinding(need, settings)).filter((finding) => finding !== null),
    ...versionFindings(versions),
  ];
}

function environmentFindings(
  { name, changes, scheduled, plans, pulls }: WorkflowFacts['environments'][number],
  settings: Settings,
): Finding[] {
  const found = settings.environments.get(name);
  if (found === undefined)
    return [
      {
        kind: 'bad',
        text: `There is no environment ${name}: the first run makes it, without any secret or protection.`,
        remedy: `gh api -X PUT repos/{owner}/{repo}/environments/${name}`,
      },
    ];
  const waits = found.reviewed || found.waits > 0;
  const findings: Finding[] = [];
  if (changes && !found.reviewed)
    findings.push({
      kind: 'look',
      text: `Nobody approves ${name}: what a plan shows is carried out right after it.`,
      remedy: `Settings → Environments → ${name} → Required reviewers, or access --reviewer LOGIN${settings.private ? ' (of a private repository with GitHub Enterprise only; without it, start the workflow with dry-run first)' : ''}`,
    });
  if (changes && found.reviewed) findings.push({ kind: 'good', text: `${name} has to be approved.` });
  if (!changes && waits)
    findings.push({
      kind: scheduled ? 'bad' : 'look',
      text: `${name} ${found.reviewed ? 'has to be approved' : `waits ${found.waits} minutes`}: ${scheduled ? 'what runs at night waits for that' : 'a plan waits for that, before there is anything to approve'}.`,
      remedy: `Settings → Environments → ${name}: take that away`,
    });
  if (changes && scheduled && found.reviewed)
    findings.push({ kind: 'look', text: `What runs by a clock in ${name} waits for an approval as well.` });
  if (found.restricted && pulls)
    findings.push({
      kind: 'look',
      text: `${name} allows some branches only: where these are not those of pull requests, GitHub refuses the plan that a pull request shows.`,
      remedy: 'give that workflow an environment of its own, or remove it',
    });
  if (!found.restricted)
    findings.push({
      kind: 'look',
      text: `Every branch may use ${name}: whoever can push one gets its secrets${plans || changes ? ', and with the key the host' : ''}.`,
      remedy: `Settings → Environments → ${name} → Deployment branches and tags: protected ones`,
    });
  return findings;
}

function needFinding({ kind, name, environment, usedBy, required }: Need, settings: Settings): Finding | null {
  const own: Environment | undefined = environment === null ? undefined : settings.environments.get(environment);
  const at = environment === null ? 'the repository' : environment;
  if (kind === 'variable') {
    const value = own?.variables.get(name) ?? settings.variables.get(name);
    if (own?.variables.get(name)?.trim() === '' && (settings.variables.get(name) ?? '').trim() !== '')
      return {
        kind: 'bad',
        text: `The variable ${name} of ${at} is empty, and hides the one of the repository.`,
        remedy: `gh variable delete ${name} --env ${at}`,
      };
    if (value !== undefined && value.trim() !== '') return null;
  } else if (own?.secrets.has(name) === true || settings.secrets.has(name)) return null;
  if (!required) return null;
  const flag = environment === null ? '' : ` --env ${environment}`;
  return {
    kind: 'bad',
    text: `The ${kind} ${name} is not set for ${at} (${listed(usedBy)}).`,
    remedy: `gh ${kind} set ${name}${flag}${kind === 'secret' ? (name === 'SSH_KEY' ? ' < KEY' : '') : ' --body VALUE'}`,
  };
}

function versionFindings(versions: WorkflowFacts['versions']): Finding[] {
  const moving = [...versions.keys()].filter((version) => !/^[0-9a-f]{40}$/.test(version));
  return [
    ...(versions.size > 1
      ? [
          {
            kind: 'look' as const,
            text: `The workflows use ${versions.size} versions of the actions: ${[...versions].map(([version, files]) => `${version.slice(0, 12)} (${listed(files)})`).join('; ')}.`,
          },
        ]
      : []),
    ...moving.map((version) => ({
      kind: 'look' as const,
      text: `${version} of the actions is a name that may be moved; a commit cannot.`,
    })),
  ];
}

/** Where GitHub cannot be asked: which settings to make, and where. */
export function byHand({ needs, environments }: WorkflowFacts): string[] {
  return [...environments.map(({ name }) => name), null].flatMap((environment) => {
    const own = needs.filter((need) => need.environment === environment);
    const names = (required: boolean): string =>
      listed(own.filter((need) => need.required === required).map(({ kind, name }) => `${name} (${kind})`));
    if (own.length === 0) return [];
    const optional = names(false) === '' ? '' : `; where you have it: ${names(false)}`;
    return [`${environment ?? 'the repository'}: ${names(true) || 'nothing has to be set'}${optional}`];
  });
}

export function sayFindings(findings: readonly Finding[]): string[] {
  const SIGN = { bad: '✗', look: '!', good: '✓' } as const;
  return (['bad', 'look', 'good'] as const).flatMap((kind) =>
    findings
      .filter((finding) => finding.kind === kind)
      .flatMap(({ text, remedy }) => [`  ${SIGN[kind]} ${text}`, ...(remedy === undefined ? [] : [`      ${remedy}`])]),
  );
}
