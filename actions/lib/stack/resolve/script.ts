/**
 * The host's part of resolving a release. In a module of its own, in plain syntax: the bundler takes a file
 * along only where it can read the call that opens it.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export function resolveScript(): string {
  return readFileSync(join(__dirname, 'resolve.sh'), 'utf8');
}
