/** A name for the place of a plan, for later runs of the repository. */
import { createHash } from 'node:crypto';

interface Place {
  readonly target: { readonly host: string; readonly port: number };
  readonly runbook: { readonly directory: string };
}

/**
 * Distinguishes the stacks and hosts of one repository. It is a hash, because a host's address may be a secret, and
 * many people read logs.
 */
export function placeOf({ target, runbook }: Place): string {
  const text = `${target.host} ${target.port} ${runbook.directory}`;
  return `place ${createHash('sha256').update(text).digest('hex').slice(0, 16)}`;
}
