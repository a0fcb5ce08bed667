/** Which values of an env file must never be shown. */

const SECRET_KEY = /PASS|PWD|SECRET|TOKEN|KEY|CREDENTIAL|PRIVATE|DSN|SALT|COOKIE|AUTH|SIGNATURE|WEBHOOK/i;
const LINE = /^\s*(?:export\s+)?([A-Za-z_][\w.-]*)\s*[=:]\s*(?:"((?:[^"\\]|\\[\s\S])*)"|'([^']*)'|([^\n]*))/gm;
const URL_PASSWORD = /[a-z][a-z0-9+.-]*:\/\/[^\s:/@]*:([^\s@]+)@/gi;
/** Masking shorter values would tear every log apart. */
const SHORTEST = 4;

/**
 * Values whose key looks secret, and passwords in URLs, for masking. Every reading that a value may have
 * is returned: with and without a trailing comment, quotes and escapes.
 */
export function secretsIn(envFile: string): string[] {
  const found = new Set<string>();
  for (const [, key = '', double, single, plain] of envFile.replaceAll('\r\n', '\n').matchAll(LINE)) {
    const values = readings(double, single, plain);
    if (SECRET_KEY.test(key)) for (const value of values) found.add(value);
    for (const value of values) {
      for (const [, password = ''] of value.matchAll(URL_PASSWORD)) found.add(password).add(decoded(password));
    }
  }
  return [...found].filter((value) => value.length >= SHORTEST && !/^(true|false|none|null)$/i.test(value));
}

function readings(double?: string, single?: string, plain?: string): string[] {
  if (single !== undefined) return [single];
  if (double !== undefined)
    return withDollars([double, double.replace(/\\([\s\S])/g, (_all, c: string) => ESCAPES[c] ?? c)]);
  const trimmed = (plain ?? '').trim();
  return withDollars([trimmed, trimmed.replace(/\s+#.*$/, '')]);
}

/** Compose reads `$$` as `$`, and its output writes `$` as `$$`. */
function withDollars(values: readonly string[]): string[] {
  return values.flatMap((value) => [value, value.replaceAll('$$', '$'), value.replaceAll('$', '$$$$')]);
}

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t' };

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
