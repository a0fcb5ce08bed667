/** Adapts the ready workflows to another repository: in this one they name the actions by their paths. Pure. */

/** Where the actions are: `owner/runbook-actions`, and the commit or tag. */
export interface Uses {
  readonly repository: string;
  readonly ref: string;
  /** The version beside a commit, for people. */
  readonly version: string;
}

interface WorkflowOptions {
  readonly uses: Uses;
  /** The env file lies or is made on the host, so that nothing of it passes through GitHub. */
  readonly envOnHost: boolean;
  /** Images come from GitHub's own registry, with the run's own token. */
  readonly ghcr: boolean;
  /** Path of the runbook file from the repository's top. */
  readonly config: string;
  /** The time zone of schedules: a name of the tz database. */
  readonly timezone: string;
}

/** Without the note behind it, which holds only for an action that lies in the same repository. */
const LOCAL = /^(\s*(?:- )?uses: )\.\/actions\/([a-z-]+)(?: #.*)?$/;

export function workflowText(template: string, { uses, envOnHost, ghcr, config, timezone }: WorkflowOptions): string {
  const lines = template.split('\n').flatMap((line): string[] => {
    const [, head, action] = LOCAL.exec(line) ?? [];
    if (head !== undefined)
      return [
        `${head}${uses.repository}/actions/${action}@${uses.ref}${uses.version === uses.ref ? '' : ` # ${uses.version}`}`,
      ];
    // With the variable RUNBOOK two stacks of a repository could not differ.
    if (/^\s*config: /.test(line) && config !== 'runbook.yml') return [`${indentOf(line)}config: ${quoted(config)}`];
    if (/^\s*timezone: /.test(line)) return [`${indentOf(line)}timezone: ${timezone}`];
    if (/^\s*env-content:/.test(line) && envOnHost)
      return [
        `${indentOf(line)}# The env file lies on the host and stays there. To send one instead:`,
        line.replace('env-content', '# env-content'),
      ];
    if (/^\s*registry:/.test(line) && ghcr) return [`${indentOf(line)}registry: ghcr.io`];
    if (/^\s*registry-user:/.test(line) && ghcr) return [`${indentOf(line)}registry-user: \${{ github.actor }}`];
    if (/^\s*registry-password:/.test(line) && ghcr)
      return [`${indentOf(line)}registry-password: \${{ github.token }} # packages: read; not kept on the host`];
    return [line];
  });
  const text = lines.join('\n');
  return ghcr && /registry: ghcr\.io/.test(text)
    ? text.replace(/^(\s*)contents: read(.*)$/gm, '$1contents: read$2\n$1packages: read # to pull the images')
    : text;
}

function quoted(path: string): string {
  return /^[A-Za-z][\w./-]*$/.test(path) ? path : JSON.stringify(path);
}

function indentOf(line: string): string {
  return /^\s*/.exec(line)?.[0] ?? '';
}

/** The name of the operator's time zone as GitHub takes it: Node also has names that are in no tz database. */
export function clockOf(zone: string): string {
  return zone.includes('/') && zone !== 'Etc/Unknown' ? zone : 'Etc/UTC';
}
