/**
 * The host's script piece for commands. It has a module of its own in plain syntax, because the bundler includes a file
 * only where it can read the call that opens it.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export function commandPiece(): string {
  return readFileSync(join(__dirname, 'command.sh'), 'utf8');
}
