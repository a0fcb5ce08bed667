/** The time of a backup. Two clocks tell it, the host's and the runner's, and either may be wrong. */
import { timeOf } from './retention';

/** The name of a backup, and the time from which the ages of other backups are counted. */
export interface Clock {
  /** `YYYYMMDDTHHMMSSZ` */
  readonly id: string;
  /** The same in milliseconds since the epoch. */
  readonly now: number;
  /** Why nothing may be removed by this time, as a sentence; `null`: both clocks agree. */
  readonly doubt: string | null;
}

/**
 * Milliseconds by which two clocks may differ, and by which an ID may lie ahead: a question to the host may take so
 * long.
 */
const TOLERANCE = 3600 * 1000;

/**
 * The host's time where the runner's agrees with it, otherwise the runner's: GitHub's runners have their time from NTP,
 * and a host may boot without it.
 *
 * @param host `YYYYMMDDTHHMMSSZ`, the host's time
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

/** Whether a clock that was wrong named this backup. @param now milliseconds since the epoch */
export function isAhead(id: string, now: number): boolean {
  return timeOf(id) - now > TOLERANCE;
}

/** A sentence on backups that look newer than now and do not count as the newest; `null` where there are none. */
export function sayAhead(ids: readonly string[], place: string): string | null {
  if (ids.length === 0) return null;
  const names = `${place}: ${ids.join(', ')}`;
  return ids.length === 1
    ? `${names} is dated in the future, because a clock was wrong when it was made. It does not count as the latest backup, and no rule removes it. To restore it, give its name.`
    : `${names} are dated in the future, because a clock was wrong when they were made. They do not count as the latest backup, and no rule removes them. To restore one of them, give its name.`;
}
