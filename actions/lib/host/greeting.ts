/** Drops what a login shell prints before a script begins, such as a greeting in .bashrc. */
import type { ClientChannel } from 'ssh2';

/** The line that the host prints when the script begins. */
export const BEGIN = '#runbook-begin';
const MARK = Buffer.from(`${BEGIN}\n`);
/** Bytes of a greeting that are kept for a message. */
const KEPT = 4096;

interface Greeting {
  /** `never`: the channel was closed before the script began; `late`: it did not begin in time. */
  readonly begun: 'yes' | 'never' | 'late';
  /** The end of what was printed before it. */
  readonly text: string;
}

/**
 * Waits until the script begins. The channel is paused afterwards, and what it gives next is the script's own output;
 * if the script is late, also what came before.
 *
 * @param timeout milliseconds
 */
export function passGreeting(channel: ClientChannel, timeout: number): Promise<Greeting> {
  return new Promise((resolve) => {
    let got = Buffer.alloc(0);
    const settle = (begun: Greeting['begun'], greeting: Buffer, rest: Buffer): void => {
      clearTimeout(timer);
      channel.off('data', take);
      channel.off('close', closed);
      channel.pause();
      if (rest.length > 0) channel.unshift(rest);
      resolve({ begun, text: greeting.subarray(-KEPT).toString('utf8').trim() });
    };
    const take = (chunk: Buffer): void => {
      got = Buffer.concat([got, chunk]);
      const at = got.indexOf(MARK);
      if (at >= 0) settle('yes', got.subarray(0, at), got.subarray(at + MARK.length));
      else if (got.length > 16 * KEPT) got = got.subarray(-KEPT);
    };
    const closed = (): void => settle('never', got, Buffer.alloc(0));
    const timer = setTimeout(() => settle('late', got, got), timeout);
    channel.on('data', take);
    channel.on('close', closed);
  });
}
