/** What is to be said of the repository's own workflows, which stay as they are. Pure. */

const OURS = /uses:\s*\S*\/actions\/([a-z-]+)(?:@\S+)?/;
/** A command of Compose or of a stack of Swarm, and a way to another machine. */
const CHANGES = /docker[ -]compose\b[^\n]*\b(up|pull|restart)\b|docker stack deploy/;
const AFAR = /appleboy\/ssh-action|\bssh\s+(-\S+\s+)*\S*@|DOCKER_HOST\S*\s*ssh:|docker context/;

/**
 * @param texts file name → text
 * @param kept paths of files for which `init` had its own text, too
 * @param config path of the runbook file
 */
export function sayOthers(texts: ReadonlyMap<string, string>, kept: readonly string[], config: string): string[] {
  return [...texts].flatMap(([name, text]) => {
    const path = `.github/workflows/${name}`;
    const changes = CHANGES.test(text) && AFAR.test(text);
    return [
      ...(kept.includes(path) ? sayKept(path, text, config) : []),
      ...(changes
        ? [
            `${name} also changes containers over SSH. It does not take the lock of these actions, and each of its changes is drift (RB-DRIFT). Switch this workflow off before the first deploy of these actions.`,
          ]
        : []),
    ];
  });
}

function sayKept(path: string, text: string, config: string): string[] {
  if (!OURS.test(text)) {
    const title = titleOf(path);
    return [
      `${path} does not run these actions, so ${title} has no workflow. Rename or remove this file, and run init again.`,
    ];
  }
  const isDefault = config === 'runbook.yml';
  if (isDefault ? !/^\s*config: (?!\$\{\{)/m.test(text) : text.includes(`config: ${config}`)) return [];
  return [
    `${path} is for another stack: it has no line config: ${config}. Copy this file under another name, and write that line into the copy.`,
  ];
}

/** `.github/workflows/restore-drill.yml` → `Restore drill`. */
function titleOf(path: string): string {
  const name = path
    .replace(/^.*\//, '')
    .replace(/\.ya?ml$/, '')
    .replaceAll('-', ' ');
  return name.charAt(0).toUpperCase() + name.slice(1);
}
