/** Clears up after a run that was killed before it could: ends its step, gives its lease back. */
import { connect, type SshTarget } from '../host/connect';
import { quote } from '../host/quote';
import { leaseScript } from '../steps/lease';

/**
 * One handshake and one session channel.
 *
 * @param root where the lease lies: `<directory>/.runbook`, or `backup` below it
 * @param token the fencing token of the killed run; nothing happens if another run has the lease now
 * @returns what was found, one sentence
 */
export async function abandon(target: SshTarget, root: string, token: number): Promise<string> {
  const host = await connect(target);
  try {
    const script = [`RB_ROOT=${quote(root)}`, leaseScript(), `lease_abandon ${token}`].join('\n');
    const outcome = await host.run(script, { timeout: 90_000 });
    const word = outcome.stdout.trim().split('\n').at(-1) ?? '';
    return WORDS[word] ?? 'the host did not say what became of the step; the next run finds out';
  } finally {
    host.close();
  }
}

const WORDS: Readonly<Record<string, string>> = {
  other: 'another run has the lease now: there is nothing to do',
  idle: 'no step was under way; the lease is given back',
  ended: 'the step was ended and put back what it had not committed; the lease is given back',
  goes: 'the step goes on to its end by itself; the lease is given back, and the next run waits for that end',
};
