/** Variables that only services without an active profile need. Pure. */
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
