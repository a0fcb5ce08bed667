/**
 * How Compose reads a value of an env file after removing its quotes. Source: `dotenv` and `template` of
 * compose-spec/compose-go. Pure.
 */

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
  // Stays escaped here; `expandVariables` then makes a dollar of it.
  $: '$$',
};

/** Replaces escapes in double quotes; unknown escapes stay, with their backslash. */
export function expandEscapes(text: string): string {
  return text.replace(/\\([abfnrtv$"\\])/g, (_all, letter: string) => LETTERS[letter] ?? letter);
}

/** What Compose replaces: `$$`, `$NAME`, `${NAME}`, `${NAME:-…}`. */
const VARIABLE = /\$(?:(\$)|\{([A-Za-z_]\w*)\}|[A-Za-z_{])/g;
/** Compose sets this variable itself, whatever the file says. */
const GIVEN = 'PWD';

/**
 * Replaces `$$` by a dollar, and `${NAME}` by the value of a name that stands above.
 *
 * @returns `null`: Compose would replace something whose value this file does not tell
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
