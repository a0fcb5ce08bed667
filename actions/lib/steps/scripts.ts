/**
 * The host's script pieces for steps. They have a module of their own in plain syntax, because the bundler includes a
 * file only where it can read the call that opens it.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export function prelude(): string {
  return readFileSync(join(__dirname, 'step.sh'), 'utf8');
}

export function launcher(): string {
  return readFileSync(join(__dirname, 'launch.sh'), 'utf8');
}

/** To be run after the launcher in the same script, or alone. */
export function follower(): string {
  return readFileSync(join(__dirname, 'follow.sh'), 'utf8');
}

/** `empty_image`, for helper containers. */
export function emptyImageScript(): string {
  return readFileSync(join(__dirname, 'empty-image.sh'), 'utf8');
}

/** Functions that both launcher and follower need. */
export function processes(): string {
  return readFileSync(join(__dirname, 'process.sh'), 'utf8');
}
