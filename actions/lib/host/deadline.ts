/** Waiting, but not for ever. */

/**
 * Settles as `work` does, or rejects with what `late` makes when `ms` are over first. The work itself goes on:
 * `abandoned` gets its result then, to put it away.
 */
export function within<T>(
  ms: number,
  work: Promise<T>,
  late: () => Error,
  abandoned?: (result: T) => void,
): Promise<T> {
  return new Promise((resolve, reject) => {
    let over = false;
    const timer = setTimeout(() => {
      over = true;
      reject(late());
    }, ms);
    work.then(
      (result) => {
        clearTimeout(timer);
        if (over) abandoned?.(result);
        else resolve(result);
      },
      (error: unknown) => {
        clearTimeout(timer);
        reject(error as Error);
      },
    );
  });
}
