/** Whether the host's clock can be right: certificates are judged by it. */

const MINUTE = 60_000;
/** Milliseconds. CAs date certificates an hour back, so that a clock that is a little slow takes them. */
const MOST = 30 * MINUTE;

export const SET_CLOCK =
  'set the clock of the host (`timedatectl set-ntp true`), or that of the runner if the host is right';

/** @param skew milliseconds by which the host's clock is ahead of the runner's @returns a sentence, or `null` */
export function clocksDiffer(skew: number): string | null {
  if (Math.abs(skew) <= MOST) return null;
  const minutes = Math.round(Math.abs(skew) / MINUTE);
  const long = minutes < 600 ? `${minutes} minutes` : `${Math.round(minutes / 60)} hours`;
  return `the clock of the host is ${long} ${skew > 0 ? 'ahead of' : 'behind'} that of the runner`;
}
