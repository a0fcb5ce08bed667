/** Pieces of host scripts that look at containers. In plain syntax, so that the bundler includes the files. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Finds containers and their processes. Given: PROJECT */
export function containersScript(): string {
  return readFileSync(join(__dirname, 'containers.sh'), 'utf8');
}

/** Recognizes and reloads the program in the proxy's container. Comes after {@link containersScript}. */
export function adaptersScript(): string {
  return readFileSync(join(__dirname, 'adapters.sh'), 'utf8');
}
