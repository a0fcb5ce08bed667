/** One script on one session channel: sending it, its output, and its end. */
import { once } from 'node:events';
import { constants } from 'node:os';
import { Readable } from 'node:stream';
import type { ClientChannel } from 'ssh2';
import { UserError } from '../errors';
import { COMMAND, framed } from './bootstrap';
import { within } from './deadline';
import { passGreeting } from './greeting';
import type { Outcome, RunOptions } from './host';
import type { Link } from './link';
import { connectionLost, type SshError } from './link-errors';
import type { Tail } from './output';

/** How a script ended: with this exit status, or in a way that is not known, with the reason. */
export type End = { readonly code: number } | { readonly reason: string };

export interface Running {
  readonly channel: ClientChannel;
  readonly ended: Promise<End>;
}

/**
 * Starts a script; what its login shell prints before is dropped. If this throws, nothing of the script was run: it is
 * sent only to a shell that has started. The channel is paused.
 *
 * @param timeout milliseconds for the host to open a channel and start a shell in it
 * @throws {UserError} RB-TIMEOUT, RB-CONNECTION-LOST, RB-HOST-UNSUITABLE
 */
export async function startScript(link: Link, host: string, script: string, timeout: number): Promise<Running> {
  const frame = framed(script);
  const opened = new Promise<ClientChannel>((resolve, reject) => {
    link.client.exec(COMMAND, (error, channel) => (error ? reject(error) : resolve(channel)));
  });
  const late = () =>
    new UserError('RB-TIMEOUT', {
      what: `${host} did not start a shell within ${timeout / 1000} s`,
      remedy: 'run again; look at the load of the host, and at the programs that its shell runs at login (.bashrc)',
    });
  const channel = await within(timeout, opened, late, (tooLate) => tooLate.close()).catch((error: SshError) => {
    throw error instanceof UserError ? error : refused(link, host, error);
  });
  const ended = endOf(channel, link);
  channel.write(frame);
  const { begun, text } = await passGreeting(channel, timeout);
  if (begun === 'never') {
    const end = await ended;
    if ('code' in end) throw neverBegun(host, text, end.code);
  }
  return { channel, ended };
}

/** The account has no shell, or sshd runs another command in its place. */
function neverBegun(host: string, said: string, code: number): UserError {
  return new UserError('RB-HOST-UNSUITABLE', {
    what: `${host} did not run the script that it was sent`,
    why: said === '' ? `its login shell ended with exit status ${code}` : said,
    remedy:
      "check the user's login shell (`getent passwd USER`), what it runs at login (.bashrc), and ForceCommand in sshd_config or authorized_keys",
  });
}

function endOf(channel: ClientChannel, link: Link): Promise<End> {
  let end: End | undefined;
  channel.on('exit', (code: number | null, signal?: string) => {
    if (typeof code === 'number') end = { code };
    // The exit status that a shell gives a command which a signal ended; ssh2 names the signal with SIG.
    else if (signal) end = { code: 128 + (constants.signals[signal as NodeJS.Signals] ?? 0) };
  });
  // A host may send error output after the end of it. The channel itself never emits an error.
  channel.stderr.on('error', () => {});
  return new Promise((resolve) => {
    channel.on('close', () => {
      // An exit status alone is not enough: output that was still on its way was lost with the connection.
      if (link.lost !== undefined) resolve({ reason: `the connection was lost: ${link.lost}` });
      else resolve(end ?? { reason: 'the host closed the channel without an exit status' });
    });
  });
}

function refused(link: Link, host: string, error: SshError): UserError {
  if (link.lost !== undefined) return connectionLost(host, link.lost);
  return new UserError(
    'RB-HOST-UNSUITABLE',
    {
      what: `${host} refuses to start a shell`,
      why: error.message,
      remedy: "check the user's login shell, and in sshd_config MaxSessions (at least 4) and ForceCommand",
    },
    { cause: error },
  );
}

/**
 * Waits for the script's end. When the time is over or the signal is given, the channel is closed; the script may go on
 * all the same, because SSH has no way to end it.
 *
 * @param timeout milliseconds
 */
export function endWithin({ channel, ended }: Running, timeout: number, signal: AbortSignal | undefined): Promise<End> {
  return new Promise((resolve) => {
    const settle = (end: End) => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', cancel);
      resolve(end);
    };
    const giveUp = (reason: string) => {
      settle({ reason });
      channel.close();
    };
    const timer = setTimeout(() => giveUp(`it did not end within ${timeout / 1000} s`), timeout);
    const cancel = () => giveUp('the run was cancelled');
    signal?.addEventListener('abort', cancel, { once: true });
    if (signal?.aborted) cancel();
    void ended.then(settle);
  });
}

/**
 * Sends a script its input, at the speed at which it reads, and ends the input. Stops when the script ends first.
 *
 * @throws any error of reading the input; the channel is closed then, so that the script does not take a part for all
 */
export async function feed(channel: ClientChannel, end: Promise<End>, input: RunOptions['input']): Promise<void> {
  if (!(input instanceof Readable)) {
    channel.end(input);
    return;
  }
  let over = false;
  void end.then(() => {
    over = true;
    input.destroy();
  });
  try {
    for await (const chunk of input) {
      if (!channel.write(chunk)) await Promise.race([once(channel, 'drain'), end]);
    }
    channel.end();
  } catch (error) {
    if (over) return;
    channel.close();
    throw error;
  }
}

export function outcomeOf(end: End, stdout: Tail, stderr: Tail): Outcome {
  const output = { stdout: stdout.text(), stderr: stderr.text() };
  return 'code' in end
    ? { outcome: 'exited', code: end.code, ...output }
    : { outcome: 'unknown', reason: end.reason, ...output };
}
