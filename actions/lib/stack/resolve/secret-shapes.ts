/** Judges a value by its shape: which credentials it holds, or that it is evidently not a secret. Pure. */

/** `scheme://user:password@host`, to the last `@` before the path; `scheme://token@host`. */
const USERINFO = /[a-z][a-z0-9+.-]*:\/\/([^\s/?#]*)@/gi;
/** `password=…` and the like, in a query or a connection string. */
const NAMED =
  /(?:^|[?&;,\s])[\w.-]*(?:pass(?:word|wd)?|pwd|pw|secret|token|key|sig(?:nature)?|credential)\s*=\s*("[^"]*"|'[^']*'|[^\s&;,]+)/gi;
/** The last part of a URL's path, for URLs that are credentials themselves. */
const PATH_TOKEN = /^[a-z][a-z0-9+.-]*:\/\/[^\s/?#]+\/[^\s?#]*?([^\s/?#]{8,})(?:[?#]|$)/i;

/** Passwords and tokens inside a value. */
export function credentialsIn(value: string): string[] {
  const found: string[] = [];
  for (const [, userinfo = ''] of value.matchAll(USERINFO)) {
    const colon = userinfo.indexOf(':');
    const secret = userinfo.slice(colon + 1);
    // A user's name without a password counts as a credential only if it does not look like plain words.
    if (colon >= 0 || !isPlain(secret)) found.push(secret, decoded(secret));
  }
  for (const [, named = ''] of value.matchAll(NAMED)) {
    const secret = named.replace(/^["']|["']$/g, '');
    found.push(secret, decoded(secret));
  }
  const last = PATH_TOKEN.exec(value)?.[1];
  if (last !== undefined && !isPlain(last)) found.push(last);
  return found;
}

/** A word, a number, or a few letters and a number: `production`, `8080`, `v2`, `s3`. */
const PART = /^(?:[A-Za-z]{1,24}|\d{1,6}|[A-Za-z]{1,8}\d{1,3}|\d{1,4}[A-Za-z]{1,3})$/;

/** Whether a value is evidently not a secret: words, numbers, names of hosts and images, paths, URLs of such parts. */
export function isPlain(value: string): boolean {
  if (value.length > 200 || /[\r\n]/.test(value)) return false;
  const parts = value
    .replace(/@sha256:[0-9a-f]{64}\b/, '')
    .split(/[\s/:.,;_@=&?+#()[\]{}|<>*!%"'$~^\\-]+/)
    .filter((part) => part !== '');
  // A disordered mix of capitals and small letters is not a word.
  return parts.every(
    (part) => PART.test(part) && !(part.length > 12 && /[a-z][A-Z]{2,}[a-z]|[A-Z][a-z][A-Z][a-z][A-Z]/.test(part)),
  );
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
