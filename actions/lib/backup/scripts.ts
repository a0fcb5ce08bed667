/** The host's script piece for parts of a backup; see the module of the same name for databases. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** To be run after the pieces for steps and psql. */
export function partPiece(): string {
  return readFileSync(join(__dirname, 'part.sh'), 'utf8');
}
