/** The only way by which a word gets into a script. */

/**
 * Quotes a word for POSIX sh: the shell passes it on unchanged, whatever characters it has.
 * Source: POSIX.1-2024, XCU 2.2.2 (single quotes).
 *
 * @throws {Error} for NUL, which a word of a shell cannot contain
 */
export function quote(word: string): string {
  if (word.includes('\0')) throw new Error('a word for a shell must not hold NUL');
  if (/^[A-Za-z0-9_@%+=:,./-]+$/.test(word)) return word;
  return `'${word.replaceAll("'", `'\\''`)}'`;
}
