/** The ready workflows, made for a repository of its own: theirs name the actions of this one by their path. Pure. */

/** Where the actions are: `owner/runbook-actions`, and the commit or tag. */
export interface Uses {
  readonly repository: string;
  readonly ref: string;
  /** For people, beside a commit. */
  readonly version: string;
}

interface WorkflowOptions {
  readonly uses: Uses;
  /** The env file lies only on the host, or comes from there: nothing of it passes through GitHub. */
  readonly envOnHost: boolean;
  /** Images are pulled from GitHub's own registry, with the run's own token. */
  readonly ghcr: boolean;
  /** Not the default `runbook.yml`. */
  readonly config: string | null;
  /** A name of the tz database: the clock by which schedules run. */
  readonly timezone: string;
}

const LOCAL = /^(\s*(?:- )?uses: )\.\/actions\/([a-z-]+)(?: #.*)?$/;
/** Notes for this repository's own checks. */
const NOTE = / # zizmor: .*$/;

export function workflowText(template: string, { uses, envOnHost, ghcr, timezone }: WorkflowOptions): string {
  const lines = template.split('\n').flatMap((line): string[] => {
    const [, head, action] = LOCAL.exec(line) ?? [];
    if (head !== undefined)
      return [
        `${head}${uses.repository}/actions/${action}@${uses.ref}${uses.version === uses.ref ? '' : ` # ${uses.version}`}`,
      ];
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
    return [line.replace(NOTE, '')];
  });
  const text = lines.join('\n');
  return ghcr && /registry: ghcr\.io/.test(text)
    ? text.replace(/^(\s*)contents: read(.*)$/gm, '$1contents: read$2\n$1packages: read # to pull the images')
    : text;
}

function indentOf(line: string): string {
  return /^\s*/.exec(line)?.[0] ?? '';
}
