/** What Compose makes of a value of an env file, once its quotes are off. Source: `dotenv` and `template` of compose-spec/compose-go. Pure. */

const LETTERS: Readonly<Record<string, string>> = {
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '"': '"',
  '\\': '\\',
  // Not an escape yet, but what `expandVariables` reads as a dollar.
  $: '$$',
};

/** Escapes in double quotes; others stay as they are, with their backslash. */
export function expandEscapes(text: string): string {
  return text.replace(/\\([abfnrtv$"\\])/g, (_all, letter: string) => LETTERS[letter] ?? letter);
}

/** What Compose replaces: `$$`, `$NAME`, `${NAME}`, `${NAME:-…}`. */
const VARIABLE = /\$(?:(\$)|\{([A-Za-z_]\w*)\}|[A-Za-z_{])/g;
/** Compose gives this one itself, whatever the file says. */
const GIVEN = 'PWD';

/**
 * `$$` is a dollar, and `${NAME}` the value of a name that stands before.
 *
 * @returns `null`: something else would be replaced, and by what this file alone does not say
 */
export function expandVariables(text: string, known: (name: string) => string | undefined): string | null {
  let whole = true;
  const expanded = text.replace(VARIABLE, (_all, dollar?: string, name?: string) => {
    if (dollar !== undefined) return '$';
    const value = name === undefined || name === GIVEN ? undefined : known(name);
    if (value === undefined) whole = false;
    return value ?? '';
  });
  return whole ? expanded : null;
}
