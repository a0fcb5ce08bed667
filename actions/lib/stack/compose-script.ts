/** How Docker Compose is asked on the host. In plain syntax, so that the bundler takes the file along. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export function composeScript(): string {
  return readFileSync(join(__dirname, 'compose.sh'), 'utf8');
}
