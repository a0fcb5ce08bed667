/** Variables that only services need which no active profile asks for. Pure. */
import { parse } from 'yaml';

const USED = /(?<!\$)(?:\$\$)*\$(?:\{([A-Za-z_]\w*)|([A-Za-z_]\w*))/g;

/**
 * Their names; none where `include` or `extends` lets a file or a service in whose use is not seen here.
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
    // What stands under `x-` counts where a service takes it over.
    for (const [name, part] of Object.entries(rest))
      if (!name.startsWith('x-')) for (const variable of usedIn(part)) needed.add(variable);
  }
  return new Set([...idle].filter((name) => !needed.has(name)));
}

function usedIn(part: unknown): string[] {
  return [...(JSON.stringify(part) ?? '').matchAll(USED)].map(([, braced, plain]) => braced ?? plain ?? '');
}
