/** How old backups are, by the backups that came after them and not by the present clocks alone. Pure. */

/** The largest part of `keep.days` by which one pause between two backups makes older backups older. */
const SHARE = 1 / 4;
/** Nights are not equally long: a pause of so many milliseconds always counts as a whole. */
const NIGHT = 36 * 3600 * 1000;

/**
 * Where the host is its own runner, both clocks are one clock. If it jumps ahead by a year, all backups seem to be a year
 * old, although none was made in that year. So a longer pause counts as a part of `days` only: a backup gets old by the
 * backups that are made after it.
 *
 * @param times of all backups, milliseconds since the epoch; those after `now` and `NaN` are left out
 * @param days milliseconds for which the rules keep every backup
 * @returns time of a backup → its age in milliseconds
 */
export function agesOf(times: readonly number[], now: number, days: number): Map<number, number> {
  const most = Math.max(NIGHT, days * SHARE);
  const ages = new Map<number, number>();
  let [after, age] = [now, 0];
  for (const time of times.filter((one) => one <= now).toSorted((a, b) => b - a)) {
    age += Math.min(after - time, most);
    after = time;
    ages.set(time, age);
  }
  return ages;
}
