/**
 * The host's piece for commands. In a module of its own, in plain syntax: the bundler takes a file along only where it
 * can read the call that opens it.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export function commandPiece(): string {
  return readFileSync(join(__dirname, 'command.sh'), 'utf8');
}
