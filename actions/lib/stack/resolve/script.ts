/**
 * The host's script that resolves a release. It has a module of its own, in plain syntax, because the bundler includes
 * a file only if it understands the call that reads the file.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export function resolveScript(): string {
  return readFileSync(join(__dirname, 'resolve.sh'), 'utf8');
}
