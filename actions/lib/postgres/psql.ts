/** The host's piece for PostgreSQL in a container. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export function psqlScript(): string {
  return readFileSync(join(__dirname, 'restore-psql.sh'), 'utf8');
}

/** A shell function that prints a text. Nothing of it stands in an argument of a process. */
export function printer(name: string, text: string): string {
  // The shell's own printf.
  return `${name}() { printf '%s\\n' '${text.replaceAll("'", `'\\''`)}'; }`;
}
