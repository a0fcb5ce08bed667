/** What belongs to services without an active profile: variables that only they need, and a migration. Pure. */
import { parse } from 'yaml';

const USED = /(?<!\$)(?:\$\$)*\$(?:\{([A-Za-z_]\w*)|([A-Za-z_]\w*))/g;

/**
 * Names of those variables. None if the files use `include` or `extends`, because then other files may need a variable,
 * too.
 *
 * @param files text of the Compose files
 * @param active services of the resolved model
 */
export function idleVariables(files: readonly string[], active: readonly string[]): ReadonlySet<string> {
  const idle = new Set<string>();
  const needed = new Set<string>();
  for (const text of files) {
    let document: Record<string, unknown>;
    try {
      document = (parse(text, { merge: true, logLevel: 'silent' }) ?? {}) as Record<string, unknown>;
    } catch {
      return new Set();
    }
    if (/\b(?:include|extends)\s*:/.test(text)) return new Set();
    const { services, ...rest } = document;
    for (const [name, service] of Object.entries((services ?? {}) as object))
      for (const variable of usedIn(service)) (active.includes(name) ? needed : idle).add(variable);
    // A part under `x-` counts only where a service takes it over, and then it is in the service already.
    for (const [name, part] of Object.entries(rest))
      if (!name.startsWith('x-')) for (const variable of usedIn(part)) needed.add(variable);
  }
  return new Set([...idle].filter((name) => !needed.has(name)));
}

function usedIn(part: unknown): string[] {
  return [...(JSON.stringify(part) ?? '').matchAll(USED)].map(([, braced, plain]) => braced ?? plain ?? '');
}

/**
 * A sentence if the migration belongs to a profile that is not active, so that no deploy runs it.
 *
 * @param files text of the Compose files
 * @param active services of the resolved model
 */
export function idleMigration(
  files: readonly string[],
  active: readonly string[],
  migration: string | null,
): readonly string[] {
  if (migration === null || active.includes(migration)) return [];
  const profiles = [...new Set(files.flatMap((text) => profilesOf(text, migration)))];
  if (profiles.length === 0) return [];
  return [
    `${migration} is not run, and the schema stays as it is: the service belongs to ${profiles.length === 1 ? 'the profile' : 'the profiles'} ${profiles.join(', ')}, and none is active. To have deploys and the action migrate run it, name one in \`profiles\` of runbook.yml.`,
  ];
}

function profilesOf(text: string, name: string): string[] {
  try {
    const document = parse(text, { merge: true, logLevel: 'silent' }) as {
      services?: Record<string, { profiles?: unknown } | null> | null;
    } | null;
    const profiles = document?.services?.[name]?.profiles;
    return Array.isArray(profiles) ? profiles.map(String) : [];
  } catch {
    return [];
  }
}
