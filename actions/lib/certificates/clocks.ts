/** Whether the host's clock can be right: certificates are judged by it. */

const MINUTE = 60_000;
/** Milliseconds. CAs date certificates an hour back, so that a clock that is a little slow takes them. */
const MOST = 30 * MINUTE;

export const SET_CLOCK =
  'set the clock of the host (`timedatectl set-ntp true`), or that of the runner if the host is right';

/**
 * The least that the host's clock differs from the runner's. The host tells whole seconds, at some moment between the
 * question and its answer, which may be seconds apart: what is not more than that is no difference.
 *
 * @param told seconds since 1970, by the host
 * @param asked, answered milliseconds since 1970, by the runner
 * @returns milliseconds by which the host's clock is ahead
 */
export function skewOf(told: number, asked: number, answered: number): number {
  const [earliest, latest] = [told * 1000, told * 1000 + 999];
  if (latest < asked) return latest - asked;
  return Math.max(0, earliest - answered);
}

/** @param skew milliseconds by which the host's clock is ahead of the runner's @returns a sentence, or `null` */
export function clocksDiffer(skew: number): string | null {
  if (Math.abs(skew) <= MOST) return null;
  const minutes = Math.round(Math.abs(skew) / MINUTE);
  const long = minutes < 600 ? `${minutes} minutes` : `${Math.round(minutes / 60)} hours`;
  return `the clock of the host is ${long} ${skew > 0 ? 'ahead of' : 'behind'} that of the runner`;
}
