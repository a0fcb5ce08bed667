/** The host's pieces that look at containers. In plain syntax, so that the bundler takes the files along. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Which containers run, and what they are. Given: PROJECT */
export function containersScript(): string {
  return readFileSync(join(__dirname, 'containers.sh'), 'utf8');
}

/** What the proxy's container runs, and what that program can do. After {@link containersScript}. */
export function adaptersScript(): string {
  return readFileSync(join(__dirname, 'adapters.sh'), 'utf8');
}
