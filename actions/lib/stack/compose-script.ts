/** Shell functions that call Docker Compose on the host. In plain syntax, so that the bundler includes the file. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export function composeScript(): string {
  return readFileSync(join(__dirname, 'compose.sh'), 'utf8');
}
