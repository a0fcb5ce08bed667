/** Follows one number from backup to backup, and finds the point from which on most of it is missing. Pure. */

/** One backup's value. */
export interface Point<T> {
  readonly id: string;
  readonly value: T;
}

export interface OpenLoss<T> {
  /** The last backup that still had it. */
  readonly good: Point<T>;
  /** The first backup that lacked it. */
  readonly since: Point<T>;
}

/**
 * A loss stays open until a later backup has its content again: the backup after the bad one has no less than that one.
 *
 * @param points oldest first
 * @param isLoss whether the second value has much less than the first
 * @param isLack whether the second value still has much less than the first
 * @param mayReturn `false`: what was lost and came back once comes and goes by itself, and is no loss any more
 */
export function openLoss<T>(
  points: readonly Point<T>[],
  isLoss: (then: T, now: T) => boolean,
  isLack = isLoss,
  mayReturn = true,
): OpenLoss<T> | null {
  let open: OpenLoss<T> | null = null;
  let before: Point<T> | null = null;
  for (const point of points) {
    if (open !== null) {
      if (!isLack(open.good.value, point.value)) {
        open = null;
        if (!mayReturn) return null;
      }
    } else if (before !== null && isLoss(before.value, point.value)) open = { good: before, since: point };
    before = point;
  }
  return open;
}
