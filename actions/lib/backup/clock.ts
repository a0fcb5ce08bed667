/** The time of a backup. Two or three clocks tell it, the host's, the runner's and the bucket's, and each may be wrong. */
import { timeOf } from './retention';

/** The name of a backup, and the time from which the ages of other backups are counted. */
export interface Clock {
  /** `YYYYMMDDTHHMMSSZ` */
  readonly id: string;
  /** The same in milliseconds since the epoch. */
  readonly now: number;
  /** Why nothing may be removed by this time, as a sentence; `null`: the clocks agree. */
  readonly doubt: string | null;
  /** Host and runner may be one machine, and no other clock tells the time. */
  readonly single: boolean;
}

/**
 * Milliseconds by which two clocks may differ, and by which an ID may lie ahead: a question to the host may take so
 * long.
 */
const TOLERANCE = 3600 * 1000;

/** The clock of a place off the host, as a witness. */
interface Witness {
  /** Milliseconds since the epoch, of the same moment as the runner's; `null`: there is no such clock. */
  readonly time: number | null;
  /** The runner may have the host's clock: it is a runner of one's own. */
  readonly own: boolean;
}

/**
 * The host's time where the other clocks agree with it. Otherwise the runner's: GitHub's runners have their time from
 * NTP, and a host may boot without it. A runner of one's own may be the host; then the clock of the bucket decides.
 *
 * @param host `YYYYMMDDTHHMMSSZ`, the host's time
 * @param runner milliseconds since the epoch, of the same moment
 */
export function clockOf(
  host: string,
  runner: number,
  { time: third, own }: Witness = { time: null, own: false },
): Clock {
  const said = `The clock of the host says ${host || 'nothing'}, that of the runner ${idOf(runner)}${third === null ? '' : `, that of the bucket's server ${idOf(third)}`}.`;
  const agree = (a: number, b: number): boolean => Math.abs(a - b) <= TOLERANCE;
  const both = agree(timeOf(host), runner);
  const single = own && third === null;
  if (both && (third === null || agree(third, runner))) return { id: host, now: timeOf(host), doubt: null, single };
  const [name, now] =
    third !== null && both && own
      ? (["the server's", third] as const)
      : both || (third !== null && agree(timeOf(host), third))
        ? (["the host's", timeOf(host)] as const)
        : (["the runner's", runner] as const);
  const id = idOf(now);
  return {
    id,
    now: timeOf(id),
    single,
    doubt: `${said} ${name[0]?.toUpperCase()}${name.slice(1)} clock is used, and no backup is removed before they agree: set ${both ? 'the clocks' : "the host's clock"} by NTP.`,
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

/** One wrong date by less than this is rather a present clock that is late than a clock that was early. */
const YEAR = 366 * 24 * 3600 * 1000;

/**
 * Whether backups that are dated ahead make it likely that both clocks are late now: then ages and periods are wrong, too. A
 * clock that begins anew where a machine was switched off is late by less than a year, and several backups are ahead of it.
 *
 * @param ids of backups that are dated ahead @param now milliseconds since the epoch
 */
export function mayBeLate(ids: readonly string[], now: number): boolean {
  return ids.length > 1 || ids.some((id) => timeOf(id) - now < YEAR);
}

/**
 * Sentences on backups that look newer than now and do not count as the newest; `null` where there are none. Which of the
 * clocks is wrong, the present or the former, only a person can tell.
 */
export function sayAhead(ids: readonly string[], place: string, now: number): string | null {
  if (ids.length === 0) return null;
  const names = `${place}: ${ids.join(', ')}`;
  const early = `it is ${idOf(now)} now by the clocks of this run. If that is too early, set the clocks: ${ids.at(-1)} may then be the latest backup.`;
  return ids.length === 1
    ? `${names} is dated in the future: ${early} If it is right, a clock was wrong when this backup was made. It does not count as the latest backup, and no rule removes it. To restore it, give its name.`
    : `${names} are dated in the future: ${early} If it is right, a clock was wrong when these backups were made. They do not count as the latest backup, and no rule removes them. To restore one of them, give its name.`;
}
