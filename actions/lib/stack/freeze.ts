/**
 * A freeze: until it ends, only procedures that bring something back may change the stack. All procedures know it.
 * Pure.
 */
import { UserError } from '../errors';

/** As `.runbook/freeze` has it, in JSON. Times are `2026-01-31T02:00:00Z`, by the host's clock. */
export interface Freeze {
  readonly reason: string;
  readonly since: string;
  readonly until: string;
  /** The person who froze the stack. */
  readonly by: string;
  /** URL of the run. */
  readonly run: string;
}

/** The freeze as the host reports it. */
export interface ObservedFreeze {
  /** The host's clock. */
  readonly now: string;
  /** `null`: there is no freeze. `'unreadable'`: there is a record that cannot be read. */
  readonly held: Freeze | 'unreadable' | null;
}

/** @param lines the host's clock, and the record where there is one */
export function parseFreeze([now = '', record]: readonly string[]): ObservedFreeze {
  if (record === undefined) return { now, held: null };
  try {
    const { reason, since, until, by, run } = JSON.parse(record.replace(/^held /, '')) as Record<string, unknown>;
    const texts = [reason, since, until, by, run].every((text) => typeof text === 'string');
    if (texts && !Number.isNaN(Date.parse(String(until))))
      return { now, held: { reason, since, until, by, run } as Freeze };
  } catch {
    // A freeze whose record cannot be read is still a freeze.
  }
  return { now, held: 'unreadable' };
}

/** Whether a freeze is over. If the host's time is not known, it is not over. */
function isOver({ until }: Freeze, now: string): boolean {
  return Date.parse(now) >= Date.parse(until);
}

/** The freeze that holds now; `null`: there is none. */
export function holding({ now, held }: ObservedFreeze): Freeze | 'unreadable' | null {
  return held === null || held === 'unreadable' || !isOver(held, now) ? held : null;
}

/** `3 d 4 h`, `2 h 5 min`, `40 s` */
export function inWords(seconds: number): string {
  const parts = [
    [Math.floor(seconds / 86_400), 'd'],
    [Math.floor((seconds % 86_400) / 3600), 'h'],
    [Math.floor((seconds % 3600) / 60), 'min'],
    [Math.floor(seconds % 60), 's'],
  ] as const;
  const first = parts.findIndex(([count]) => count > 0);
  if (first === -1) return '0 s';
  return parts
    .slice(first, Math.min(first + 2, Math.max(first + 1, 3)))
    .filter(([count]) => count > 0)
    .map(([count, unit]) => `${count} ${unit}`)
    .join(' ');
}

/** One sentence without its full stop, e.g. for a report. */
export function sayFreeze(freeze: Freeze | 'unreadable', now: string): string {
  if (freeze === 'unreadable') return 'changes are frozen, and the record of the reason and the end cannot be read';
  const left = (Date.parse(freeze.until) - Date.parse(now)) / 1000;
  return `changes are frozen until ${freeze.until} (another ${inWords(left)}): ${freeze.reason}`;
}

/** @throws {UserError} RB-FROZEN */
export function requireThawed(observed: ObservedFreeze): void {
  const freeze = holding(observed);
  if (freeze === null) return;
  throw new UserError('RB-FROZEN', {
    what: sayFreeze(freeze, observed.now),
    why:
      freeze === 'unreadable'
        ? '.runbook/freeze on the host is damaged, so that it is not known whether the freeze is over'
        : `${freeze.by} froze them at ${freeze.since} (${freeze.run})`,
    remedy:
      'wait until it is over, or lift it (maintenance, mode: unfreeze); rollbacks, restores, backups, certificates and commands (run) are not held up',
  });
}
