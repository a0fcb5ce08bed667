/** Bytes for people. */

const MIB = 2 ** 20;

/** Whole MiB, rounded up: what is there is not 0. */
export function mib(bytes: number): number {
  return Math.ceil(bytes / MIB);
}

/** MiB with one decimal below 10. */
export function shortMib(bytes: number): string {
  return (bytes / MIB).toFixed(bytes < 10 * MIB ? 1 : 0);
}

/** MiB with one decimal and their unit. */
export function sayMib(bytes: number): string {
  return `${(bytes / MIB).toFixed(1)} MiB`;
}
