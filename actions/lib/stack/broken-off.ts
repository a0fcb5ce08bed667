/** A migration that began on the host and is not recorded as succeeded: `.runbook/migration.open`. Pure. */

/** The record of such a migration. */
export interface BrokenOff {
  /** Time when it began: UTC, by the host's clock. */
  readonly at: string;
  readonly release: string;
  readonly run: string;
  /** ID of the backup from just before; empty if the run knows of none. */
  readonly backup: string;
  /** How it ended: an exit status, `timeout`, `blocked` or `cancel`; `null`: not known. */
  readonly code: string | null;
}

/**
 * @param lines the number of records of migrations and restores that the host has now, and the file's content
 * @returns `null` if there is no such migration, or a later migration or restore has settled it
 */
export function parseBrokenOff(lines: readonly string[]): BrokenOff | null {
  const [count, text = ''] = lines;
  if (count === undefined) return null;
  try {
    const record = JSON.parse(text) as Partial<BrokenOff> & { readonly after?: number };
    if (record.after !== Number(count)) return null;
    const { at = '', release = '', run = '', backup = '', code = null } = record;
    return { at, release, run, backup, code };
  } catch {
    // Even a torn record shows that a migration began.
    return { at: '', release: '', run: '', backup: '', code: null };
  }
}

/** Sentences for the plan of the next run. */
export function sayBrokenOff({ at, release, run, backup, code }: BrokenOff): string {
  const what = `The last migration${release === '' ? '' : ` (of release ${release}, begun ${at}, ${run})`}`;
  const copy = backup === '' ? '' : ` The backup from just before is ${backup}.`;
  return `${what} ${howItEnded(code)}.${copy}`;
}

/** How a failed migration ended. */
function howItEnded(code: string | null): string {
  if (code === null) return 'was broken off, and its end is not known';
  if (code === '0') return 'ended with exit status 0 after its step was killed, so that it is not recorded as done';
  if (code === 'timeout') return 'was ended, as it took longer than its timeout';
  if (code === 'blocked') return 'was ended, as it waited for a lock of another session';
  if (code === 'cancel') return 'was ended while it waited for a lock, as its run was cancelled';
  return `failed: it exited with status ${code}`;
}
