/** Waiting with a time limit. */

/**
 * Settles as `work` does, or rejects with the error that `late` makes when `ms` milliseconds are over first. The work
 * itself goes on: `abandoned` then gets its result, to dispose of it.
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
