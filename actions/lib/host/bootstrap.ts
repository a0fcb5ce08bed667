/**
 * How a script gets to the host: by standard input, never as an argument that `ps` would show.
 *
 * The command is a constant. It holds neither `!`, a backslash, a single quote nor a line break, so that every
 * login shell (bash, dash, zsh, csh, fish) passes it on unchanged.
 */

import { BEGIN } from './greeting';

/**
 * Reads the script's size (one line) and then exactly so many bytes, and evaluates them; what follows on
 * standard input is the script's own. An input that ends too early runs nothing.
 *
 * Exactly: `head -c` will not do, as BusyBox's reads ahead and takes the script's input away. One `dd` block is one
 * `read`, which can return less than asked for, hence the loop; `echo .` saves the line breaks that `$()` drops.
 * `LC_ALL=C` makes the shell count bytes; the subshell keeps it from the script.
 */
const READ_AND_EVALUATE = [
  // In quotes: a word that begins with `#` would be a comment.
  `echo "${BEGIN}"`,
  'IFS= read -r n',
  's=$(LC_ALL=C; t=; while [ ${#t} -lt "$n" ]; do c=$(dd bs=$((n-${#t})) count=1 2>/dev/null; echo .); [ "$c" = . ] && exit 1; t=$t${c%.}; done; printf %s "$t")',
  'eval "$s"',
].join(' && ');

export const COMMAND = `sh -c '${READ_AND_EVALUATE}'`;

/** What is sent first: the size, then the script. */
export function framed(script: string): Buffer {
  if (script.includes('\0')) throw new Error('a script must not hold NUL');
  const body = Buffer.from(script, 'utf8');
  return Buffer.concat([Buffer.from(`${body.length}\n`), body]);
}
