/** A script whose output is too big to be kept: it goes into a sink as it comes. */
import { createHash } from 'node:crypto';
import { pipeline } from 'node:stream/promises';
import { UserError } from '../errors';
import { type End, endWithin, feed, type Running } from './channel';
import type { RunOptions } from './host';
import { Tail } from './output';

export type StreamOptions = Pick<RunOptions, 'input' | 'timeout' | 'signal'>;

/** What went through: bytes, and their SHA-256 in hexadecimal digits. */
export interface Streamed {
  bytes: number;
  sha256: string;
}

const TIMEOUT = 3_600_000;
/** Bytes of standard error kept for the message. */
const KEEP = 64 * 1024;

/**
 * Resolves when the script has ended with exit status 0 and the sink has everything. Otherwise the sink is destroyed
 * and never sees an end of its input: a part is not taken for the whole.
 *
 * @throws {UserError} RB-CONNECTION-LOST, RB-COMMAND-FAILED
 */
export async function streamInto(
  sink: NodeJS.WritableStream,
  running: Running,
  options: StreamOptions,
  host: string,
): Promise<Streamed> {
  const { channel } = running;
  const stderr = new Tail(KEEP);
  channel.stderr.on('data', (chunk: Buffer) => stderr.push(chunk));
  const ended = endWithin(running, options.timeout ?? TIMEOUT, options.signal);
  const hash = createHash('sha256');
  let bytes = 0;
  async function* whole(): AsyncGenerator<Buffer> {
    for await (const chunk of channel as AsyncIterable<Buffer>) {
      hash.update(chunk);
      bytes += chunk.length;
      yield chunk;
    }
    succeeded(await ended, stderr.text(), host);
  }
  await Promise.all([pipeline(whole, sink), feed(channel, ended, options.input)]);
  return { bytes, sha256: hash.digest('hex') };
}

function succeeded(end: End, stderr: string, host: string): void {
  if ('code' in end && end.code === 0) return;
  const log = { log: stderr.trimEnd().split('\n'), logOf: 'the command' };
  if ('code' in end) {
    throw new UserError('RB-COMMAND-FAILED', {
      what: `the command that sends data from ${host} failed`,
      why: `exit status ${end.code}`,
      remedy: 'see its output below',
      ...log,
    });
  }
  throw new UserError('RB-CONNECTION-LOST', {
    what: `the data from ${host} broke off`,
    why: end.reason,
    remedy: 'run it again; what arrived is not used',
    ...log,
  });
}
