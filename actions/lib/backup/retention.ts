/** Decides which backups stay and which go: by age, and by calendar (grandfather, father, son). */
import type { RetentionRules } from '../config/sections/retention';
import { agesOf } from './ages';

export interface KeptBackup {
  /** `YYYYMMDDTHHMMSSZ`, the host's time. */
  readonly id: string;
  /** The backup was read to its end, and nothing was wrong. */
  readonly verified: boolean;
}

export interface Verdict {
  readonly id: string;
  readonly keep: boolean;
  /** One clause for the log. */
  readonly why: string;
}

const DAY = 24 * 3600 * 1000;
/**
 * The largest share of the backups in a place that one run may remove: rules that would remove most are probably wrong.
 */
const SHARE = 1 / 3;

/**
 * Only a verified backup stands for its day, week or month, so that a damaged one never takes the place of a good one.
 * A backup from the future, named by a wrong clock, does not stand for a period either. The newest verified backup
 * stays whatever the rules say; without a verified one nothing is removed.
 *
 * @param now milliseconds since the epoch, by the same clock as the IDs
 * @param single no second clock confirms it: then ages are those of {@link agesOf}, because a clock that is early must not
 * make backups old
 * @returns newest first
 */
export function retain(backups: readonly KeptBackup[], rules: RetentionRules, now: number, single = false): Verdict[] {
  const times = backups.map(({ id }) => timeOf(id));
  const ages = single ? agesOf(times, now, rules.days * DAY) : new Map<number, number>();
  const newestFirst = backups.toSorted((a, b) => (a.id < b.id ? 1 : a.id > b.id ? -1 : 0));
  const verified = newestFirst.filter((backup) => backup.verified && timeOf(backup.id) <= now);
  const [last] = verified;
  if (last === undefined) return newestFirst.map(({ id }) => ({ id, keep: true, why: 'no past backup is verified' }));
  const standing = new Map<string, string>();
  for (const { name, count, period } of periodsOf(rules)) {
    for (const [key, id] of newestOf(verified, period).slice(0, count))
      if (!standing.has(id)) standing.set(id, `the newest of its ${name} (${key})`);
  }
  return newestFirst.map(({ id }) => {
    if (id === last.id) return { id, keep: true, why: 'the last verified one' };
    const age = now - timeOf(id);
    // A backup that a wrong clock has dated into the future is not removed.
    if (Number.isNaN(age) || age < 0) return { id, keep: true, why: 'its time lies in the future' };
    if (age < rules.days * DAY) return { id, keep: true, why: `younger than ${rules.days} days` };
    if ((ages.get(timeOf(id)) ?? age) < rules.days * DAY)
      return { id, keep: true, why: `younger than ${rules.days} days, if pauses between backups count only in part` };
    const why = standing.get(id);
    if (why !== undefined) return { id, keep: true, why };
    return { id, keep: false, why: `${Math.floor(age / DAY)} days old, and no rule keeps it` };
  });
}

/**
 * One run removes at most a third of the backups, the oldest first, but always one: a wrong clock or a mistake in the
 * rules is noticed before it has removed everything.
 *
 * @param verdicts newest first
 */
export function withinShare(verdicts: readonly Verdict[]): Verdict[] {
  const most = Math.max(1, Math.floor(verdicts.length * SHARE));
  const going = verdicts.filter(({ keep }) => !keep).slice(-most);
  return verdicts.map((verdict) =>
    verdict.keep || going.includes(verdict)
      ? verdict
      : { ...verdict, keep: true, why: `${verdict.why}; one run removes a third at most, so a later run removes it` },
  );
}

/** @returns milliseconds since the epoch; `NaN` for a text that is not an ID */
export function timeOf(id: string): number {
  const [, y, mo, d, h, mi, s] = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(id) ?? [];
  return Date.parse(`${y}-${mo}-${d}T${h}:${mi}:${s}Z`);
}

function periodsOf({ daily, weekly, monthly }: RetentionRules) {
  return [
    { name: 'day', count: daily, period: (id: string) => id.slice(0, 8) },
    { name: 'week', count: weekly, period: weekOf },
    { name: 'month', count: monthly, period: (id: string) => id.slice(0, 6) },
  ];
}

/** Period → ID of its newest backup, newest period first. */
function newestOf(newestFirst: readonly KeptBackup[], period: (id: string) => string): [string, string][] {
  const found = new Map<string, string>();
  for (const { id } of newestFirst) if (!found.has(period(id))) found.set(period(id), id);
  return [...found];
}

/** The Monday on which the week begins; numbered weeks would have two names at the turn of the year. */
function weekOf(id: string): string {
  const time = timeOf(id);
  if (Number.isNaN(time)) return id;
  const monday = time - ((new Date(time).getUTCDay() + 6) % 7) * DAY;
  return new Date(monday).toISOString().slice(0, 10);
}
