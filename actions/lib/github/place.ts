/** Where a plan is for, for later runs of the repository. */
import { createHash } from 'node:crypto';

interface Place {
  readonly target: { readonly host: string; readonly port: number };
  readonly runbook: { readonly directory: string };
}

/** Tells the stacks and hosts of one repository apart. The address of a host may be a secret, and logs are read by many. */
export function placeOf({ target, runbook }: Place): string {
  const text = `${target.host} ${target.port} ${runbook.directory}`;
  return `place ${createHash('sha256').update(text).digest('hex').slice(0, 16)}`;
}
