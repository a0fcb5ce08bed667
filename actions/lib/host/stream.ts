/** A script whose output is too big to be kept: the output goes into a sink as it comes. */
import { createHash } from 'node:crypto';
import { pipeline } from 'node:stream/promises';
import { UserError } from '../errors';
import { type End, endWithin, feed, type Running } from './channel';
import type { RunOptions } from './host';
import { Tail } from './output';

export type StreamOptions = Pick<RunOptions, 'input' | 'timeout' | 'signal'>;

/** What went through: number of bytes, and their SHA-256 in hexadecimal digits. */
export interface Streamed {
  bytes: number;
  sha256: string;
}

const TIMEOUT = 3_600_000;
/** Bytes of standard error kept for the message. */
const KEEP = 64 * 1024;

/**
 * Resolves when the script has ended with exit status 0 and the sink has everything. Otherwise the sink is destroyed
 * and never sees an end of its input, so that it does not take a part for the whole.
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
    const failure = failureOf(await ended, stderr, host);
    if (failure !== undefined) throw failure;
  }
  // The script is given up before its output has ended, which may never happen: pipeline and generator would not
  // notice.
  const stop = new AbortController();
  const givenUp = new Promise<never>((_resolve, reject) => {
    void ended.then((end) => {
      if (!('reason' in end)) return;
      const failure = failureOf(end, stderr, host);
      reject(failure);
      stop.abort(failure);
    });
  });
  const through = Promise.all([pipeline(whole, sink, { signal: stop.signal }), feed(channel, ended, options.input)]);
  await Promise.race([through, givenUp]);
  return { bytes, sha256: hash.digest('hex') };
}

function failureOf(end: End, stderr: Tail, host: string): UserError | undefined {
  const log = { log: stderr.text().trimEnd().split('\n').filter(Boolean), logOf: 'the command' };
  if ('reason' in end) {
    const details = {
      what: `the data from ${host} broke off`,
      why: end.reason,
      remedy: 'run it again; the data that arrived are not used',
    };
    return new UserError('RB-CONNECTION-LOST', { ...details, ...log });
  }
  if (end.code === 0) return undefined;
  const details = {
    what: `the command that sends data from ${host} failed`,
    why: `exit status ${end.code}`,
    remedy: 'see its last lines',
  };
  return new UserError('RB-COMMAND-FAILED', { ...details, ...log });
}
