/** What time it is. Two clocks tell it, the host's and the runner's, and either may be wrong. */
import { timeOf } from './retention';

/** What names a backup, and what the ages of the others are counted from. */
export interface Clock {
  /** `YYYYMMDDTHHMMSSZ` */
  readonly id: string;
  /** The same in milliseconds since the epoch. */
  readonly now: number;
  /** Why nothing may be removed by this time, as a sentence; `null`: both clocks agree. */
  readonly doubt: string | null;
}

/** Milliseconds that two clocks may differ, and that an ID may lie ahead: a try may take that long to be asked. */
const TOLERANCE = 3600 * 1000;

/**
 * The host's time where the runner's agrees with it, otherwise the runner's: GitHub's runners have their time from
 * NTP, and a host may boot without it.
 *
 * @param host `YYYYMMDDTHHMMSSZ`, as the host says it
 * @param runner milliseconds since the epoch, of the same moment
 */
export function clockOf(host: string, runner: number): Clock {
  const apart = Math.abs(timeOf(host) - runner);
  if (apart <= TOLERANCE) return { id: host, now: timeOf(host), doubt: null };
  const id = idOf(runner);
  return {
    id,
    now: timeOf(id),
    doubt: `The clock of the host says ${host || 'nothing'}, that of the runner ${id}. The runner's clock is used, and no backup is removed before they agree: set the host's clock by NTP.`,
  };
}

/** @param time milliseconds since the epoch */
export function idOf(time: number): string {
  return new Date(time).toISOString().replace(/[-:]|\.\d+/g, '');
}

/** It was named by a clock that went wrong. @param now milliseconds since the epoch */
export function isAhead(id: string, now: number): boolean {
  return timeOf(id) - now > TOLERANCE;
}

/** Backups that do not count as the newest, though their names say so; a sentence, or `null` where there are none. */
export function sayAhead(ids: readonly string[], place: string): string | null {
  if (ids.length === 0) return null;
  const [are, their] =
    ids.length === 1
      ? ['lies', 'a clock was wrong when it was made']
      : ['lie', 'a clock was wrong when they were made'];
  return `${place}: ${ids.join(', ')} ${are} in the future; ${their}. It does not count as the latest, and no rule removes it; name it to restore it.`;
}
